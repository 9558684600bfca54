"""What is typed while the model works: it waits, goes in, or is taken back; files that a message gives."""

import base64
import os
import re
import time

WAIT = "I think about it\n@wait\n---\n@expect shorter\nShort, then.\n"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGP4z8AARwzIHAB98wX7Bp4lqAAAAABJRU5ErkJggg==")


def test_enter_twice_gives_the_words_to_the_model_at_once(case):
    window = case.terminal(WAIT, "go")
    window.wait("I think about it")
    window.type("shorter please")
    window.wait("> shorter please")
    window.keys("Enter")
    window.wait("1 message waits, Enter: now")
    started = time.monotonic()
    window.keys("Enter")
    page = window.wait("Short, then")
    assert time.monotonic() - started < 3
    assert re.search(r"I think about it\n\n> shorter please\n\n  Short, then", page), page
    window.wait(r"^>$")


def test_code_that_runs_ends_first_and_a_third_enter_stops_it(case):
    model = ("```python\nimport time\nprint('busy', flush=True)\nwhile True: time.sleep(0.05)\n```\n---\n@expect too slow\n"
             "```python\nprint(6 * 7)\n```\n---\nThat was quick.\n")
    window = case.terminal(model, "-y go")
    window.wait("\u250a busy")
    window.type("too slow")
    window.keys("Enter")
    window.wait("1 message waits")
    window.keys("Enter")
    window.wait("your message is next, Enter: stop the code")
    time.sleep(0.3)
    assert "KeyboardInterrupt" not in window.text()
    window.keys("Enter")
    page = window.wait("That was quick")
    assert page.index("KeyboardInterrupt") < page.index("> too slow") < page.index("\u250a 42"), page


def test_a_message_that_waits_is_the_next_turn_and_can_be_taken_back(case):
    window = case.terminal("One.\n@wait\n---\nTwo.\n---\nThree.\n", "go")
    window.wait("One")
    for text in ("second", "third"):
        window.type(text)
        window.keys("Enter")
    window.wait("2 messages wait")
    window.keys("Up")
    window.wait("> third .*1 message waits")
    window.keys("C-u")
    window.wait("> third", gone=True)
    window.keys("C-c")
    window.wait(r"^> second")
    window.keys("Enter")
    window.wait("Two")
    assert "third" not in window.screen()


def test_ctrl_c_brings_words_back_that_did_not_go_in(case):
    window = case.terminal("```python\nprint('busy', flush=True)\nwhile True: pass\n```\n---\nNever.\n", "-y go")
    window.wait("\u250a busy")
    window.type("for later")
    window.keys("Enter")
    window.wait("1 message waits")
    window.keys("Enter")
    window.wait("your message is next")
    window.keys("C-c")
    window.wait("Stopped")
    window.wait("^> for later")


def picture(case, name):
    with open(os.path.join(case.folder.path, name), "wb") as file:
        file.write(PNG)
    return os.path.join(case.folder.path, name)


def test_a_dragged_file_is_attached_until_its_path_goes(case):
    path = picture(case, "my plot.png")
    table = case.folder.write("data.csv", "1,2")
    window = case.terminal("@expect what is this\nA plot.\n", "--llm_supports_vision")
    window.wait(r"^>")
    window.type("what is this ")
    window.paste(f"'{path}' {table}")
    page = window.wait(r"attached: my plot\.png \(3x2\), data\.csv")
    assert "A plot" not in page
    window.keys("C-w")
    window.wait(r"attached: my plot\.png \(3x2\)$")
    window.keys("Enter")
    page = window.wait("A plot")
    window.wait("attached: my plot")


def test_a_model_without_eyes_is_told_the_path(case):
    path = picture(case, "plot.png")
    window = case.terminal("Hm.\n", "--no-llm_supports_vision")
    window.wait(r"^>")
    window.type(f"what is in {path}")
    window.wait("takes no pictures")
