"""The line that is typed: keys, several lines, history, other programs on the terminal, large pastes, Tab."""

import os
import re
import select
import time

from tmux import Tmux

ECHO = "Heard.\n---\n@repeat\nHeard again.\n"
ALT_ENTER, SHIFT_ENTER = "\x1b\r", "\x1b[13;2u"


def prompt(case, arguments="", model=ECHO, **more):
    window = case.terminal(model, arguments, **more)
    window.wait(r"^>")
    return window


def test_several_lines_by_every_key_that_makes_one(case):
    window = prompt(case, model="@expect three\nHeard.\n")
    window.type("one")
    window.keys("M-Enter")
    window.type("two")
    window.keys("C-j")
    window.type("three" + SHIFT_ENTER + "four")
    window.wait(r"> one\n  two\n  three\n  four")
    window.keys("Up", "Up", "C-a")
    window.type("[")
    window.wait(r"^  \[two")
    window.keys("Enter")
    page = window.wait("Heard")
    assert len(re.findall("three", page)) == 1, page


def test_quotes_and_fences_hold_the_message_open(case):
    window = prompt(case, model="@expect line one\nHeard.\n---\n@expect ```\nHeard again.\n---\n@repeat\nHeard.\n")
    window.type('"""line one')
    window.keys("Enter")
    window.wait('until a line has """ again')
    window.type('line two"""')
    window.wait("until a line has", gone=True)
    window.keys("Enter")
    window.wait("Heard")
    window.type("fix ```")
    window.keys("Enter")
    window.type("x = 1")
    window.keys("Enter")
    window.type("```")
    window.keys("Enter")
    window.wait("Heard again")
    # Opened and closed in its first line, it is a message like any other.
    window.wait(r"^>$")
    window.type("what is ```ls```?")
    window.keys("Enter")
    window.wait(r"> what is ```ls```\?\n\n")


def test_a_paste_is_one_message_and_a_large_one_is_folded(case):
    window = prompt(case, model="@expect line 499\nHeard.\n")
    window.paste("".join(f"line {i}\n" for i in range(500)))
    page = window.wait(r"> \[pasted 500 lines\]")
    assert "Heard" not in page
    window.type(" sum it up")
    window.keys("Enter")
    page = window.wait("Heard")
    assert "> [pasted 500 lines] sum it up" in page, page


def test_ten_megabytes_are_pasted_within_a_second(case):
    program = case.pty("@expect the end of it\nHeard.\n")
    program.wait(b"> ")
    blob = b"\x1b[200~" + b"0123456789abcde\r" * (10 * 65536) + b"the end of it\x1b[201~"
    started = time.monotonic()
    sent = 0
    os.set_blocking(program.fd, False)
    while sent < len(blob):
        try:
            sent += os.write(program.fd, blob[sent:sent + 65536])
        except BlockingIOError:
            select.select([program.fd], [program.fd], [], 1)
            program.read(0)
        assert time.monotonic() - started < 60
    os.set_blocking(program.fd, True)
    program.wait(b"[pasted 655361 lines]")
    took = time.monotonic() - started
    program.write(b"\r")
    program.wait(b"Heard", 30)
    program.bytes = program.bytes[program.bytes.index(b"Heard"):]
    print(f"     10 MB pasted in {took:.2f} s")
    assert program.leave() == 0


def test_lines_pasted_where_the_terminal_does_not_mark_them_send_nothing(case):
    program = case.pty(ECHO)
    program.wait(b"> ")
    program.write(b"first line\rsecond line\rthird")
    program.wait(b"third")
    while program.read(0.2):
        pass
    assert b"Heard" not in program.bytes
    program.write(b"\r")
    program.wait(b"Heard")
    program.bytes = program.bytes[program.bytes.index(b"Heard"):]
    assert program.leave() == 0


def test_history_is_kept_searched_and_walked_by_what_was_typed(case):
    window = prompt(case)
    for line in ("make tea", "walk the dog", "make coffee"):
        window.type(line)
        window.keys("Enter")
        window.wait("> " + line + r"\n[^$]*Heard[^$]*^>$")
    window.keys("C-d")
    window.wait("EXIT=0")
    window = prompt(case)
    window.keys("C-r")
    window.type("mak")
    window.wait("search: mak  > make coffee")
    window.keys("C-r")
    window.wait("search: mak  > make tea")
    window.keys("C-s")
    window.wait("search: mak  > make coffee")
    window.keys("C-g")
    window.wait(r"^>$")
    window.type("wa")
    window.keys("Up")
    window.wait("> walk the dog")
    window.keys("C-c")
    window.wait(r"^>$")
    window.keys("Up", "Up")
    window.wait("> walk the dog")


def test_what_is_typed_for_a_password_is_in_no_history(case):
    window = case.terminal("```python\nimport getpass\nlen(getpass.getpass('Word: '))\n```\n---\nDone.\n", "-y go")
    window.wait("Word:")
    window.wait("Ctrl-C stops", gone=True)
    window.type("hunter2")
    window.keys("Enter")
    window.wait("Done")
    window.wait(r"^>$")
    window.keys("C-d")
    window.wait("EXIT=0")
    for folder, _, names in os.walk(case.folder.path):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                assert b"hunter2" not in file.read(), name


def test_the_text_goes_to_the_persons_own_editor_and_comes_back(case):
    editor = case.folder.write("edit", '#!/bin/sh\ncat "$1" > seen\nprintf "from the editor\\nline two\\n" > "$1"\n', 0o755)
    window = prompt(case, EDITOR=editor)
    window.type("a draft")
    window.keys("C-x", "C-e")
    window.wait(r"> from the editor\n  line two")
    with open(os.path.join(case.folder.path, "seen"), encoding="utf-8") as file:
        assert file.read().strip() == "a draft"
    window.keys("C-_")
    page = window.wait(r"> a draft")
    assert "line two" not in page, page


def test_undo_kill_ring_and_transposition(case):
    window = prompt(case)
    window.type("one two three")
    window.keys("C-w", "C-w")
    window.wait(r"> one$")
    window.keys("C-y")
    window.wait(r"> one two three$")
    window.keys("C-_")
    window.wait(r"> one$")
    window.keys("M-_")
    window.wait(r"> one two three$")
    window.keys("C-u")
    window.wait(r"^>$")
    window.type("ba")
    window.keys("C-t")
    window.wait(r"> ab$")


def test_ctrl_z_suspends_and_fg_brings_the_line_back(case):
    window = Tmux(case.folder)
    case.open.append(window)
    window.start("PS1='ready$ ' exec bash --norc --noprofile -i")
    window.wait(r"^ready\$")
    window.type(f"'{case.program}' --model script:{case.script(ECHO)}")
    window.keys("Enter")
    window.wait(r"^>")
    window.type("one")
    window.keys("M-Enter")
    window.type("two")
    window.wait(r"^  two")
    window.keys("C-z")
    window.wait("Stopped")
    window.type("echo between")
    window.keys("Enter")
    window.wait("^between")
    window.type("fg")
    window.keys("Enter")
    page = window.wait(r"> one\n  two$")
    assert page.index("between") < page.index("> one"), page
    window.type("!")
    window.wait(r"^  two!$")
    window.keys("Enter")
    page = window.wait("Heard")
    assert len(re.findall("> one", page)) == 1, page


def test_tab_completes_commands_arguments_and_paths(case):
    case.folder.write("the report.txt", "x")
    case.folder.write("the other.txt", "x")
    window = prompt(case)
    window.type("%tok")
    window.keys("Tab")
    window.wait(r"> %tokens$")
    window.keys("C-u")
    window.type("%auto_run ")
    window.keys("Tab")
    window.wait(r"^  false\s+true")
    window.type("f")
    window.wait(r"^  false\s+true", gone=True)
    window.keys("Tab")
    window.wait("%auto_run false")
    window.keys("C-u")
    window.type("%model gpt-4o")
    window.keys("Tab")
    window.wait("gpt-4o-mini")
    window.keys("C-u")
    window.type("sum up ./the\\ r")
    window.keys("Tab")
    window.wait(r"> sum up \./the\\ report\.txt")
    window.keys("C-u")
    window.type("./t")
    window.keys("Tab", "Tab")
    window.wait(r"^  the other\.txt\s+the report\.txt")
    window.keys("C-c")
    window.wait("the other", gone=True)


def test_a_text_taller_and_wider_than_the_screen_stays_whole(case):
    window = prompt(case, columns=30, rows=8)
    window.paste("\n".join(f"row {i:02} " + "x" * 40 for i in range(12)))
    window.wait("row 11")
    window.keys("M-<")
    page = window.wait("row 00")
    window.type("S")
    window.wait("> Srow 00")
    for columns in (14, 50, 30):
        window.resize(columns, 8)
    window.keys("M->")
    window.type("E")
    window.wait("xE$")
    window.keys("Enter")
    window.wait("Heard")
    page = window.text(joined=False).replace("\n  ", "")
    assert page.count("row 05") == 1, window.text()


def test_nothing_wakes_up_while_the_line_waits(case):
    window = prompt(case)
    window.type("a draft")
    window.wait("a draft")
    status = f"/proc/{window.pid(case.program)}/status"

    def switches():
        with open(status, encoding="utf-8") as file:
            return sum(int(number) for number in re.findall(r"ctxt_switches:\s*(\d+)", file.read()))

    time.sleep(0.3)
    before = switches()
    time.sleep(1.0)
    assert switches() == before


def test_quotes_hold_a_message_open_without_cursor_control(case):
    window = case.terminal("@expect line two\nHeard.\n", TERM="dumb")
    window.wait(r"^>")
    window.type('"""line one')
    window.keys("Enter")
    window.wait(r"^\.")
    window.type('line two"""')
    window.keys("Enter")
    window.wait("Heard")


def test_what_is_typed_before_the_prompt_is_sent_by_its_enter(case):
    program = case.pty("Hello there.\n")
    program.write(b"good day\r")  # the terminal is not in the program's mode yet
    program.wait(b"Hello")
    assert program.leave() == 0
