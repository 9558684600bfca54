"""AsyncInterpreter: chunks go in by `await input(chunk)` and come out by `await output()`."""

from __future__ import annotations

import os
import time

from .core import OpenInterpreter


class AsyncInterpreter(OpenInterpreter):
    """An OpenInterpreter for servers: one client's side of a conversation, chunk by chunk.

    await input(chunk): {"role": "user", "start": True} begins a message and stops what runs, {"content": ...} adds to it,
        {"role": "user", "end": True} ends it: the answer begins. A message of type "command" is "stop", or "go": yes to the code that waits.
    await output(): the next chunk of the answer; {"role": "server", "type": "status", "content": "complete"} ends each answer,
        {"role": "server", "type": "error", "content": traceback} comes before it when something failed.
    Without auto_run the answer is complete where code waits; "go" runs it.
    """

    id: str
    print: bool = False
    require_acknowledge: bool = False
    context_mode: bool = False

    def __init__(self, *arguments, **settings):
        keep = object.__setattr__
        keep(self, "_queue", None)
        keep(self, "_task", None)
        keep(self, "_incoming", [])
        super().__init__(*arguments, **settings)
        keep(self, "id", os.environ.get("INTERPRETER_ID") or str(int(time.time())))
        keep(self, "require_acknowledge", os.environ.get("INTERPRETER_REQUIRE_ACKNOWLEDGE", "").lower() == "true")
        keep(self, "server", Server(self))

    @property
    def output_queue(self):
        """The asyncio.Queue that output() reads."""
        if self._queue is None:
            import asyncio

            object.__setattr__(self, "_queue", asyncio.Queue())
        return self._queue

    async def output(self) -> dict:
        return await self.output_queue.get()

    async def input(self, chunk):
        if isinstance(chunk, bytes):
            chunk = {"content": chunk.decode(errors="replace")}
        if not isinstance(chunk, dict):
            raise TypeError(f"input() takes a chunk: a dict or bytes, not {type(chunk).__name__}")
        if "start" in chunk:
            await self._end_answer()
            self._begin_message(chunk)
        elif "end" in chunk:
            await self._message_is_complete()
        elif not self._incoming:
            raise ValueError("a chunk with content came before one with 'start': True")
        else:
            self._add(chunk)

    def _begin_message(self, chunk):
        head = {key: chunk[key] for key in ("role", "type", "format", "recipient") if key in chunk}
        self._incoming.append({"role": "user", "type": "message", **head, "content": ""})

    def _add(self, chunk):
        last = self._incoming[-1]
        if last["content"] and any(key in chunk and chunk[key] != last.get(key) for key in ("type", "format")):
            self._begin_message(chunk)
            last = self._incoming[-1]
        last.update({key: chunk[key] for key in ("type", "format") if key in chunk})
        last["content"] += chunk.get("content") or ""

    async def _message_is_complete(self):
        import asyncio

        said, self._incoming[:] = list(self._incoming), []
        if not said:
            raise ValueError("a chunk with 'end': True came before one with 'start': True")
        if said[-1]["type"] == "command":
            if said[-1]["content"] == "stop":
                await self._end_answer()
                return
            if said[-1]["content"] != "go":
                raise ValueError(f"unknown command {said[-1]['content']!r}: there are 'go' and 'stop'")
            begin = None
        else:
            begin = said
        object.__setattr__(self, "_task", asyncio.get_running_loop().create_task(self._answer_message(begin)))

    async def _answer_message(self, said):
        """One answer into the queue. None: go on, with leave for the code that waits."""
        allow = (lambda code: True) if said is None else None
        try:
            async for chunk in self._chunks(said, allow):
                if chunk["type"] != "confirmation":
                    await self._give(chunk)
        except Exception:
            import traceback

            await self._give({"role": "server", "type": "error", "content": traceback.format_exc()})
        await self._give({"role": "server", "type": "status", "content": "complete"})

    async def _chunks(self, said, allow):
        if said is not None:
            self.messages.extend(said[:-1])
        before = self.on_approval
        if allow is not None:
            self.on_approval = _Once(allow, before)
        try:
            async for chunk in self.achat(said[-1]) if said is not None else self._go_on():
                yield chunk
        finally:
            object.__setattr__(self, "on_approval", before)

    async def _go_on(self):
        from .turn import Turn

        async for chunk in Turn(self, None).chunks_async():
            yield chunk

    async def _give(self, chunk):
        if self.print:
            print(chunk)
        await self.output_queue.put(chunk)

    async def _end_answer(self):
        """Stops the answer that is given and waits for its end."""
        import asyncio

        task = self._task
        if task is not None and not task.done():
            self.stop()
            await asyncio.wait([task])


class _Once:
    """Says yes to the first question and leaves later ones to `after`; without it nobody answers them."""

    def __init__(self, first, after):
        self._first = first
        self._after = after

    def __call__(self, code):
        first, self._first = self._first, None
        if first is not None:
            return first(code)
        return self._after(code) if self._after is not None else NotImplemented


DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000


class Server:
    """The addresses of the server of an AsyncInterpreter. The argument goes before INTERPRETER_HOST and INTERPRETER_PORT, they before
    127.0.0.1 and 8000. The server itself is not there yet: use input() and output() in a server of your own."""

    DEFAULT_HOST = DEFAULT_HOST
    DEFAULT_PORT = DEFAULT_PORT

    def __init__(self, async_interpreter, host: str | None = None, port: int | None = None):
        self.async_interpreter = async_interpreter
        self.host = host or os.environ.get("INTERPRETER_HOST") or DEFAULT_HOST
        self.port = _port(port if port is not None else os.environ.get("INTERPRETER_PORT") or DEFAULT_PORT)

    @property
    def app(self):
        raise NotImplementedError(_NO_SERVER)

    def run(self, host: str | None = None, port: int | None = None):
        raise NotImplementedError(_NO_SERVER)


_NO_SERVER = ("this version has no server of its own yet: use input() and output(), or chat(stream=True), in a server of yours "
              "(the manual's page on Python shows one with FastAPI)")


def _port(value) -> int:
    try:
        port = int(value)
    except (TypeError, ValueError):
        port = -1
    if not 0 <= port <= 65535:
        raise ValueError(f"the port {value!r} is no number from 0 to 65535 (argument or INTERPRETER_PORT)")
    return port
