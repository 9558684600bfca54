"""The list of conversations: looking for one, going on, names, copies, deleting; two programs on one."""

import subprocess

REPLIES = "Fine.\n---\nAgain.\n"


def say(case, *words):
    """A conversation of one message, told and answered."""
    subprocess.run([case.program, "--model", f"script:{case.script(REPLIES)}", "--plain", *words], env=case.folder.environment(),
                   cwd=case.folder.path, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)


def listed(case):
    return subprocess.run([case.program, "--conversations"], env=case.folder.environment(), cwd=case.folder.path, check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def picker(case, columns=80, rows=24):
    return case.terminal(REPLIES, "--conversations", columns, rows)


def test_letters_look_for_a_conversation_and_enter_goes_on_with_it(case):
    say(case, "weather in Oslo")
    say(case, "the train to Rome")
    window = picker(case)
    page = window.wait("weather in Oslo")
    assert page.index("the train to Rome") < page.index("weather in Oslo"), page
    window.type("osl")
    window.wait("train to Rome", gone=True)
    window.keys("Enter")
    page = window.wait("Going on with 2 messages: weather in Oslo")
    assert "train" not in page, page
    window.wait(r"^>")
    window.type("and tomorrow?")
    window.keys("Enter")
    window.wait("Fine")
    window.wait(r"^>$")
    window.keys("C-d")
    window.wait("EXIT=0")
    assert "4 messages" in listed(case)


def test_what_the_model_said_is_looked_for_too(case):
    say(case, "weather in Oslo")
    window = picker(case)
    window.wait("weather in Oslo")
    window.type("fine")
    window.wait("weather in Oslo: Fine")
    window.type("xyz")
    window.wait("Nothing is like that")
    window.keys("Escape")
    window.wait("type to search")
    window.keys("Escape")
    window.wait("EXIT=0")


def test_names_copies_and_deletes(case):
    say(case, "weather in Oslo")
    window = picker(case)
    window.wait("weather in Oslo")
    window.keys("C-r")
    window.wait("Name: _")
    window.type("Norway")
    window.keys("Enter")
    window.wait("Norway  ")
    window.keys("C-f")
    window.wait(r"Norway \(copy\)")
    window.keys("C-d")
    window.wait("Delete it with all that was said")
    window.keys("n")
    window.wait("Esc leave")
    assert "copy" in window.text()
    window.keys("C-d")
    window.wait("Delete it")
    window.keys("y")
    window.wait(r"\(copy\)", gone=True)
    window.keys("Escape")
    window.wait("EXIT=0")
    assert listed(case).count("Norway") == 1, listed(case)


def test_it_fits_any_size(case):
    for i in range(30):
        say(case, f"message number {i}")
    window = picker(case)
    window.wait("message number 29")
    for columns, rows in ((20, 8), (200, 50), (1, 1), (45, 3), (80, 24)):
        window.resize(columns, rows)
    window.wait("message number 9 ")
    window.keys("End")
    window.wait("message number 0 ")
    window.keys("C-c")
    window.wait("EXIT=0")


def test_what_is_open_in_another_program_goes_on_in_a_copy(case):
    first = case.terminal(REPLIES, "'weather in Oslo'")
    first.wait("Fine")
    first.wait(r"^>$")
    second = case.terminal(REPLIES, "--resume")
    second.wait("is open in another program: going on in a copy")
    second.wait(r"^>")
    second.type("the second program")
    second.keys("Enter")
    second.wait("Fine")
    first.type("the first program")
    first.keys("Enter")
    first.wait("Again")
    page = listed(case)
    assert page.count("4 messages") == 2, page
    window = picker(case)
    window.wait("weather in Oslo")
    window.keys("C-d")
    window.wait("Delete it")
    window.keys("y")
    window.wait("is open in another program")
    window.keys("Escape")
    window.wait("EXIT=0")
