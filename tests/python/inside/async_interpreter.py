"""AsyncInterpreter: input and output, go and stop."""

import asyncio

from support import main, raises, runs, says, talking

from interpreter import AsyncInterpreter


async def say(interpreter, text, kind="message"):
    await interpreter.input({"role": "user", "type": kind, "start": True})
    await interpreter.input({"role": "user", "type": kind, "content": text[:3]})
    await interpreter.input({"role": "user", "type": kind, "content": text[3:]})
    await interpreter.input({"role": "user", "type": kind, "end": True})


async def answer(interpreter):
    chunks = []
    while not chunks or chunks[-1].get("type") != "status":
        chunks.append(await asyncio.wait_for(interpreter.output(), 30))
    return chunks


def text_of(chunks):
    return "".join(chunk.get("content") or "" for chunk in chunks if chunk["type"] == "message")


def test_a_message_goes_in_by_chunks_and_the_answer_comes_out():
    async def work():
        with talking(says("Hello there."), kind=AsyncInterpreter) as (interpreter, provider):
            await say(interpreter, "good morning")
            chunks = await answer(interpreter)
            assert text_of(chunks) == "Hello there." and chunks[-1] == {"role": "server", "type": "status", "content": "complete"}, chunks
            assert provider.body(0)["messages"][-1]["content"] == "good morning"

    asyncio.run(work())


def test_code_waits_for_go():
    async def work():
        with talking(runs("python", "print(6*7)"), says("42."), kind=AsyncInterpreter) as (interpreter, _):
            await say(interpreter, "what is it")
            chunks = await answer(interpreter)
            assert not [chunk for chunk in chunks if chunk["type"] in ("console", "confirmation")], chunks
            assert interpreter.messages[-1]["type"] == "code"
            await say(interpreter, "go", "command")
            chunks = await answer(interpreter)
            assert "42\n" in [chunk.get("content") for chunk in chunks] and text_of(chunks) == "42.", chunks

    asyncio.run(work())


def test_stop_and_a_new_message_end_the_answer():
    async def work():
        with talking(says("word " * 100000), says("word " * 100000), says("new"), kind=AsyncInterpreter) as (interpreter, _):
            await say(interpreter, "talk")
            await interpreter.output()
            await say(interpreter, "stop", "command")
            await answer(interpreter)
            assert not interpreter.responding
            await say(interpreter, "talk again")
            await interpreter.output()
            await say(interpreter, "something else")
            await answer(interpreter)
            assert text_of(await answer(interpreter)) == "new"

    asyncio.run(work())


def test_a_failure_is_told_and_the_answer_completed():
    async def work():
        with talking({"status": 401, "error": "no such key", "type": "x"}, kind=AsyncInterpreter) as (interpreter, _):
            await say(interpreter, "hi there")
            chunks = await answer(interpreter)
            assert chunks[-2]["type"] == "error" and "no such key" in chunks[-2]["content"], chunks

    asyncio.run(work())


def test_chunks_out_of_order_and_the_missing_server_say_so():
    async def work():
        interpreter = AsyncInterpreter()
        for chunk in ({"role": "user", "content": "x"}, {"role": "user", "end": True}):
            with raises(ValueError, "'start': True"):
                await interpreter.input(chunk)
        with raises(TypeError, "input() takes a chunk"):
            await interpreter.input(3)
        with raises(NotImplementedError, "no server of its own yet"):
            interpreter.server.run()
        assert interpreter.id and interpreter.require_acknowledge is False

    asyncio.run(work())


if __name__ == "__main__":
    main(globals())
