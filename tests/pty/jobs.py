"""Cells in the background, and progress that moves in place."""

import os
import re

LEFT = "Starting.\n```shell\necho up; sleep 1000\n```\n---\nIt runs.\n---\nI know.\n"


def home_outputs(case):
    return os.path.join(case.folder.path, ".local/share/open-interpreter/outputs")


def test_ctrl_b_puts_the_cell_into_the_background_and_jobs_shows_and_stops_it(case):
    window = case.terminal(LEFT, "-y go")
    window.wait("┊ up")
    window.keys("C-b")
    page = window.wait(r"^>$")
    assert "as the job shell-1." in page.replace("\n┊ ", ""), page
    assert "It runs." in page
    window.type("%jobs")
    window.keys("Enter")
    window.wait(r"shell-1  runs, .* s  echo up; sleep 1000")
    window.type("%jobs shell-1")
    window.keys("Enter")
    window.wait(r"^ +up$")
    window.type("%jobs stop shell-2")
    window.keys("Enter")
    window.wait("There is no job shell-2; there are: shell-1.")
    window.type("half a line")
    window.wait("> half a line")
    window.keys("C-u")
    window.type("%jobs stop shell-1")
    window.keys("Enter")
    page = window.wait(r"The job shell-1 has ended \(stopped\) after")
    window.wait(r"^>$")
    window.type("%jobs")
    window.keys("Enter")
    window.wait("shell-1  stopped after")
    file = os.path.join(home_outputs(case), os.listdir(home_outputs(case))[0])
    with open(file, encoding="utf-8") as spool:
        assert re.match(r"up\n(.*\n)*\[job shell-1 ended after .* s\]\n$", spool.read())


def test_a_job_that_ends_while_a_message_is_typed_says_so_above_it(case):
    os.mkfifo(os.path.join(case.folder.path, "fifo"))
    window = case.terminal("Go.\n```shell\nread x <fifo; echo got $x\n```\n---\nWaiting.\n", "-y go")
    window.wait("╭ shell")
    window.keys("C-b")
    window.wait(r"^>$")
    window.type("half a message")
    window.wait("> half a message$")
    with open(os.path.join(case.folder.path, "fifo"), "w", encoding="utf-8") as fifo:
        fifo.write("it\n")
    page = window.wait("The job shell-1 has ended after")
    page = window.wait(r"^> half a message$")
    assert page.count("half a message") == 1, page
    assert page.index("The job shell-1") < page.index("> half a message"), page


def test_leaving_with_a_job_says_that_it_ends_and_ends_it(case):
    window = case.terminal("Go.\n```shell\necho pid $BASHPID; sleep 1000\n```\n---\nIt runs.\n", "-y go")
    page = window.wait(r"┊ pid \d+")
    pid = int(re.search(r"┊ pid (\d+)", page)[1])
    window.keys("C-b")
    window.wait(r"^>$")
    window.keys("C-d")
    window.wait("The job shell-1 ends with the program.")
    window.wait("EXIT=0")
    assert not os.path.exists(f"/proc/{pid}")


def test_a_progress_bar_wider_than_the_window_stays_in_its_row(case):
    script = "Go.\n```shell\nfor i in 1 2 3 4 5; do printf '\\r%s0 %% [%0100d]' $i 0; read -t 0.1 <>fifo; done; echo; echo done\n```\n---\nOver.\n"
    os.mkfifo(os.path.join(case.folder.path, "fifo"))
    window = case.terminal(script, "-y go")
    page = window.wait("Over.")
    output = page[page.rindex("│"):]
    assert len(re.findall(r"^┊ \d0 % \[0+$", output, re.MULTILINE)) == 1, page
    assert re.search(r"^┊ 50 % \[0+\n┊ 0+\]\n┊ done$", output, re.MULTILINE), page


def test_a_silent_cell_is_said_to_be_silent_and_how_to_leave_it(case):
    window = case.terminal("Go.\n```shell\nsleep 1000\n```\n---\nIt runs.\n", "-y go", columns=100)
    window.wait("╭ shell")
    window.wait(r"11 s, silent for 1\d s  Ctrl-B: background  Ctrl-C stops", seconds=20)
    window.keys("C-b")
    window.wait("as the job shell-1")
