"""Ctrl-C, Ctrl-D, signals; the terminal as it was before."""

import os
import signal
import subprocess
import time

WAIT = "I think about it\n@wait\n---\nFresh again.\n"


def test_ctrl_c_stops_the_model_at_once_and_the_conversation_goes_on(case):
    window = case.terminal(WAIT, "go")
    window.wait("I think about it")
    started = time.monotonic()
    window.keys("C-c")
    window.wait("Stopped")
    window.wait(r"^>$")
    assert time.monotonic() - started < 0.5  # two looks at the screen included
    window.type("again")
    window.keys("Enter")
    window.wait("Fresh again")


def test_ctrl_c_stops_a_cell_and_its_session_lives_on(case):
    window = case.terminal("```python\nx = 41\nprint('busy', flush=True)\nwhile True: pass\n```\n---\n```python\nprint(x + 1)\n```\n---\nDone.\n",
                           "-y go")
    window.wait("\u250a busy")
    window.wait("line 3: while True")
    window.keys("C-c")
    window.wait("Stopped")
    window.type("go on")
    window.keys("Enter")
    window.wait("\u250a 42")


def test_ctrl_c_twice_leaves(case):
    window = case.terminal(WAIT, "go")
    window.wait("I think about it")
    window.keys("C-c")
    window.keys("C-c")
    window.wait("EXIT=130")


def test_ctrl_c_at_the_prompt_clears_hints_and_leaves(case):
    window = case.terminal(WAIT)
    window.wait(r"^>")
    window.type("half a thought")
    window.wait("half a thought")
    window.keys("C-c")
    window.wait("half a thought", gone=True)
    window.keys("C-c")
    window.wait("Ctrl-C again or Ctrl-D leaves")
    window.keys("C-c")
    window.wait("EXIT=0")


def test_sigterm_and_a_crash_leave_the_terminal_as_it_was(case):
    for number, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGSEGV, 139)):
        window = case.terminal(WAIT)
        # The shell around the program looks at the terminal before and after.
        case.folder.write("run2.sh", f"export ASAN_OPTIONS=handle_segv=0\nstty -a >before\n'{case.program}' --model script:model\nC=$?\nstty -a >after\necho CODE=$C\n")
        window.wait(r"^>")
        window.keys("C-d")
        window.wait("EXIT=0")
        window.call("respawn-window", "-k", f"cd {case.folder.path}; sh run2.sh; exec sleep 1000")
        window.wait(r"^>")
        time.sleep(0.05)
        pid = find(window, case.program)
        os.kill(pid, number)
        page = window.wait("CODE=")
        assert f"CODE={code}" in page, page
        assert open(f"{case.folder.path}/before").read() == open(f"{case.folder.path}/after").read()


def find(window, program):
    shell = int(window.call("list-panes", "-F", "#{pane_pid}"))
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    family = {shell}
    for line in sorted(listed.splitlines(), key=lambda text: int(text.split()[0])):
        pid, parent, arguments = line.strip().split(None, 2)
        if int(parent) in family:
            family.add(int(pid))
            if arguments.startswith(program) and "--keeper" not in arguments:
                return int(pid)
    raise AssertionError(listed)


def test_suspended_with_ctrl_z_and_continued(case):
    window = case.terminal(WAIT)
    window.wait(r"^>")
    window.keys("C-d")
    window.wait("EXIT=0")
    window.call("respawn-window", "-k", "bash --norc -i")
    window.type(f"'{case.program}' --model script:{case.folder.path}/model")
    window.keys("Enter")
    window.wait(r"^>")
    window.type("kept text")
    window.wait("> kept text")
    window.keys("C-z")
    window.wait("Stopped")
    window.type("echo $((40+2))")
    window.keys("Enter")
    window.wait("^42")
    window.type("fg")
    window.keys("Enter")
    window.wait("^42\n(.*\n)*> kept text")
    window.keys("Enter")
    window.wait("I think about it")


def test_no_wake_ups_while_the_prompt_waits(case):
    window = case.terminal(WAIT)
    window.wait(r"^>")
    pid = window.pid(case.program)

    def switches():
        total = 0
        for thread in os.listdir(f"/proc/{pid}/task"):
            for line in open(f"/proc/{pid}/task/{thread}/status"):
                if "ctxt_switches" in line:
                    total += int(line.split()[1])
        return total

    time.sleep(0.3)
    before = switches()
    time.sleep(1.5)
    assert switches() == before
