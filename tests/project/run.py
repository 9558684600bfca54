#!/usr/bin/python3
"""The project as it stands: layers, generated docs, the script, what `install` installs, the README."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PROJECT, main  # noqa: E402
from package import *  # noqa: E402, F401, F403: the tests of package.py


def run(*command, **more):
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, **more)


def test_includes_keep_to_the_layers(room):
    done = run("tools/check_layers")
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_tables_in_the_manual_are_up_to_date(room):
    done = run("/usr/bin/python3", "-B", "tools/gen_docs", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_has_an_effect_somewhere(room):
    """Used by name outside of what reads settings; disable_telemetry is for old commands, and says so."""
    read_by_config = {"profile", "config_file", "disable_telemetry"}
    with open(os.path.join(PROJECT, "src/core/settings.def"), encoding="utf-8") as file:
        names = re.findall(r"^SETTING\(\w+, (\w+)", file.read(), re.M)
    used = set()
    for folder, _, files in os.walk(os.path.join(PROJECT, "src")):
        for name in files:
            if name.endswith((".cc", ".h")) and not name.endswith("_test.cc") and not folder.endswith("src/config"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    used |= set(re.findall(r"(?:settings|Settings::|options|change\w*)\.?(?:->)?(\w+)", file.read()))
    assert len(names) > 30 and set(names) - used - read_by_config <= {"safe_mode"}, set(names) - used - read_by_config


def test_the_script_says_what_it_can_do_and_refuses_what_it_cannot(room):
    assert "./dev test" in run("./dev", "help").stdout
    wrong = run("./dev", "dance")
    assert wrong.returncode == 2 and "dance" in wrong.stderr, wrong


def test_an_installed_program_runs_by_both_names(room):
    prefix = os.path.join(room.home, "prefix")
    build = os.path.dirname(room.bin)
    done = run("cmake", "--install", build, "--prefix", prefix)
    assert done.returncode == 0, done.stderr
    for name in ("interpreter", "i"):
        version = run(os.path.join(prefix, "bin", name), "--version")
        assert version.returncode == 0 and version.stdout.startswith("Open Interpreter "), version
    demo = run(os.path.join(prefix, "bin", "i"), "--demo", "-y", env=room.environment)
    assert demo.returncode == 0 and "The five largest files" in demo.stdout, demo


def test_the_readme_names_the_two_commands_and_shows_a_picture_that_is_there(room):
    with open(os.path.join(PROJECT, "README.md"), encoding="utf-8") as file:
        readme = file.read()
    assert "./dev run -- --demo -y" in readme and "./dev test" in readme
    pictures = [part.split(")")[0] for part in readme.split("](")[1:] if part.split(")")[0].endswith((".svg", ".png"))]
    assert pictures and all(os.path.exists(os.path.join(PROJECT, picture)) for picture in pictures), pictures


if __name__ == "__main__":
    main(globals())
