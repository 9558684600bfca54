"""chat(): what it takes, what it gives, the chunk protocol, leaving a loop."""

import time

from support import is_alive, main, raises, runs, says, talking, until

from interpreter import InterpreterError


def test_a_plain_answer_comes_as_the_chunks_of_the_protocol():
    with talking(says("Hello!", split=3)) as (interpreter, _):
        chunks = list(interpreter.chat("hi", display=False, stream=True))
    head = {"role": "assistant", "type": "message"}
    assert chunks[0] == {**head, "start": True} and chunks[-1] == {**head, "end": True}, chunks
    # Pieces that wait together may come as one.
    assert all(set(chunk) == {"role", "type", "content"} for chunk in chunks[1:-1]) and "".join(chunk["content"] for chunk in chunks[1:-1]) == "Hello!", chunks
    assert interpreter.messages == [{"role": "user", "type": "message", "content": "hi"}, {"role": "assistant", "type": "message", "content": "Hello!"}]


def test_code_and_its_output_come_as_the_chunks_of_the_protocol():
    with talking(runs("python", "print(2+2)", "Sure."), says("It's 4."), auto_run=True) as (interpreter, _):
        chunks = list(interpreter.chat("2+2?", display=False, stream=True))
    kinds = [(chunk["role"], chunk["type"], chunk.get("format"), chunk.get("start") or chunk.get("end") or chunk.get("content")) for chunk in chunks
             if chunk["role"] == "computer"]
    assert kinds == [
        ("computer", "confirmation", "execution", {"type": "code", "format": "python", "content": "print(2+2)"}),
        ("computer", "console", None, True), ("computer", "console", "active_line", 1), ("computer", "console", "output", "4\n"),
        ("computer", "console", "active_line", None), ("computer", "console", None, True)], kinds
    assert [(message["role"], message["type"], message.get("format"), message["content"]) for message in interpreter.messages] == [
        ("user", "message", None, "2+2?"), ("assistant", "message", None, "Sure."), ("assistant", "code", "python", "print(2+2)"),
        ("computer", "console", "output", "4\n"), ("assistant", "message", None, "It's 4.")]


def test_start_and_end_enclose_each_message_once():
    with talking(runs("python", "print('a')\nprint('b')", "One."), says("Two."), auto_run=True) as (interpreter, _):
        open_now = None
        for chunk in interpreter.chat("go", display=False, stream=True):
            kind = chunk["role"], chunk["type"]
            if "start" in chunk:
                assert open_now is None, chunk
                open_now = kind
            elif "end" in chunk:
                assert open_now == kind, chunk
                open_now = None
            elif chunk["type"] != "confirmation":
                assert open_now == kind, chunk
        assert open_now is None


def test_chat_gives_the_messages_that_came_after_the_words():
    with talking(says("one"), says("two")) as (interpreter, _):
        assert interpreter.chat("first", display=False) == [{"role": "assistant", "type": "message", "content": "one"}]
        assert interpreter.chat("second", display=False) == [{"role": "assistant", "type": "message", "content": "two"}]
        assert len(interpreter.messages) == 4


def test_messages_can_be_dicts_and_lists():
    with talking(says("a"), says("b"), says("c")) as (interpreter, provider):
        interpreter.chat({"role": "user", "type": "message", "content": "as a dict"}, display=False)
        history = [{"role": "user", "type": "message", "content": "1"}, {"role": "assistant", "type": "message", "content": "2"},
                   {"role": "user", "type": "message", "content": "3"}]
        interpreter.chat(history, display=False)
        assert interpreter.messages is history and len(history) == 4
        said = [message["content"] for message in provider.body(1)["messages"] if message["role"] != "system"]
        assert said == ["1", "2", "3"], said


def test_the_caller_may_edit_the_messages_between_turns():
    with talking(says("secret 42"), says("ok"), says("again")) as (interpreter, provider):
        interpreter.chat("remember", display=False)
        interpreter.messages[-1]["content"] = "secret 43"
        interpreter.chat("next", display=False)
        said = [message["content"] for message in provider.body(1)["messages"][1:]]
        assert said == ["remember", "secret 43", "next"], said
        interpreter.messages = interpreter.messages[:2]
        interpreter.chat("third", display=False)
        assert [message["content"] for message in provider.body(2)["messages"][1:]] == ["remember", "secret 43", "third"]


def test_messages_grow_while_the_turn_goes_on():
    with talking(runs("python", "print(1)"), says("done"), auto_run=True) as (interpreter, _):
        seen = []
        for chunk in interpreter.chat("go", display=False, stream=True):
            if chunk["type"] == "confirmation":
                seen = [message["type"] for message in interpreter.messages]
        assert seen == ["message", "code"], seen


def test_reset_forgets_the_conversation():
    with talking(says("a"), says("b")) as (interpreter, provider):
        interpreter.chat("one", display=False)
        interpreter.reset()
        assert interpreter.messages == []
        interpreter.chat("two", display=False)
        assert [message["content"] for message in provider.body(1)["messages"][1:]] == ["two"]


def test_responding_is_true_only_while_it_is():
    with talking(says("word " * 20)) as (interpreter, _):
        assert not interpreter.responding
        for _ in interpreter.chat("go", display=False, stream=True):
            assert interpreter.responding
        assert not interpreter.responding
        for _ in interpreter.chat("go", display=False, stream=True):
            break
        assert not interpreter.responding


def test_a_turn_in_the_background_is_waited_for():
    with talking(says("later", delay=0.3)) as (interpreter, _):
        assert interpreter.chat("go", display=False, blocking=False) is None
        until(lambda: interpreter.responding, 5, "the turn has begun")
        assert interpreter.wait() == [{"role": "assistant", "type": "message", "content": "later"}]
        assert not interpreter.responding


def test_leaving_the_loop_stops_the_model_and_keeps_what_was_said():
    with talking(says("word " * 200000), says("after")) as (interpreter, provider):
        for chunk in interpreter.chat("talk", display=False, stream=True):
            if "content" in chunk:
                break
        left = time.monotonic()
        assert interpreter.messages[-1]["content"].startswith("word"), interpreter.messages[-1]
        assert len(interpreter.messages[-1]["content"]) < 900000
        assert interpreter.chat("again", display=False)[-1]["content"] == "after"
        assert time.monotonic() - left < 20 and len(provider.requests) == 2


def test_leaving_the_loop_stops_the_code_at_once():
    with talking(runs("python", "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(1000)"), says("ok"), auto_run=True) as (interpreter, _):
        for chunk in interpreter.chat("go", display=False, stream=True):
            if chunk.get("format") == "output":
                pid = int(chunk["content"])
                begin = time.monotonic()
                break
        took = time.monotonic() - begin
        assert took < 3, took  # 0.2 s, and room for a busy machine
        assert not interpreter.responding and is_alive(pid), "the session outlives its cell"
        assert interpreter.computer.run("python", "print(1)")[-1]["content"] == "1\n", "it can be used at once"
    until(lambda: not is_alive(pid), 10, "terminate() ends the session")


def test_the_model_that_fails_is_an_exception_that_says_what_to_do():
    with talking({"status": 401, "error": "Incorrect API key provided", "type": "invalid_request_error"}) as (interpreter, _):
        try:
            interpreter.chat("hi", display=False)
            raise AssertionError("no exception")
        except InterpreterError as error:
            assert error.kind == "auth" and "key" in str(error), (error.kind, error)
        assert interpreter.messages[-1]["role"] == "user" and not interpreter.responding


def test_use_after_terminate_starts_anew():
    with talking(says("a"), says("b")) as (interpreter, _):
        interpreter.computer.run("python", "x = 1")
        interpreter.chat("one", display=False)
        interpreter.terminate()
        assert interpreter.chat("two", display=False)[-1]["content"] == "b"
        assert "NameError" in interpreter.computer.run("python", "x")[-1]["content"]


def test_malformed_words_say_what_is_wrong():
    with talking(says("a")) as (interpreter, provider):
        for words, kind, text in ((3, TypeError, "chat() takes a str"), ([], ValueError, "nothing to answer"), ({"role": "tool", "content": "x"}, ValueError, "role 'tool'"),
                                  ({"content": 3}, TypeError, "content must be a str"), ({"role": "user"}, ValueError, "no content"),
                                  ([{"role": "user", "type": "message", "content": "x"}, {"rolle": "user"}], ValueError, "message[1] has the key 'rolle' (did you mean 'role'?)"),
                                  ({"type": "code", "content": "1"}, ValueError, "format")):
            with raises(kind, text):
                interpreter.chat(words, display=False)
        with raises(ValueError, "display=True"):
            interpreter.chat(display=False)
        assert provider.requests == [] and interpreter.messages == [] and not interpreter.responding
        interpreter.messages.append({"role": "user", "type": "image", "content": "x"})
        with raises(ValueError, "messages[0]", "format"):
            interpreter.chat("hi", display=False)
        assert not interpreter.responding


def test_a_dict_without_role_and_type_is_the_users_message():
    with talking(says("a")) as (interpreter, _):
        interpreter.chat({"content": "hi"}, display=False)
        assert interpreter.messages[0] == {"content": "hi", "role": "user", "type": "message"}


if __name__ == "__main__":
    main(globals())
