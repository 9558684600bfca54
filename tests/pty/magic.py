"""The % commands, each as a person uses it."""

import json
import os
import re

TALK = """
I count them.
```shell
seq 1 5
```
---
There are five.
---
Again: five.
---
Third: five.
"""


def say(window, text, answer=None, seconds=10):
    window.type(text)
    window.keys("Enter")
    return window.wait(answer, seconds) if answer else None


def read(case, name):
    with open(os.path.join(case.folder.path, name), encoding="utf-8") as file:
        return file.read()


def test_percent_percent_runs_in_the_shell_session_and_the_model_does_not_see_it(case):
    window = case.terminal("One.\n```shell\necho $word\n```\n---\nSeen.\n", "-y")
    window.wait(r"^>$")
    say(window, "%% word=hello; echo done-$word", "┊ done-hello")
    window.wait(r"^>$")
    say(window, "go", "Seen.")
    page = window.wait(r"^>$")
    assert "┊ hello" in page, page
    say(window, "%save_message", "Wrote .*messages.json")
    saved = json.loads(read(case, "messages.json"))
    assert [message["content"] for message in saved] == ["go", "One.", "echo $word", "hello\n", "Seen."], saved
    say(window, "%%", "runs what stands behind it")


def test_ctrl_c_stops_a_command_of_ones_own(case):
    window = case.terminal("Hello.", "")
    window.wait(r"^>$")
    say(window, "%% echo up; sleep 1000", "┊ up")
    window.keys("C-c")
    window.wait("Stopped.")
    window.wait(r"^>$")
    say(window, "%% echo alive", "┊ alive")


def test_a_command_of_ones_own_can_read_from_the_keyboard(case):
    window = case.terminal("Hello.", "")
    window.wait(r"^>$")
    say(window, "%% read x; echo it is $x", r"┊ \?")
    say(window, "me", "it is me")


def test_undo_redo_and_retry(case):
    window = case.terminal(TALK, "-y 'count them'")
    window.wait("There are five.")
    window.wait(r"^>$")
    say(window, "%undo", 'Removed you: "count them"')
    page = window.wait("%redo brings it back")
    assert 'Removed shell: "seq 1 5"' in page, page
    say(window, "%undo", "There is nothing to undo.")
    say(window, "%save_message", "there is nothing to save yet")
    say(window, "%redo", 'Back again: you: "count them" and 4 more.')
    say(window, "%redo", "There is nothing to bring back")
    say(window, "%retry", "Again: five.")
    window.wait(r"^>$")
    say(window, "%save_message", "Wrote .*messages.json")
    saved = json.loads(read(case, "messages.json"))
    assert [message["content"] for message in saved] == ["count them", "Again: five."], saved


def test_what_was_undone_is_not_in_the_conversation_that_goes_on_later(case):
    window = case.terminal("One.\n---\nTwo.\n", "first")
    window.wait("One.")
    window.wait(r"^>$")
    say(window, "second", "Two.")
    window.wait(r"^>$")
    say(window, "%undo", "Removed")
    window.keys("C-d")
    window.wait("EXIT=0")
    later = case.terminal("@expect third\nYes.\n", "--resume third")
    later.wait("Yes.")
    later.wait(r"^>$")
    say(later, "%save_message", "Wrote .*messages.json")
    assert [message["content"] for message in json.loads(read(case, "messages.json"))] == ["first", "One.", "third", "Yes."]


def test_edit_sends_the_last_message_anew(case):
    editor = case.folder.write("editor", "#!/bin/sh\nsed -i s/them/all/ \"$1\"\n", 0o755)
    window = case.terminal("One.\n---\n@expect count all\nTwo.\n", "'count them'", EDITOR=editor)
    window.wait("One.")
    window.wait(r"^>$")
    page = say(window, "%edit", "Two.")
    assert "> count all" in page, page
    window.wait(r"^>$")
    say(window, "%save_message", "Wrote .*messages.json")
    assert [message["content"] for message in json.loads(read(case, "messages.json"))] == ["count all", "Two."]


def test_an_editor_that_fails_changes_nothing(case):
    window = case.terminal("One.\n", "'count them'", EDITOR="false")
    window.wait("One.")
    window.wait(r"^>$")
    say(window, "%edit", "the editor `false` failed")
    say(window, "%undo", 'Removed you: "count them"')


def test_saved_messages_are_loaded_into_a_new_conversation(case):
    window = case.terminal(TALK, "-y 'count them'")
    window.wait("There are five.")
    window.wait(r"^>$")
    say(window, "%save_message ~/talk", r"Wrote .*/talk\.json")
    say(window, "%save_message ~/talk", r"Replaced .*/talk\.json")
    say(window, "%reset", "A new conversation.")
    window.wait(r"^>$")
    say(window, "%load_message ~/talk", "Going on with 5 messages")
    say(window, "more", "Again: five.")
    window.wait(r"^>$")
    say(window, "%save_message", "Wrote .*messages.json")
    contents = [message["content"] for message in json.loads(read(case, "messages.json"))]
    assert contents == ["count them", "I count them.", "seq 1 5", "1\n2\n3\n4\n5\n", "There are five.", "more", "Again: five."], contents


def test_what_is_no_conversation_is_not_loaded(case):
    case.folder.write("bad.json", '[{"role": "user", "type": "message", "content": "a"},\n {"role": "nobody"}]')
    case.folder.write("cut.json", '[{"role": ')
    window = case.terminal("One.\n", "hello", columns=200)
    window.wait("One.")
    window.wait(r"^>$")
    say(window, "%load_message", "messages.json: No such file")
    say(window, "%load_message bad.json", r"bad.json: message 2 has no role that is known .*nothing has changed")
    say(window, "%load_message cut", r"cut.json: malformed JSON at line 1, column 11")
    say(window, "%undo", 'Removed you: "hello"')


def test_output_shows_the_whole_in_the_pager(case):
    pager = case.folder.write("pager", "#!/bin/sh\nwc -l \"$1\"\n", 0o755)
    window = case.terminal("A.\n```shell\nseq 1 3000\n```\n---\nB.\n```shell\necho short\n```\n---\nDone.\n", "-y go", PAGER=pager,
                           columns=100)
    window.wait("Done.")
    window.wait(r"^>$")
    say(window, "%output 1", r"^3000 /")
    say(window, "%output", r"^1 /")
    say(window, "%output 9", "there is no code number 9; the last one is 2")
    say(window, "%output x", "takes the number of a piece of code, from 1, not x")


def test_output_is_printed_without_a_terminal_for_a_pager(case):
    window = case.terminal("A.\n```shell\nseq 1 3000\n```\n---\nC.\n", "-y --plain", columns=60)
    window.wait(r"^>$")
    say(window, "go", r"^C\.")
    window.wait(r"^>$")
    say(window, "%output", r"^3000$")


def test_a_pager_that_is_missing_is_named(case):
    window = case.terminal("A.\n```shell\nseq 1 3000\n```\n---\nC.\n", "-y go", PAGER="no-such-pager")
    window.wait("C.")
    window.wait(r"^>$")
    say(window, "%output", "there is no pager `no-such-pager`")


def test_copy_goes_to_the_terminals_clipboard(case):
    window = case.pty(TALK, "-y", "count them")
    window.wait(b"There are five.")
    window.wait(b"> ")
    window.write(b"%copy code\r")
    window.wait(b"\x1b]52;c;c2VxIDEgNQ==\x07")
    window.wait(b"Copied the last code, 7 bytes")
    window.write(b"%copy\r")
    window.wait(b"\x1b]52;c;VGhlcmUgYXJlIGZpdmUu\x07")
    window.write(b"%copy song\r")
    window.wait(b"%copy takes answer, code or output, not song.")
    assert window.leave() == 0


def test_the_model_is_switched_and_a_bad_one_keeps_the_old(case):
    other = case.folder.write("other", "I am the other.\n")
    window = case.terminal("I am the first.\n---\nStill the first.\n", "hello", columns=150)
    window.wait("I am the first.")
    window.wait(r"^>$")
    say(window, "%model no-such-vendor/x", "no-such-vendor")
    say(window, "%model anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY")
    say(window, "again", "Still the first.")
    window.wait(r"^>$")
    say(window, f"%model script:{other}", "From now on: script:")
    say(window, "and now", "I am the other.")
    window.wait(r"^>$")
    say(window, "%model", r"^ *script:.*other")


def test_settings_change_where_they_can(case):
    window = case.terminal("A.\n```shell\necho ran\n```\n---\nDone.\n", "", columns=150)
    window.wait(r"^>$")
    say(window, "%set max_output", r"max_output: 2800 \(the default\)")
    say(window, "%set max_output 100", r"max_output: 100 \(%set\)")
    say(window, "%set max_output lots", "max_output: .*lots")
    say(window, "%set plain true", "plain cannot change while the program runs: the screen is")
    say(window, "%set max_outptu 3", "there is no setting max_outptu .*did you mean max_output")
    say(window, "%set auto_run true", "auto_run: true")
    say(window, "go", "┊ ran")
    window.wait(r"^>$")
    page = say(window, "%set", "All others are at their default")
    assert "auto_run: true (%set)" in page, page


def test_a_profile_is_used_in_the_running_conversation(case):
    os.makedirs(os.path.join(case.folder.path, ".config/open-interpreter/profiles"))
    case.folder.write(".config/open-interpreter/profiles/mine.yaml", "auto_run: true\nplain_text_display: true\n")
    case.folder.write(".config/open-interpreter/profiles/bad.yaml", "auto_run: perhaps\n")
    window = case.terminal("A.\n```shell\necho ran\n```\n---\nDone.\n", "", columns=150)
    window.wait(r"^>$")
    say(window, "%profile", "No profile is in use.")
    say(window, "%profile nobody", "there is no profile nobody")
    say(window, "%profile bad", "bad.yaml:1:")
    page = say(window, "%profile mine", "plain: true, not before the next start: the screen is what the program started with")
    assert "auto_run: off -> true" in page, page
    say(window, "go", "┊ ran")


def test_verbose_shows_the_messages_and_what_happens(case):
    window = case.terminal("One.\n---\nTwo.\n", "hello", columns=150)
    window.wait("One.")
    window.wait(r"^>$")
    say(window, "%verbose", '"content":"hello"')
    window.wait("are shown from now on")
    say(window, "%% echo x", "start Shell: ")
    window.wait(r"^>$")
    say(window, "%verbose false", "no longer shown")
    say(window, "%verbose maybe", "takes true or false, not maybe")


def test_facts_languages_and_cost(case):
    window = case.terminal("@usage 1200 30\nOne.\n", "hello", columns=150, rows=60)
    window.wait("One.")
    window.wait(r"^>$")
    page = say(window, "%info", "interpreter --doctor checks them")
    assert "Model: script:" in page and "System: Linux" in page and re.search(r"Conversation: number \d+, 2 messages", page), page
    page = say(window, "%languages", r"^ *python +py")
    assert "also called" in page, page
    say(window, "%cost", "This conversation: 1.2k tokens in, 30 out")


def test_exit_and_quit_leave(case):
    for word in ("%exit", "%quit"):
        window = case.terminal("One.\n", "")
        window.wait(r"^>$")
        say(window, word, "EXIT=0")


def test_plain_knows_the_commands_too(case):
    window = case.terminal(TALK, "-y --plain", columns=100)
    window.wait(r"^>$")
    say(window, "count them", r"^There are five\.")
    window.wait(r"^>$")
    say(window, "%undo", 'Removed you: "count them"')
    say(window, "%redo", "Back again")
    say(window, "%retry", r"^Again: five\.")
    window.wait(r"^>$")
    say(window, "%% echo mine", "^mine")
    window.wait(r"^>$")
    say(window, "%markdown", r"Wrote .*/count-them\.md\.")
    say(window, "%quit", "EXIT=0")


def test_fork_and_resume_go_between_conversations(case):
    window = case.terminal("One.\n---\nTwo.\n---\nThree.\n", "first", columns=120)
    window.wait("One.")
    window.wait(r"^>$")
    page = say(window, "%fork", r"Going on in a copy, conversation \d+; \d+ stays as it is: %resume \d+\.")
    original = re.search(r"; (\d+) stays", page)[1]
    say(window, "second", "Two.")
    window.wait(r"^>$")
    say(window, "%resume", rf"^ *{original} .* 2 messages  first")
    say(window, f"%resume {original}", f"Going on with conversation {original}, 2 messages.")
    window.wait(r"^>$")
    say(window, "third", "Three.")
    window.wait(r"^>$")
    say(window, "%save_message", "Wrote .*messages.json")
    assert [message["content"] for message in json.loads(read(case, "messages.json"))] == ["first", "One.", "third", "Three."]
    say(window, "%resume 99", "99")
    window.wait(r"^>$")
    say(window, "%resume x", "takes the number of a conversation, not x")
    say(window, "%undo", 'Removed you: "third"')


def test_search_finds_what_was_said_and_printed_and_resume_goes_on_with_it(case):
    window = case.terminal("The zebra is striped.\n```shell\necho okapi\n```\n---\nBoth live in Africa.\n---\nOf course.\n", "-y 'animals?'",
                           columns=120)
    window.wait("Both live in Africa.")
    window.wait(r"^>$")
    say(window, "%reset", "A new conversation.")
    window.wait(r"^>$")
    page = say(window, "%search zebra", r"^ +answer: .*zebra")
    number = re.search(r"(\d+)  \d{4}-\d\d-\d\d \d\d:\d\d  animals\?", page)[1]
    say(window, "%search okapi", r"^ +output: .*okapi")
    say(window, "%search unicorn", "Nothing was said or printed with: unicorn")
    say(window, "%search", "%search takes the words to look for")
    say(window, f"%resume {number}", "Going on with conversation .*, 5 messages")
    window.wait(r"^>$")
    say(window, "really?", "Of course.")


def test_a_conversation_of_another_program_is_not_gone_on_with(case):
    first = case.terminal("One.\n", "first", columns=120)
    first.wait("One.")
    first.wait(r"^>$")
    second = case.terminal("Two.\n", "second", columns=120)
    second.wait("Two.")
    second.wait(r"^>$")
    page = say(second, "%resume", r"^ *\d+ .* 2 messages  first")
    number = re.search(r"(\d+)  .* 2 messages  first", page)[1]
    say(second, f"%resume {number}", f"Another program goes on with conversation {number} just now")
    first.keys("C-d")
    first.wait("EXIT=0")
    say(second, f"%resume {number}", "Going on with conversation")
