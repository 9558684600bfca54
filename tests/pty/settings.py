"""--config with an editor, profiles that hang, notes about old files."""

import os
import signal
import subprocess

from tmux import Tmux

# Writes a mistake the first time and the right thing the second time.
EDITOR = """#!/bin/sh
if grep -q '^max_output: many' "$1"; then sed -i 's/^max_output: many/max_output: 99/' "$1"; else echo 'max_output: many' >> "$1"; fi
"""


def window(case, arguments, **environment):
    tmux = Tmux(case.folder, 120)
    case.open.append(tmux)
    tmux.start(f"trap : INT; '{case.program}' {arguments}", **environment)
    return tmux


def test_config_is_made_edited_checked_and_edited_again(case):
    editor = case.folder.write("editor", EDITOR, 0o755)
    screen = window(case, "--config", EDITOR=editor)
    path = os.path.join(case.folder.path, ".config/open-interpreter/config.yaml")
    page = screen.wait(r"Edit it again\? \[Y/n\]")
    assert f"{path}:" in page.replace("\n", "") and 'max_output: "many" is not a whole number' in page.replace("\n", ""), page
    screen.keys("Enter")
    page = screen.wait("EXIT=0")
    assert "is right; it sets max_output." in page.replace("\n", ""), page
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.endswith("\nmax_output: 99\n") and "\n#llm.model:\n" in text, text
    assert os.stat(path).st_mode & 0o777 == 0o600
    said = subprocess.run([case.program, "--explain", "max_output"], env=case.folder.environment(), capture_output=True, text=True, check=True)
    assert said.stdout.startswith("max_output = 99\n"), said.stdout


def test_config_that_is_left_broken_is_exit_1(case):
    editor = case.folder.write("editor", EDITOR, 0o755)
    screen = window(case, "--config --config_file work", VISUAL=f"{editor} ", EDITOR="false")
    screen.wait(r"work\.yaml:\d+:\d+: |Edit it again")
    screen.wait(r"Edit it again")
    screen.type("n")
    screen.keys("Enter")
    screen.wait("EXIT=1")


def test_an_editor_that_fails_is_named(case):
    page = window(case, "--config", EDITOR="false").wait("EXIT=1")
    assert "the editor `false` failed: exit code 1 (set EDITOR to one that works)" in page, page


def test_a_profile_that_hangs_ends_at_ctrl_c_with_all_that_it_started(case):
    case.folder.write("hang.py", "import subprocess\nchild = subprocess.Popen(['sleep', '987'])\nprint('child', child.pid, flush=True)\nwhile True:\n    pass\n")
    screen = window(case, "-p hang.py hello")
    page = screen.wait(r"child \d+")
    child = int(page.split("child ")[1].split()[0])
    screen.wait("waiting for the profile .*Ctrl-C ends it")
    screen.keys("C-c")
    screen.wait("EXIT=130")
    for _ in range(1000):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        subprocess.run(["true"], check=True)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("the profile's child lives on")


def test_reset_profile_asks_and_keeps_the_old_file(case):
    folder = os.path.join(case.folder.path, ".config/open-interpreter/profiles")
    os.makedirs(folder)
    case.folder.write(".config/open-interpreter/profiles/default.yaml", "max_output: 7\n")
    screen = window(case, "--reset_profile")
    screen.wait(r"aside\? \[y/N\]")
    screen.type("y")
    screen.keys("Enter")
    screen.wait("EXIT=0")
    assert os.listdir(folder) == ["default.yaml.backup"], os.listdir(folder)


def test_a_profile_asks_on_the_keyboard_before_anything_starts(case):
    os.makedirs(os.path.join(case.folder.path, ".config/open-interpreter"), exist_ok=True)
    script = case.folder.write("model", "Bonjour.\n")
    case.folder.write("ask.py", "from interpreter import interpreter\nimport getpass\n"
                                "interpreter.custom_instructions = 'in ' + input('Which language? ')\n"
                                "word = getpass.getpass('Secret: ')\nprint(len(word), 'letters')\n"
                                f"interpreter.llm.model = 'script:{script}'\n")
    screen = window(case, "-p ask.py")
    screen.wait(r"^Which language\? *$")
    screen.type("French")
    screen.keys("Enter")
    screen.wait(r"^Secret: *$")
    screen.type("hunter2")
    screen.keys("Enter")
    page = screen.wait("7 letters")
    assert "hunter2" not in page and "waiting for the profile" not in page, page
    screen.wait(r"^>$")
    screen.type("%set custom_instructions")
    screen.keys("Enter")
    screen.wait("custom_instructions: in French")


def test_ctrl_c_at_a_hidden_question_leaves_a_terminal_that_shows_what_is_typed(case):
    case.folder.write("ask.py", "import getpass\ngetpass.getpass('Secret: ')\n")
    screen = window(case, "-p ask.py; cat")
    screen.wait(r"^Secret: *$")
    screen.keys("C-c")
    screen.type("seen again")
    screen.wait("seen again")
    screen.keys("C-d")
