"""Completion in real shells: what Tab makes of a line."""

import os

from tmux import Tmux

SHELLS = {
    "bash": ("bash --noprofile --rcfile rc -i", "rc", "PS1='$ '\nbind 'set bell-style none'\n. ./script\n"),
    "zsh": ("ZDOTDIR=. zsh -d -i", ".zshrc", "PS1='$ '\nunsetopt beep\nautoload -Uz compinit && compinit -u -D\n. ./script\n"),
    "fish": ("fish --no-config -C '. ./rc'", "rc", "function fish_prompt; echo '$ '; end\nfunction fish_greeting; end\n. ./script\n"),
}


def shell(case, name):
    command, rc, text = SHELLS[name]
    case.folder.write(rc, text)
    folder = os.path.dirname(case.program)
    window = Tmux(case.folder, 100, 40)
    case.open.append(window)
    window.start(f"interpreter --completion={name} >script && {command}", PATH=f"{folder}:/usr/local/bin:/usr/bin:/bin", SHELL="/bin/sh")
    window.wait(r"^\$ *$")
    return window


def completed(window, line, expected, tabs=1):
    """Types the line and Tab; the line becomes, or the page shows, what is expected."""
    window.keys("C-u")
    window.keys("C-l")
    window.type(line)
    window.wait(line.replace("$", ".")[-20:].replace("[", "."))
    for _ in range(tabs):
        window.keys("Tab")
    return window.wait(expected)


def check_lines(case, name):
    profiles = os.path.join(case.folder.path, ".config", "open-interpreter", "profiles")
    os.makedirs(profiles)
    with open(os.path.join(profiles, "careful.yaml"), "w", encoding="utf-8") as file:
        file.write("auto_run: false\n")
    case.folder.write("recording-of-mine.jsonl", "")
    window = shell(case, name)
    completed(window, "interpreter --sand", "interpreter --sandbox")
    completed(window, "interpreter --sandbox work", "interpreter --sandbox workspace")
    completed(window, "interpreter --sandbox=read", "interpreter --sandbox=read-only")
    completed(window, "i --profile care", "i --profile careful")
    completed(window, "i -p fas", "i -p fast")
    completed(window, "interpreter --model claude-3-5-h", "interpreter --model claude-3-5-haiku")
    completed(window, "interpreter --model=claude-3-5-h", "interpreter --model=claude-3-5-haiku")
    completed(window, "interpreter --record recording-", "interpreter --record recording-of-mine.jsonl")
    completed(window, "interpreter --languages=jav", "interpreter --languages=java")
    completed(window, "interpreter --completion=fi", "interpreter --completion=fish")
    completed(window, "interpreter recording-", "interpreter recording-of-mine.jsonl")
    return window


def test_bash_completes_flags_values_profiles_models_and_files(case):
    window = check_lines(case, "bash")
    completed(window, "interpreter --safe-mode as", "interpreter --safe-mode ask")
    completed(window, "interpreter --re", "--record.*--reset_profile|--record.*--resume|--reasoning_effort", tabs=2)


def test_zsh_completes_flags_values_profiles_models_and_files(case):
    check_lines(case, "zsh")


def test_fish_completes_flags_values_profiles_models_and_files(case):
    check_lines(case, "fish")


def test_conversations_are_completed_by_number(case):
    case.terminal("Good day.\n", "'tidy my pictures'").wait("Good day")
    for name in SHELLS:
        window = shell(case, name)
        completed(window, "interpreter --resume=", r"interpreter --resume=\d+")
        window.close()
