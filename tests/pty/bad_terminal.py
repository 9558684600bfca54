"""Terminals that misbehave or go away, and output that is none: nothing crashes, nothing is garbled, nothing is lost."""

import os
import re
import signal
import subprocess
import time

from tmux import DEADLINE, Failure


def letters(text):
    return "".join(re.findall(r"[0-9A-Za-z]", text))


def is_stored(case, word):
    """Whether the store's files hold the word."""
    for folder, _, names in os.walk(os.path.join(case.folder.path, ".local", "share")):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                if word.encode() in file.read():
                    return True
    return False


def wait_for_end(program):
    """The exit code, without reading what it writes."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        pid, status = os.waitpid(program.pid, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(program.pid, signal.SIGKILL)
    os.waitpid(program.pid, 0)
    raise Failure("still runs")


def test_output_of_random_bytes_leaves_a_screen_that_works(case):
    code = ("import random, sys\nrandom.seed(4)\n"
            "for _ in range(40): sys.stdout.buffer.write(random.randbytes(2000) + b'\\x1b[?1049h\\x1b]2;x\\x07\\x0e\\n')\n"
            "sys.stdout.buffer.flush()\nprint('after them')")
    window = case.terminal(f"```python\n{code}\n```\n---\nIt is **done**.\n---\nI hear you.\n", "-y go", rows=30)
    window.wait("It is done")
    window.wait(r"^>$")
    window.type("hello there")
    window.keys("Enter")
    page = window.wait("I hear you")
    assert "after them" in page and "> hello there" in page, page
    assert window.call("display-message", "-p", "#{alternate_on} #{pane_title}").split()[0] == "0"
    window.keys("C-d")
    window.wait("EXIT=0")


def test_a_window_of_one_character_and_back(case):
    lines = []
    for part in range(4):
        lines += ["@delay 0", " ".join(f"w{part * 10 + word}" for word in range(10)), "@delay 900", ","]
    window = case.terminal("\n".join(lines) + "\nthe end\n---\nI hear you.\n", "go", columns=80, rows=20)
    window.wait("w9")
    for columns, rows in ((1, 1), (80, 24), (1, 24), (80, 20)):
        window.resize(columns, rows)
        time.sleep(0.8)
    window.wait("the end")
    window.wait(r"^>$")
    seen = letters(window.text())
    for part in range(4):  # of a status row that is 80 rows high by now, a terminal may keep some
        assert seen.count("".join(f"w{part * 10 + word}" for word in range(10))) == 1, window.text()
    assert seen.endswith("theend"), window.text()
    window.resize(1, 1)
    time.sleep(0.4)
    window.type("hello")
    window.resize(80, 24)
    time.sleep(0.4)
    window.keys("Enter")
    window.wait("I hear you")


def test_a_terminal_that_vanishes_ends_every_frontend_and_loses_nothing(case):
    for arguments, code in (((), (129,)), (("--plain",), (0, 129)), (("--frontend", "json"), (0, 1, 129))):
        word = "kept" + (arguments[-1].strip("-") if arguments else "terminal")
        program = case.pty(f"{word} and\n@delay 20000\nmore\n", *arguments, "go")
        program.wait(word.encode())
        time.sleep(0.3)  # what came is on disk within a tenth of a second
        os.close(program.fd)
        started = time.monotonic()
        ended = wait_for_end(program)
        assert ended in code, (arguments, ended)
        assert time.monotonic() - started < 5
        assert is_stored(case, word), arguments


def test_a_terminal_that_vanishes_at_the_prompt_or_at_a_question(case):
    for model, arguments, sign in (("Hello.\n", (), b"> "), ("```python\nprint(1)\n```\n", ("go",), b"(y n ")):
        program = case.pty(model, *arguments)
        program.wait(sign)
        os.close(program.fd)
        assert wait_for_end(program) == 129


def test_an_output_that_nobody_reads_any_more(case):
    text = "\n".join(f"line {number}" for number in range(20000))
    for arguments in (("--plain",), ("--frontend", "json")):
        program = [case.program, "--model", f"script:{case.script(text)}", *arguments, "go"]
        child = subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=case.folder.environment(), cwd=case.folder.path)
        child.stdout.read(10)
        child.stdout.close()
        errors = child.stderr.read()
        assert child.wait(DEADLINE) == 1, (arguments, child.returncode, errors)
        assert b"terminate" not in errors and len(errors) < 200, errors
        assert is_stored(case, "line 1")


def test_a_line_of_ten_megabytes(case):
    code = "print('x' * 10_000_000 + 'END')\nprint('after it')"
    started = time.monotonic()
    window = case.terminal(f"```python\n{code}\n```\n---\nDone.\n", "-y go")
    page = window.wait("Done", 30)
    window.wait(r"^>$")
    assert "\u250a after it" in page, page[-2000:]
    assert len(page) < 100_000, len(page)
    assert time.monotonic() - started < 30


def test_an_answer_of_one_line_of_megabytes(case):
    window = case.terminal("@pieces 4096\n" + "word " * 400_000 + "END\n", "go", columns=200)
    window.wait("END$", 30)
    window.wait(r"^>$")
    assert len(re.findall(r"\bword\b", window.text())) == 400_000
