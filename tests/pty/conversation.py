"""Typing, answers, the history, the editor."""

import os
import stat
import time

HELLO = "Hello **there**.\n---\nAnd `again`.\n---\nThird.\n---\nFourth.\n"


def test_an_answer_follows_the_message_and_ctrl_d_leaves(case):
    window = case.terminal(HELLO)
    window.wait(r"^>")
    window.type("good day")
    window.keys("Enter")
    page = window.wait("Hello there")
    assert "> good day\n\n  Hello there.\n" in page, page
    window.wait(r"^>$")
    window.keys("C-d")
    window.wait("EXIT=0")


def test_a_message_on_the_command_line_is_asked_at_once_and_the_conversation_goes_on(case):
    window = case.terminal(HELLO, "'good day'")
    page = window.wait("Hello there")
    assert "> good day\n\n  Hello there." in page, page
    window.wait(r"^>$")
    window.type("more")
    window.keys("Enter")
    window.wait("And again")


def test_a_paste_of_several_lines_is_one_message(case):
    window = case.terminal(HELLO)
    window.wait(r"^>")
    window.paste("one\ntwo\nthree\n")
    window.wait("three")
    window.keys("Enter")
    page = window.wait("Hello there")
    assert "> one\n  two\n  three\n" in page, page
    assert "again" not in page


def test_lines_typed_while_the_model_works_become_the_next_messages(case):
    window = case.terminal("@delay 600\nfirst answer\n---\nsecond answer\n---\nthird answer\n", "go")
    window.wait("Ctrl-C stops")
    window.type("queued one")
    window.keys("Enter")
    window.type("unfinished")
    page = window.wait("second answer")
    assert page.index("first answer") < page.index("> queued one") < page.index("second answer"), page
    window.wait("^> unfinished")
    window.keys("Enter")
    window.wait("third answer")


def test_the_history_is_kept_across_runs_in_a_private_file(case):
    for _ in range(2):
        window = case.terminal(HELLO)
        window.wait(r"^>")
        window.keys("Up")
        window.type("remember me")
        window.keys("Enter")
        window.wait("Hello there")
        window.wait(r"^>$")
        window.keys("C-d")
        window.wait("EXIT=0")
    assert "> remember meremember me" in window.text(), window.text()
    path = os.path.join(case.folder.path, ".local/state/open-interpreter/history")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_ctrl_x_ctrl_e_opens_the_text_in_the_persons_editor(case):
    editor = case.folder.write("editor", '#!/bin/sh\nsed -i s/draft/edited/ "$1"\n', 0o755)
    window = case.terminal(HELLO, EDITOR=editor)
    window.wait(r"^>")
    window.type("a draft")
    window.keys("C-x", "C-e")
    window.wait("> a edited")
    window.keys("Enter")
    window.wait("Hello there")


def test_a_cell_that_reads_the_keyboard_gets_the_persons_line(case):
    window = case.terminal("```python\nname = input('your name? ')\nprint('hello', name)\n```\n---\nDone.\n", "-y go")
    window.wait("\u250a your name\\?")
    window.type("Ada")
    window.keys("Enter")
    page = window.wait("Done")
    assert "your name? Ada\n\u250a hello Ada\n" in page, page
    assert page.count("your name? ") == 2, page  # the code and the question


ASKING = """```shell
read -p "your name? " name
echo "hello $name"
python3 -c 'import getpass; print(len(getpass.getpass("Your password: ")), "letters")'
```
---
Done.
"""


def wait_for_question(window, prompt):
    """Until the cursor stands behind it: what is typed before is no answer."""
    end = time.monotonic() + 10
    while True:
        x, y = map(int, window.call("display-message", "-p", "#{cursor_x} #{cursor_y}").split())
        row = (window.screen().split("\n") + [""])[y]
        if row.rstrip() == f"\u250a {prompt}".rstrip() and x == len(prompt) + 2:
            return
        assert time.monotonic() < end, window.text()
        time.sleep(0.01)


def test_a_program_that_a_cell_starts_asks_the_person_and_a_password_is_not_shown(case):
    window = case.terminal(ASKING, "-y go")
    wait_for_question(window, "your name? ")
    window.type("Ada")
    window.keys("Enter")
    wait_for_question(window, "Your password: ")
    window.type("hunter2")
    window.keys("Enter")
    page = window.wait("Done")
    assert "\u250a your name? Ada\n\u250a hello Ada\n\u250a Your password:\n\u250a 7 letters\n" in page, page
    assert "hunter" not in page, page
    assert page.count("Your password:") == 2, page  # the code and the question


def test_ctrl_d_is_the_end_of_file_for_a_program_that_reads(case):
    window = case.terminal("```shell\ncat; echo after\n```\n---\nDone.\n", "-y go")
    wait_for_question(window, "? ")
    window.type("line")
    window.keys("Enter")
    window.wait("\u250a line\n\u250a line")
    wait_for_question(window, "? ")
    window.keys("C-d")
    page = window.wait("Done")
    assert "\u250a after\n" in page, page


def test_ctrl_d_is_the_end_of_file_for_a_cell_that_reads(case):
    window = case.terminal("```python\nname = input('your name? ')\n```\n---\nDone.\n", "-y go")
    window.wait("\u250a your name\\?")
    window.keys("C-d")
    page = window.wait("Done")
    assert "EOFError" in page, page


def test_magic_commands_and_the_nearest_to_a_slip(case):
    window = case.terminal(HELLO)
    window.wait(r"^>")
    window.type("%halp")
    window.keys("Enter")
    window.wait("did you mean %help\\?")
    window.type("%help")
    window.keys("Enter")
    window.wait("%auto_run")
    window.type("%reset")
    window.keys("Enter")
    window.wait("A new conversation")
    window.type("hi")
    window.keys("Enter")
    window.wait("Hello there")


def test_a_failure_is_one_line_and_the_conversation_goes_on(case):
    window = case.terminal("only one reply\n")
    window.wait(r"^>")
    for word in ("one", "two"):
        window.type(word)
        window.keys("Enter")
        window.wait("only one reply")
        window.wait(r"^>$")
    window.keys("C-d")
    window.wait("EXIT=0")


def test_thoughts_are_dim_behind_a_bar_and_the_status_row_says_so(case):
    model = "@think I must greet the person, who was friendly, and say something friendly back to them now.\n@delay 400\n@think It is morning.\n@delay 0\nGood day.\n"
    window = case.terminal(model, "hello")
    window.wait("thinking.*Ctrl-C stops")
    page = window.wait("Good day")
    thought = "  \u2506 I must greet the person, who was friendly, and say something friendly back\n  \u2506 to them now.\n  \u2506 It is morning.\n\n  Good day."
    assert thought in page, page
    assert "thinking" not in window.wait(r"^>$"), page
    assert "\x1b[2m" in next(line for line in window.coloured().splitlines() if "It is morning." in line), window.coloured()


def test_what_is_resumed_is_said(case):
    window = case.terminal("Hello.\n", "what a day, said with so many words that they do not all fit into the line")
    window.wait(r"Hello\.\n\n>$")
    window.keys("C-d")
    window.wait("EXIT=0")
    window = case.terminal("Again.\n", "--resume")
    window.wait(r"^  Going on with 2 messages: what a day, said with so many words that they\.\.\.\n\n>$")
