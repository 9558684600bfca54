"""interpreter.computer: running code, languages, files, what is not there yet."""

import os

from support import main, raises, talking

from interpreter import OpenInterpreter, computer


def test_run_gives_the_output_joined_and_the_session_stays():
    assert computer.run("python", "x = 40\nprint('a')\nprint('b')\nx + 2") == [{"type": "console", "format": "output", "content": "a\nb\n42\n"}], computer.run("python", "x")
    assert computer.run("python", "print(x)")[-1]["content"] == "40\n"
    assert computer.run("python", "pass") == [] or computer.run("python", "pass")[0]["content"] == ""
    assert "ZeroDivisionError" in computer.run("python", "1/0")[-1]["content"]


def test_run_streams_chunks():
    chunks = list(computer.run("python", "print(1)", stream=True))
    assert [chunk.get("format") or ("start" if "start" in chunk else "end") for chunk in chunks] == ["start", "output", "end"], chunks
    for chunk in computer.run("python", "import itertools\nfor i in itertools.count(): print(i)", stream=True):
        if chunk.get("format") == "output":
            break
    assert computer.run("python", "print('there')")[-1]["content"].endswith("there\n")


def test_the_output_is_no_part_of_the_conversation():
    one = OpenInterpreter(conversation_history=False)
    one.computer.run("shell", "echo hi")
    assert one.messages == []
    one.terminate()


def test_an_unknown_language_is_an_attribute_error_with_the_nearest():
    with raises(AttributeError, "'pyton'", "python"):
        computer.run("pyton", "1")
    for language, code in ((3, "x"), ("python", None)):
        with raises(TypeError, "computer.run() takes"):
            computer.run(language, code)


def test_exec_is_the_shell_and_terminal_is_the_same():
    assert computer.exec("echo $((6*7))")[-1]["content"] == "42\n"
    assert computer.terminal.run("shell", "echo t")[-1]["content"] == "t\n"
    names = [language.name.lower() for language in computer.languages]
    assert {"python", "shell", "javascript"} <= set(names), names
    assert computer.terminal.get_language("PY").name.lower() == "python" and computer.terminal.get_language("cobol") is None


def test_terminate_ends_the_sessions():
    computer.run("python", "y = 1")
    computer.terminate()
    assert "NameError" in computer.run("python", "y")[-1]["content"]


def test_files_are_edited_and_searched():
    with open("notes.txt", "w") as file:
        file.write("buy apples\nsell pears\n")
    computer.files.edit("notes.txt", "apples", "plums")
    with open("notes.txt") as file:
        assert file.read() == "buy plums\nsell pears\n"
    with raises(ValueError, "Original text not found. Did you mean one of these?", "plums"):
        computer.files.edit("notes.txt", "plumz", "x")
    hits = computer.files.search("sell pears")
    assert any(hit["path"] == "notes.txt" and hit["line"] == 2 for hit in hits), hits


def test_areas_that_are_not_there_say_so():
    with raises(NotImplementedError, "computer.mouse.click() is not there yet"):
        computer.mouse.click("OK")
    with raises(AttributeError, "clikc"):
        computer.mouse.clikc


def test_a_dict_of_it_can_be_loaded():
    one = OpenInterpreter()
    values = one.computer.to_dict()
    assert values["emit_images"] is True
    one.computer.load_dict({"emit_images": False, "unknown": 1})
    assert one.computer.emit_images is False


def test_stdout_of_the_host_is_never_touched_without_display():
    import subprocess
    import sys

    program = "from interpreter import computer\ncomputer.run('python', 'print(1)')\ncomputer.run('shell', 'echo 2; echo 3 >&2')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    done = subprocess.run([sys.executable, "-c", program.replace("'print(1)'", "'print(1)', display=True")], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "1", done


if __name__ == "__main__":
    main(globals())
