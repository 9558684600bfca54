"""Questions of approval, answered from code."""

import asyncio

from support import main, raises, runs, says, talking


def outputs(interpreter):
    return [message["content"] for message in interpreter.messages if message["type"] == "console"]


def test_without_an_answer_the_stream_ends_after_the_confirmation_and_nothing_runs():
    with talking(runs("python", "open('ran', 'w')"), says("done")) as (interpreter, provider):
        chunks = list(interpreter.chat("go", display=False, stream=True))
        assert chunks[-1]["type"] == "confirmation" and chunks[-1]["id"] > 0, chunks[-1]
        assert chunks[-1]["content"] == {"type": "code", "format": "python", "content": "open('ran', 'w')"}
        assert interpreter.messages[-1]["type"] == "code" and len(provider.requests) == 1
        with raises(FileNotFoundError):
            open("ran")
        with raises(RuntimeError, "no code waits"):
            interpreter.approve()


def test_approve_in_the_loop_runs_it():
    with talking(runs("python", "print('yes')"), says("done")) as (interpreter, _):
        for chunk in interpreter.chat("go", display=False, stream=True):
            if chunk["type"] == "confirmation":
                interpreter.approve()
        assert outputs(interpreter) == ["yes\n"] and interpreter.messages[-1]["content"] == "done"


def test_deny_tells_the_model_why():
    with talking(runs("python", "print('yes')"), says("pity")) as (interpreter, provider):
        for chunk in interpreter.chat("go", display=False, stream=True):
            if chunk["type"] == "confirmation":
                interpreter.deny("use the shell")
        assert "use the shell" in str(provider.body(1)["messages"][-1]) and "yes\n" not in outputs(interpreter)


def test_edited_code_runs_and_replaces_the_models():
    with talking(runs("python", "print('yes')"), says("done")) as (interpreter, _):
        for chunk in interpreter.chat("go", display=False, stream=True):
            if chunk["type"] == "confirmation":
                interpreter.edit("print('mine')")
        assert outputs(interpreter) == ["mine\n"]
        assert [message["content"] for message in interpreter.messages if message["type"] == "code"] == ["print('mine')"], interpreter.messages
    with talking(says("x")) as (interpreter, _), raises(TypeError, "edit() takes"):
        interpreter.edit(3)


def test_a_callback_is_asked_with_what_is_known_of_the_code():
    seen = []

    def ask(code):
        seen.append(code)
        return len(seen) == 1 or "print('third')" if len(seen) != 2 else False

    with talking(runs("python", "open('made.txt', 'w').write('x')"), runs("python", "print('second')"), runs("python", "print('x')"), says("done")) as (interpreter, _):
        interpreter.on_approval = ask
        interpreter.chat("go", display=False)
        assert [code["content"] for code in seen] == ["open('made.txt', 'w').write('x')", "print('second')", "print('x')"]
        assert seen[0]["role"] == "assistant" and seen[0]["type"] == "code" and seen[0]["format"] == "python" and any("made.txt" in hint for hint in seen[0]["hints"]), seen[0]
        assert "third\n" in outputs(interpreter) and "second\n" not in outputs(interpreter)


def test_a_callback_may_answer_by_the_methods():
    with talking(runs("python", "print('a')"), says("done")) as (interpreter, provider):
        interpreter.on_approval = lambda code: interpreter.deny("never")
        interpreter.chat("go", display=False)
        assert "never" in str(provider.body(1)["messages"][-1])


def test_a_callback_that_raises_ends_the_turn_and_is_told():
    def ask(code):
        raise LookupError("the database is gone")

    with talking(runs("python", "print('a')"), runs("python", "print('a')")) as (interpreter, _):
        interpreter.on_approval = ask
        with raises(LookupError, "the database is gone"):
            interpreter.chat("go", display=False)
        assert not interpreter.responding and outputs(interpreter) == []
        interpreter.on_approval = lambda code: 3
        with raises(TypeError, "on_approval must give"):
            interpreter.chat("go", display=False)


def test_an_async_callback_is_awaited():
    async def talk(interpreter):
        async def ask(code):
            await asyncio.sleep(0.01)
            return True

        interpreter.on_approval = ask
        return [chunk async for chunk in interpreter.achat("go")]

    with talking(runs("python", "print('a')"), says("done")) as (interpreter, _):
        asyncio.run(talk(interpreter))
        assert outputs(interpreter) == ["a\n"]


def test_auto_run_confirms_without_an_id():
    with talking(runs("python", "print('a')"), says("done"), auto_run=True) as (interpreter, _):
        (confirmation,) = [chunk for chunk in interpreter.chat("go", display=False, stream=True) if chunk["type"] == "confirmation"]
        assert "id" not in confirmation


def test_input_of_code_is_answered_by_a_callback_or_is_at_its_end():
    with talking(runs("python", "print('hello', input('Name? '))"), says("done"), runs("python", "input()"), says("done"), auto_run=True) as (interpreter, _):
        interpreter.on_input = lambda prompt, is_secret: "Ada" if "Name?" in prompt and not is_secret else None
        interpreter.chat("go", display=False)
        assert "hello Ada" in outputs(interpreter)[0]
        interpreter.on_input = None
        interpreter.chat("go", display=False)
        assert "EOFError" in outputs(interpreter)[-1]


if __name__ == "__main__":
    main(globals())
