"""What changes while the program runs: settings, the conversation, its folder and its model; what is kept of variables."""

import json
import os
import re

from magic import say
from tmux import Tmux


def start(case, arguments="", folder=None, columns=150, **environment):
    """The program with whatever its settings say: no flag names the model."""
    window = Tmux(case.folder, columns)
    case.open.append(window)
    window.start(f"cd '{folder or case.folder.path}'; '{case.program}' {arguments}", **environment)
    return window


def use_model(case, name, replies):
    os.makedirs(os.path.join(case.folder.path, ".config/open-interpreter"), exist_ok=True)
    path = case.folder.write(name, replies)
    case.folder.write(".config/open-interpreter/config.yaml", f"llm.model: script:{path}\n")
    return path


def number_of(window):
    """Of the conversation that the window has."""
    return re.search(r"Conversation: number (\d+)", say(window, "%info", "interpreter --doctor checks them"))[1]


def test_a_sandbox_that_is_set_confines_what_runs_next_and_takes_the_variables_along_only_into_it(case):
    cells = ["x = 41\nprint('set')",
             "print('x is', x + 1)\ntry:\n    open('../outside', 'w')\nexcept OSError as error:\n    pass\nprint('tried')",
             "print('x is there:', 'x' in globals())"]
    script = case.folder.write("talk", "".join(f"A.\n```python\n{cell}\n```\n---\nDone.\n---\n" for cell in cells) + "End.\n")
    work = os.path.join(case.folder.path, "work")
    os.mkdir(work)
    window = start(case, f"--model script:{script} -y", work)
    window.wait(r"^>$")
    say(window, "one", "┊ set")
    window.wait(r"^>$")
    say(window, "%set sandbox workspace", "Python starts anew at the next cell, with the variables that could be kept")
    page = window.wait(r"^>$")
    assert "sandbox: workspace (%set)" in page and "Code is confined by" in page, page
    page = say(window, "two", "┊ tried")
    assert not os.path.exists(os.path.join(case.folder.path, "outside"))
    assert "This is a fresh Python session: the person has changed the settings it runs with." in page, page
    assert "x is 42" in page and "session was restored" in page, page
    window.wait(r"^>$")
    page = say(window, "%set sandbox none", "without variables: code that may do more reads nothing of confined code")
    assert "Code is no longer confined." in page, page
    window.wait(r"^>$")
    say(window, "three", "x is there: False")


def test_limits_and_timeouts_count_from_the_next_cell(case):
    window = case.terminal("A.\n```shell\nsleep 30\n```\n---\nDone.\n", "-y", columns=150)
    window.wait(r"^>$")
    say(window, "%set cell_timeout 0.3", r"cell_timeout: 0.3 \(%set\)")
    say(window, "%set safe_level danger", r"safe_level: danger \(%set\)")
    say(window, "%set loop_message on", r"loop_message: on \(%set\)")
    say(window, "%set notify 5", r"notify: 5 \(%set\)")
    say(window, "%set frontend json", "frontend cannot change while the program runs: the screen is what the program started with")
    say(window, "go", r"The cell was stopped after 0\.3 s \(cell_timeout\)")


def test_keeping_variables_is_switched_off_and_on_for_what_runs(case):
    cells = ["x = 1\nprint('one')", "y = 2\nprint('two')", "z = 3\nprint('three')"]
    window = case.terminal("".join(f"A.\n```python\n{cell}\n```\n---\nDone.\n---\n" for cell in cells) + "End.\n", "-y", columns=150)
    window.wait(r"^>$")
    say(window, "%set keep_variables false", r"keep_variables: false \(%set\)")
    say(window, "go", "┊ one")
    window.wait(r"^>$")
    sessions = os.path.join(case.folder.path, ".local/share/open-interpreter/sessions")
    assert not os.path.exists(sessions), os.listdir(sessions)
    say(window, "%set keep_variables true", r"keep_variables: true \(%set\)")
    say(window, "go", "┊ two")
    window.wait(r"^>$")
    window.keys("C-d")
    window.wait("EXIT=0")
    (number,) = os.listdir(sessions)
    assert os.listdir(os.path.join(sessions, number)) == ["Python"]


def test_resume_takes_the_conversations_folder_and_model(case):
    first = use_model(case, "first", "I am the first.\n---\nThe first again.\n")
    there = os.path.join(case.folder.path, "there")
    os.mkdir(there)
    window = start(case, "hello", there)
    window.wait("I am the first.")
    window.wait(r"^>$")
    begun = number_of(window)
    window.keys("C-d")
    window.wait("EXIT=0")
    window.close()
    second = use_model(case, "second", "A.\n```shell\npwd\n```\n---\nDone.\n")
    window = start(case, "-y hi")
    window.wait("Done.")
    window.wait(r"^>$")
    here = number_of(window)
    page = say(window, f"%resume {begun}", f"Going on with conversation {begun}, 2 messages.")
    assert f"In {there}, where this conversation was." in page, page
    assert f"With script:{first}, as before; %model takes another." in page, page
    window.wait(r"^>$")
    say(window, "%% pwd", f"^ *┊? *{there}$")
    window.wait(r"^>$")
    say(window, "and now", "I am the first.")
    window.wait(r"^>$")
    page = say(window, f"%resume {here}", f"Going on with conversation {here}, 5 messages.")
    assert f"With script:{second}, as before" in page and f"In {case.folder.path}, where" in page, page
    assert "Not kept" not in page, page


def test_resume_keeps_the_model_that_the_person_chose_and_says_that_a_folder_is_gone(case):
    use_model(case, "first", "I am the first.\n")
    there = os.path.join(case.folder.path, "there")
    os.mkdir(there)
    window = start(case, "hello", there)
    window.wait(r"I am the first[^>]*^>$")
    begun = number_of(window)
    window.keys("C-d")
    window.wait("EXIT=0")
    window.close()
    os.rmdir(there)
    window = case.terminal("Mine.\n", "", columns=150)
    window.wait(r"^>$")
    page = say(window, f"%resume {begun}", f"Going on with conversation {begun}, 2 messages.")
    assert f"The folder of this conversation is gone: {there}; going on in {case.folder.path}." in page, page
    assert re.search(r"With script:\S*model\S* \(--model\); this conversation had script:", page), page
    window.wait(r"^>$")
    say(window, "and now", "Mine.")


def test_a_fork_has_its_own_variables_and_the_original_keeps_its(case):
    cells = ["x = 1\nprint('set', x)", "x = 2\nprint('set', x)"]
    window = case.terminal("".join(f"A.\n```python\n{cell}\n```\n---\nDone.\n---\n" for cell in cells) + "End.\n", "-y", columns=150)
    window.wait(r"^>$")
    say(window, "go", "┊ set 1")
    window.wait(r"Done[^>]*^>$")
    page = say(window, "%fork", r"Going on in a copy, conversation \d+")
    copy = re.search(r"Going on in a copy, conversation (\d+); (\d+) stays", page)
    say(window, "go", "┊ set 2")
    window.wait(r"^>$")
    window.keys("C-d")
    window.wait("EXIT=0")
    window.close()
    for number, value in ((copy[2], 1), (copy[1], 2)):
        window = case.terminal("A.\n```python\nprint('x is', x)\n```\n---\nDone.\n", f"-y --resume={number} what is it", columns=150)
        window.wait(f"x is {value}")
        window.wait(r"Done[^>]*^>$")
        window.keys("C-d")
        window.wait("EXIT=0")
        window.close()


def test_a_copy_of_what_another_program_has_open_has_a_copy_of_its_variables(case):
    first = case.terminal("A.\n```python\nx = 7\nprint('set')\n```\n---\nDone.\n", "-y go", columns=150)
    first.wait(r"Done[^>]*^>$")
    begun = number_of(first)
    kept = os.path.join(case.folder.path, ".local/share/open-interpreter/sessions", begun, "Python")
    for _ in range(1000):
        if os.path.exists(kept):
            break
        first.text()
    second = case.terminal("A.\n```python\nprint('x is', x)\n```\n---\nDone.\n", f"-y --resume={begun} and here", columns=150)
    page = second.wait("x is 7")
    assert "is open in another program: going on in a copy" in page and "with its variables as last kept" in page, page
    second.wait(r"Done[^>]*^>$")
    assert number_of(second) != begun


def test_old_conversations_are_listed_and_imported_when_they_are_opened(case):
    folder = os.path.join(case.folder.path, ".config/open-interpreter/conversations")
    os.makedirs(folder)
    talk = [{"role": "user", "type": "message", "content": "Plot my data of Oslo"}, {"role": "assistant", "type": "message", "content": "Done."}]
    case.folder.write(".config/open-interpreter/conversations/Plot_my_data__March_05_2024_10-22-01.json", json.dumps(talk))
    window = case.terminal("Again.\n", "--conversations", columns=110)
    page = window.wait("Plot my data ")
    assert re.search(r"Plot my data +old", page), page
    window.keys("Enter")
    window.wait("Going on with 2 messages: Plot my data of Oslo")
    window.wait(r"^>$")
    window.keys("C-d")
    window.wait("EXIT=0")
    window.close()
    window = case.terminal("", "--conversations", columns=110)
    page = window.wait("Plot my data of Oslo")
    assert page.count("Plot my data") == 1, page
    window.keys("Escape")


def test_the_rest_of_a_command_is_grey_and_not_sent(case):
    window = case.terminal("One.\n", "")
    window.wait(r"^>$")
    window.type("%inf")
    window.wait(r"^> %info$")
    assert re.search("%inf\x1b\\[[0-9;]*mo", window.coloured()), window.coloured()
    window.keys("Right")
    window.keys("Enter")
    window.wait("System: Linux")
    bare = case.terminal("One.\n", "", NO_COLOR="1")
    bare.wait(r"^>$")
    bare.type("%inf")
    bare.wait(r"^> %inf$")
    off = case.terminal("One.\n", "--no-hints")
    off.wait(r"^>$")
    off.type("%inf")
    off.wait(r"^> %inf$")
