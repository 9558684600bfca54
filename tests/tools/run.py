#!/usr/bin/python3
"""Tests of the tools themselves: each has to find what it is there to find.

    run.py [--bin FOLDER] [FILTER...]     FILTER: part of a test's name
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def expect(is_so, what):
    if not is_so:
        raise AssertionError(what)


def test_check_layers_catches_every_offence(_):
    code, text = run(ROOT / "tools/check_layers", "--self-test")
    expect(code == 0, text)


def test_gen_docs_finds_a_table_that_is_out_of_date(room):
    for name in ("tools/gen_docs", "src/core/settings.def", "src/config/commands.def", "src/config/old_keys.def", "docs/manual/settings.md"):
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, room / name)
    run(room / "tools/gen_docs")
    code, text = run(room / "tools/gen_docs", "--check")
    expect(code == 0, text)
    table = room / "src/core/settings.def"
    table.write_text(table.read_text().replace("2800", "2801"))
    code, text = run(room / "tools/gen_docs", "--check")
    expect(code == 1 and "docs/manual/settings.md: out of date" in text, text)
    run(room / "tools/gen_docs")
    code, text = run(room / "tools/gen_docs", "--check")
    expect(code == 0 and "2801" in (room / "docs/manual/settings.md").read_text(), text)


def make_cases(room, program):
    """A tree of cases for a program that is a shell script."""
    for name in ("tests/cases/run.py", "CMakeLists.txt"):
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, room / name)
    (room / "bin").mkdir()
    (room / "bin/interpreter").write_text("#!/bin/sh\n" + program)
    (room / "bin/interpreter").chmod(0o755)
    case = room / "tests/cases/area/name"
    case.mkdir(parents=True)
    return case


def run_cases(room, *arguments):
    return run(sys.executable, room / "tests/cases/run.py", "--bin", room / "bin", *arguments)


def test_cases_compare_output_errors_and_exit_status(room):
    case = make_cases(room, 'echo "out in $PWD: $*"; cat; echo "bad" >&2; exit 3\n')
    (case / "cmd").write_text("interpreter 'a b' {{HOME}}\n")
    (case / "in").write_text("typed\n")
    code, text = run_cases(room)
    expect(code == 1 and all(part in text for part in ("+out in {{TMP}}: a b {{HOME}}", "+typed", "+bad", "-0\n+3")), text)
    run_cases(room, "--accept")
    code, text = run_cases(room)
    expect(code == 0 and (case / "exit").read_text() == "3\n", text)
    (case / "error").write_text("worse\n")
    code, text = run_cases(room)
    expect(code == 1 and "-worse\n+bad" in text, text)
    code, text = run_cases(room, "elsewhere")
    expect(code == 0 and text.startswith("0 cases"), text)


def test_cases_run_each_line_in_the_same_room(room):
    case = make_cases(room, 'echo "$*" >> log; cat log\n')
    (case / "cmd").write_text("first\n# a comment\nsecond --model x\n")
    (case / "model").write_text("hello\n")
    run_cases(room, "--accept")
    default = "--frontend json --model script:model first"
    expected = f"$ first\n{default}\n$ second --model x\n{default}\n--frontend json second --model x\n"
    expect((case / "out").read_text() == expected, (case / "out").read_text())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("filters", nargs="*")
    parser.add_argument("--bin")
    filters = parser.parse_args().filters
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    tests = {name: test for name, test in tests.items() if not filters or any(part in name for part in filters)}
    failed = 0
    for name, test in tests.items():
        with tempfile.TemporaryDirectory(prefix="oi-tools-") as room:
            try:
                test(pathlib.Path(room))
            except (AssertionError, OSError, subprocess.SubprocessError) as fault:
                failed += 1
                print(f"FAILED {name}\n{fault}")
    print(f"{len(tests)} tests of the tools, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
