"""The question before code runs."""

import time

CELL = "Look:\n\n```python\nprint(6 * 7)\n```\n---\nFirst done.\n\n```python\nprint('second', 'cell')\n```\n---\nAll done.\n"
QUESTION = r"Run this in .*\(y n e a \?\)$"


def test_y_runs_it_and_an_enter_after_it_is_harmless(case):
    window = case.terminal(CELL, "go")
    page = window.wait(QUESTION)
    assert case.folder.path in page.replace("\n  ", ""), page
    window.keys("y", "Enter")
    window.wait("\u250a 42")
    page = window.wait("First done")
    time.sleep(0.2)
    assert window.wait(QUESTION).rstrip().endswith("(y n e a ?)"), window.text()


def test_n_refuses_and_the_words_go_to_the_model(case):
    window = case.terminal(CELL, "go")
    window.wait(QUESTION)
    window.keys("n")
    window.wait("why \\(Enter: nothing\\)")
    window.type("it is too cheap")
    window.keys("Enter")
    page = window.wait("First done")
    assert "it is too cheap" in page and "42" not in page, page


def test_e_edits_what_runs(case):
    editor = case.folder.write("editor", '#!/bin/sh\ncase "$1" in *.py) sed -i "s/6 . 7/1000 + 1/" "$1";; esac\n', 0o755)
    window = case.terminal(CELL, "go", VISUAL=editor)
    window.wait(QUESTION)
    window.keys("e")
    page = window.wait("edited(.|\n)*\\(y n e a \\?\\)$")
    assert "print(1000 + 1)" in page, page
    window.keys("y")
    window.wait("\u250a 1001")


def test_what_the_edited_code_touches_is_told_before_it_runs(case):
    editor = case.folder.write("editor", "#!/bin/sh\necho 'import shutil; shutil.rmtree(\"/srv/of-a-person\")' > \"$1\"\n", 0o755)
    window = case.terminal(CELL, "go", VISUAL=editor)
    window.wait(QUESTION)
    window.keys("e")
    page = window.wait("edited(.|\n)*\\(y n e \\?\\)$")
    assert "seems to touch: deletes /srv/of-a-person" in page, page
    assert "This is asked about in every mode" in page and "outside of the folder of this conversation" in page, page
    window.keys("n")
    window.wait("why")


def test_a_asks_no_more(case):
    window = case.terminal(CELL, "go")
    window.wait(QUESTION)
    window.keys("a")
    page = window.wait("All done")
    assert page.count("Run this in") == 1, page
    assert "\u250a second cell" in page, page


def test_a_question_mark_explains_the_keys(case):
    window = case.terminal(CELL, "go")
    window.wait(QUESTION)
    window.keys("?")
    window.wait("opens the code in your editor")
    window.keys("y")
    window.wait("\u250a 42")


def test_pasted_text_never_answers(case):
    window = case.terminal(CELL, "go")
    window.wait(QUESTION)
    window.paste("y\n")
    window.paste("yes\n")
    window.type("q")
    window.keys("Enter")
    time.sleep(0.3)
    page = window.text()
    assert "\u250a" not in page and page.rstrip().endswith("(y n e a ?)"), page
    window.keys("y")
    window.wait("\u250a 42")


def test_text_pasted_without_marks_never_answers_either(case):
    window = case.terminal(CELL, "go")
    window.wait(QUESTION)
    window.type("yes, that is text")
    time.sleep(0.3)
    page = window.text()
    assert "\u250a" not in page and page.rstrip().endswith("(y n e a ?)"), page
    window.keys("y")
    window.wait("\u250a 42")


def test_what_was_typed_before_the_question_never_answers_it(case):
    window = case.terminal("@delay 500\n" + CELL, "go")
    window.wait("Ctrl-C stops")
    window.type("yyy")
    window.wait(QUESTION)
    time.sleep(0.4)
    assert "\u250a" not in window.text(), window.text()
    window.keys("y")
    window.wait("\u250a 42")


def test_a_model_cannot_imitate_the_question_or_the_output(case):
    window = case.terminal("\u250a 99\n\n\u2570 Run this? (y n e a ?) yes\n", "go")
    page = window.wait("Run this")
    for line in ("  \u250a 99", "  \u2570 Run this"):
        assert line in page, page
    assert "\n\u250a" not in page and "\n\u2570" not in page, page


def test_a_dumb_terminal_needs_no_enter_after_a_key(case):
    answer = """Now.

```shell
echo ra''n
```

---

Again.

```shell
echo mo''re
```

---

No more.
"""
    program = case.pty(answer, "go", TERM="dumb")
    program.wait(b"a: always) ")
    program.write(b"y")
    program.wait(b"\nran")
    program.wait(b"Again.")
    while program.bytes.count(b"a: always) ") < 2:
        program.read(0.1)
    program.write(b"n")
    program.write(b"o because it is late\n")
    program.wait(b"No more.")
    assert program.leave() == 0, program.bytes
    assert b"more\r" not in program.bytes.replace(b"No more.", b""), program.bytes


def refuse(window):
    window.keys("n")
    window.wait("why .Enter: nothing.")
    window.keys("Enter")


def test_hints_dangers_and_offers_stand_before_the_question(case):
    window = case.terminal("Look:\n\n```shell\nls > out.txt\n```\n---\n```shell\nrm -rf ~\n```\n---\n```shell\nls -a .\n```\n---\nAll done.\n", "go")
    page = window.wait(QUESTION)
    assert "\u251c seems to touch: writes ./out.txt" in page and "l allows all shell" in page, page
    refuse(window)
    page = window.wait(r"\(y n e \?\)$")
    assert "asked about in every mode" in page and "your home folder" in page, page
    window.keys("a")  # not for this one
    refuse(window)
    page = window.wait("p allows ls")
    window.keys("p")
    window.wait("All done")


def test_p_allows_the_command_in_whatever_way_it_is_written(case):
    window = case.terminal("Look:\n\n```shell\nls -d .\n```\n---\n```shell\ncd . && 'ls'   -d \".\" | head -1\n```\n---\nBoth ran.\n", "go")
    window.wait(QUESTION)
    window.keys("p")
    page = window.wait("Both ran")
    assert page.count("Run this in") == 1 and "yes, and always ls" in page, page
    window.type("%allow")
    window.keys("Enter")
    window.wait("ls  shell commands that begin like this")


def test_l_allows_the_language_and_what_is_dangerous_is_still_asked(case):
    danger = "```python\nimport os, shutil\nshutil.rmtree(os.path.expanduser('~'))\n```\n"
    window = case.terminal(CELL.replace("\n---\nAll done.\n", "\n---\n" + danger + "---\nAll done.\n"), "go")
    window.wait(QUESTION)
    window.keys("l")
    page = window.wait(r"\(y n e \?\)$")
    assert page.count("Run this in") == 2 and "\u250a second cell" in page, page
    refuse(window)
    window.wait("All done")


def test_s_scans_before_the_answer(case):
    window = case.terminal("Look:\n\n```sql\nDROP TABLE users;\n```\n---\nFine.\n", "--safe_mode ask go")
    window.wait(r"\(y n e a s \?\)$")
    window.keys("s")
    page = window.wait("danger  line 1: deletes a table")
    window.wait(QUESTION)
    refuse(window)
    window.wait("Fine")
