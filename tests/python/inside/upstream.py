"""Counterparts of the tests that the original has and that need no hosted model, written from what they check."""

import os
import time
from unittest import mock

from support import main, raises, runs, says, talking

from interpreter import AsyncInterpreter, OpenInterpreter, interpreter


def test_multiple_instances():
    """test_multiple_instances"""
    one, two = OpenInterpreter(), OpenInterpreter()
    one.system_message = "i"
    one.llm.model, two.llm.model = "a", "b"
    assert two.system_message != "i" and (one.llm.model, two.llm.model) == ("a", "b")
    one.computer.run("python", "answer = 1")
    two.computer.run("python", "answer = 2")
    assert one.computer.run("python", "print(answer)")[-1]["content"] == "1\n"
    one.terminate()
    two.terminate()


def test_reset():
    """test_reset"""
    interpreter.reset()
    assert interpreter.messages == []


def test_token_counter():
    """test_token_counter: both counters agree"""
    from interpreter.terminal_interface.utils.count_tokens import count_messages_tokens, count_tokens

    system = OpenInterpreter().system_message
    messages = [{"role": "system", "type": "message", "content": system}]
    assert count_tokens(system, model="gpt-4o") > 100
    assert count_messages_tokens(messages, model="gpt-4o")[0] == count_tokens(system, model="gpt-4o")
    prompt = "How many tokens is this?"
    messages.append({"role": "user", "type": "message", "content": prompt})
    assert count_messages_tokens(messages, model="gpt-4o")[0] == count_tokens(system, model="gpt-4o") + count_tokens(prompt, model="gpt-4o")


def test_break_execution():
    """test_break_execution: leaving the loop interrupts the code within three seconds"""
    code = "import time\nfor i in range(1000):\n    print(i, flush=True)\n    time.sleep(1)\n"
    begin = time.monotonic()
    for chunk in interpreter.computer.run("python", code, stream=True):
        if chunk.get("format") == "output" and "1" in chunk["content"]:
            break
    assert time.monotonic() - begin < 6, "two lines, and the interrupt"
    assert interpreter.computer.run("python", "print('free')")[-1]["content"] == "free\n"


def test_generator():
    """test_generator: one start and end of each kind, an active line, formats that are strings"""
    with talking(runs("python", "print('Hello, World!')"), says("Done."), auto_run=True) as (one, _):
        seen = {"active": False}
        for chunk in one.chat("Say it", display=False, stream=True):
            assert isinstance(chunk.get("format", ""), str)
            for mark in ("start", "end"):
                if chunk.get(mark):
                    assert (chunk["type"], mark) not in seen, chunk
                    seen[chunk["type"], mark] = True
            seen["active"] |= chunk.get("format") == "active_line"
        assert {(kind, mark) for kind in ("code", "message", "console") for mark in ("start", "end")} <= set(seen) and seen["active"], seen


def test_hello_world():
    """test_hello_world"""
    with talking(says("Hello, World!")) as (one, _):
        assert one.chat("Please reply with just the words Hello, World! and nothing else.", display=False) == [
            {"role": "assistant", "type": "message", "content": "Hello, World!"}]


def test_write_to_file():
    """test_write_to_file: two turns that share the folder"""
    with talking(runs("python", "open('file.txt', 'w').write('Washington')"), says("Written."), runs("python", "print(open('file.txt').read())"), says("It says Washington."),
                 auto_run=True) as (one, _):
        one.chat("Write the word 'Washington' to a .txt file called file.txt", display=False)
        assert os.path.exists("file.txt")
        one.messages = []
        assert "Washington" in one.chat("Read file.txt in the current directory and tell me what's in it.", display=False)[-1]["content"]


def test_hallucinations():
    """test_hallucinations: code that is already the last message is repaired and runs without a model"""
    for code, output in (('{                                                                             \n    "language": "python",                                                        \n    "code": "print(\'hello\')"                                                    \n  }', "hello"),
                         ('functions.execute({"language": "python", "code": "print(\'hello\')"})', "hello"), ("print(22)executeexecute", "22"), ("`\nprint('hello')", "hello"),
                         ("{language: \"python\", code: \"print(22)\"}", "22")):
        with talking(says("done"), auto_run=True) as (one, _):
            one.messages = [{"role": "user", "type": "message", "content": "go"}, {"role": "assistant", "type": "code", "format": "python", "content": code}]
            chunks = list(one._respond_and_store())
            texts = [chunk["content"].strip() for chunk in chunks if chunk.get("format") == "output"]
            assert output in texts, (code, texts)


def test_async_core_address():
    """tests/core/test_async_core.py: the default, the arguments, the environment"""
    from interpreter.core.async_core import Server

    with mock.patch.dict(os.environ):
        os.environ.pop("INTERPRETER_HOST", None)
        os.environ.pop("INTERPRETER_PORT", None)
        server = Server(AsyncInterpreter())
        assert (server.host, server.port) == (Server.DEFAULT_HOST, Server.DEFAULT_PORT) == ("127.0.0.1", 8000)
        os.environ.update(INTERPRETER_HOST="0.0.0.0", INTERPRETER_PORT="9000")
        server = Server(AsyncInterpreter())
        assert (server.host, server.port) == ("0.0.0.0", 9000)
        server = Server(AsyncInterpreter(), "localhost", 8080)
        assert (server.host, server.port) == ("localhost", 8080)
        os.environ["INTERPRETER_PORT"] = "many"
        with raises(ValueError, "'many'", "INTERPRETER_PORT"):
            Server(AsyncInterpreter())


def test_files():
    """tests/core/computer/files/test_files.py: search, edit, and the words of the error"""
    from interpreter.core.computer.files.files import Files

    files = Files(mock.Mock())
    with mock.patch("interpreter.core.computer.files.files.aifs") as aifs:
        files.search(query="python")
        aifs.search.assert_called_once_with(query="python")
    opened = mock.mock_open(read_data="abc")
    with mock.patch("interpreter.core.computer.files.files.open", opened):
        files.edit("example/filepath/file", "a", "b")
        opened.assert_any_call("example/filepath/file", "w")
        opened().write.assert_called_with("bbc")
    opened = mock.mock_open(read_data="abcdefghijk")
    with mock.patch("interpreter.core.computer.files.files.open", opened), raises(ValueError, "Original text not found. Did you mean one of these? abcdefghijk"):
        files.edit("example/filepath/file", "abcdefghijklm", "efg")


def test_computer_tools():
    """tests/core/computer/test_computer.py"""
    from interpreter.core.computer.computer import Computer

    computer = Computer(mock.Mock())
    assert len(computer._get_all_computer_tools_list()) == 15
    assert len(computer._get_all_computer_tools_signature_and_description()) > 64


def test_the_classic_module_paths_are_there():
    from interpreter.core.core import OpenInterpreter as Again
    from interpreter.core.computer.terminal.base_language import BaseLanguage
    import interpreter as package

    assert Again is OpenInterpreter and BaseLanguage is package.BaseLanguage


if __name__ == "__main__":
    main(globals())
