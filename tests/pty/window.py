"""The window around the page, and what the terminal says of itself."""

import os
import re
import time

DARK = b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\"
QUERY = b"\x1b]11;?\x1b\\"


def test_the_title_says_what_runs_and_is_given_back(case):
    program = case.pty("```python\nprint('seen')\n```\n---\nDone.\n", "-y", "go")
    program.wait(b"Done")
    assert program.leave() == 0
    folder = os.path.basename(case.folder.path).encode()
    titles = re.findall(rb"\x1b\]2;([^\x1b]*)\x1b\\", program.bytes)
    assert b"python - " + folder in titles and titles[-1] == b"interpreter - " + folder, titles
    assert program.bytes.count(b"\x1b[22;2t") == 1 and program.bytes.count(b"\x1b[23;2t") == 1, program.bytes
    assert program.bytes.index(b"\x1b[22;2t") < program.bytes.index(b"\x1b]2;"), program.bytes


def test_the_title_can_be_left_alone_and_is_never_set_where_it_would_be_seen(case):
    for arguments, environment in ((("--no-title",), {}), ((), {"TERM": "linux"}), (("--plain",), {})):
        program = case.pty("Hello.\n", *arguments, "go", **environment)
        program.wait(b"Hello")
        assert program.leave() == 0
        assert b"\x1b]2;" not in program.bytes and b"\x1b[22" not in program.bytes, program.bytes


def test_the_background_is_asked_for_and_its_answer_is_never_typed(case):
    for cuts in ((), (1,), (4, 9), tuple(range(1, len(DARK)))):
        program = case.pty("**Hello** `code`.\n", COLORTERM="truecolor")
        program.wait(QUERY)
        program.wait(b"> ")
        program.write(b"ab")
        start = 0
        for cut in (*cuts, len(DARK)):
            program.write(DARK[start:cut])
            start = cut
            program.read(0.002)
        program.write(b"c\r")
        program.wait(b"Hello")
        program.wait(b"code")
        code = program.leave()
        assert code == 0, code
        assert b"rgb:" not in program.bytes and b"1e1e" not in program.bytes, program.bytes
        assert b"\x1b[38;2;" in program.bytes, program.bytes


def test_a_terminal_that_never_answers_delays_nothing(case):
    started = time.monotonic()
    program = case.pty("`Hello.`\n", "go", COLORTERM="truecolor")
    program.wait(b"Hello")
    assert time.monotonic() - started < 2
    assert program.leave() == 0
    assert b"\x1b[38;2;" not in program.bytes and b"\x1b[36m" in program.bytes, "the theme's colours"


def test_an_answer_that_comes_at_the_very_end_is_not_left_to_the_shell(case):
    program = case.pty("Hello.\n", COLORTERM="truecolor")
    program.wait(QUERY)
    program.wait(b"> ")
    program.write(b"\x04")
    time.sleep(0.03)
    program.write(DARK)
    assert program.finish() == 0
    assert b"rgb" not in program.bytes, "nothing is echoed once the terminal is as before"


def test_a_long_turn_ends_with_a_notification_where_the_focus_is_elsewhere(case):
    answer = "@delay 300\nHello.\n"
    for arguments, environment, focus, told in (
            (("--notify", "0.1"), {"TERM": "xterm-kitty"}, b"\x1b[O", rb"\x1b\]99;i=interpreter:d=1:p=body;[^\x1b]*: done\x1b"),
            (("--notify", "0.1"), {"TERM": "foot"}, b"\x1b[O", rb"\x1b\]777;notify;interpreter;[^\x1b]*: done\x1b"),
            (("--notify", "0.1"), {"TERM": "foot"}, b"", None),
            (("--notify", "0.1"), {"TERM": "foot"}, b"\x1b[O\x1b[I", None),
            (("--notify", "0"), {"TERM": "foot"}, b"\x1b[O", None),
            (("--notify", "0.1"), {"TERM": "linux"}, b"", rb"\x07")):
        program = case.pty(answer, *arguments, "go", **environment)
        program.wait(b"\x1b[?2004h")
        program.write(focus)
        program.wait(b"Hello")
        assert program.leave() == 0
        seen = re.sub(rb"\x1b\](2|11);[^\x1b]*\x1b\\", b"", program.bytes)
        if told:
            assert re.search(told, seen), (environment, program.bytes)
        else:
            assert b"\x1b]" not in seen and b"\x07" not in seen, (arguments, focus, program.bytes)
