"""One turn: what is said goes to the core, chunks come back, questions are answered on the way. The same for threads and asyncio."""

from __future__ import annotations

import sys
import time

from ..errors import InterpreterError

# How long a stopped turn may take to end before its session is given up: the core needs 0.2 s, a busy machine more.
_END_WITHIN = 5.0


class Question:
    """Code that waits for a decision."""

    def __init__(self, ident: int):
        self.id = ident
        self.decision = None  # (verdict, edited code, reason)


class Turn:
    def __init__(self, interpreter, message, cell=None):
        """message: checked words, or None: goes on with the conversation as it is. cell: (language, code), run instead of a turn."""
        self._owner = interpreter
        self._message = message
        self._cell = cell
        self._session = None
        self._said_at = 0
        self._echoes = 0  # finished messages to come that are ours
        self._is_done = True
        self._is_denied = False

    # --- driving it

    def chunks(self):
        owner = self._owner
        owner._turns.acquire()
        try:
            try:
                self._start()
                while not self._is_done:
                    chunks, control = self._session.next()
                    self._absorb()
                    yield from chunks
                    if control is not None:
                        yield from self._handle(control)
            finally:
                self._finish()
        finally:
            owner._turns.release()

    async def chunks_async(self):
        import asyncio

        owner = self._owner
        await owner._turns.acquire_async()
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        watched = -1
        try:
            try:
                self._start()
                watched = self._session.fileno()
                loop.add_reader(watched, ready.set)
                while not self._is_done:
                    chunks, control = self._session.take()
                    if not chunks and control is None:
                        ready.clear()
                        await ready.wait()
                        continue
                    self._absorb()
                    for chunk in chunks:
                        yield chunk
                    await asyncio.sleep(0)  # a model that never pauses must not keep the loop for itself
                    if control is not None:
                        waiting = self._awaited(control)
                        if waiting is not None:
                            await waiting
                        for chunk in self._handle(control):
                            yield chunk
            finally:
                if watched >= 0:
                    loop.remove_reader(watched)
                self._finish()
        finally:
            owner._turns.release()

    def on_terminal(self):
        """The terminal is the person's: for this one message, or until they leave."""
        owner = self._owner
        owner._turns.acquire()
        try:
            session = self._begin()
            said = self._send(self._message is not None)
            at = len(owner.messages) - len(said) if self._message is not None else 0
            object.__setattr__(owner, "_is_responding", True)
            try:
                sys.stdout.flush()
                session.run_terminal(said[-1]["content"] if said else "")
            finally:
                object.__setattr__(owner, "_is_responding", False)
                session.finished()
                owner._engine.learn(owner.messages, at)
        finally:
            owner._turns.release()

    # --- its parts

    def _begin(self):
        owner = self._owner
        self._session = owner._engine.ready(of_turn=True)
        self._session.drop()
        if isinstance(self._message, list):
            owner.messages = self._message
        elif self._message is not None:
            owner.messages.append(self._message)
        object.__setattr__(owner, "last_messages_count", len(owner.messages))
        return self._session

    def _send(self, begins=True) -> list:
        owner = self._owner
        try:
            if begins and owner.messages and owner.messages[-1].get("type") == "code" and owner.messages[-1].get("role") == "assistant":
                from .mended import mended

                mended(owner.messages[-1])
            return owner._engine.send_messages(owner.messages, begins)
        except BaseException:  # a message that is malformed: nothing was said
            if self._message is not None and owner.messages and owner.messages[-1] is self._message:
                owner.messages.pop()
            raise

    def _start(self):
        owner = self._owner
        object.__setattr__(owner, "_is_responding", True)
        if self._cell is not None:
            self._session = owner._engine.ready(of_turn=True)
            self._session.drop()
            self._session.run(*self._cell)
            self._is_done = False
            return
        session = self._begin()
        said = self._send()
        self._said_at = len(owner.messages) - len(said)
        self._echoes = len(said)
        if said:
            session.say(said)
        elif owner.messages:
            session.go_on()
        else:
            raise ValueError("there is nothing to answer: interpreter.messages is empty")
        self._is_done = False

    def _absorb(self):
        """Takes over the messages that are complete."""
        owner = self._owner
        for message in self._session.finished():
            if owner._engine.session is not self._session:  # it was reset
                return
            if self._echoes > 0:
                self._echoes -= 1
                message = owner.messages[-1 - self._echoes]
            else:
                owner.messages.append(message)
            if owner.on_message is not None:
                with owner._turns.inside():
                    owner.on_message(message)

    def _handle(self, control):
        """What is no plain chunk. Gives the chunks that the caller shall see."""
        kind = control[0]
        if kind == "confirmation":
            object.__setattr__(self._owner, "_question", Question(control[1]["id"]))
            yield control[1]
        elif kind == "approval":
            self._decide(control[1])
        elif kind == "input":
            with self._owner._turns.inside():
                ask = self._owner.on_input
                self._session.input(control[1], ask(control[2], control[3]) if ask is not None else None)
        elif kind == "done":
            self._is_done = True
            self._close(control[1])

    def _awaited(self, control):
        """What an async on_approval gave: to be awaited before the question is handled."""
        import inspect

        ask = self._owner.on_approval
        if control[0] != "approval" or ask is None or not inspect.iscoroutinefunction(ask):
            return None
        question = self._asked(control[1])

        async def wait():
            answer = await ask(code_message(control[1]))
            if question.decision is None:
                question.decision = as_decision(answer)

        return wait()

    def _asked(self, asked) -> Question:
        question = self._owner._question
        if question is None or question.id != asked["id"]:
            question = Question(asked["id"])
            object.__setattr__(self._owner, "_question", question)
        return question

    def _decide(self, asked):
        question = self._asked(asked)
        if question.decision is None and self._owner.on_approval is not None:
            with self._owner._turns.inside():
                answer = self._owner.on_approval(code_message(asked))
            if question.decision is None:
                question.decision = as_decision(answer)
        object.__setattr__(self._owner, "_question", None)
        if question.decision is None:
            self._is_denied = True
            question.decision = ("nobody", None, "")
        self._session.decide(asked["id"], *question.decision)

    def _close(self, failure):
        self._learn()
        if failure is None or failure["kind"] == "cancelled" or (failure["kind"] == "denied" and self._is_denied):
            return
        raise InterpreterError(failure["what"], failure["kind"], failure["hint"])

    def _finish(self):
        """However the loop was left: nothing runs any more when it is over."""
        owner = self._owner
        object.__setattr__(owner, "_question", None)
        try:
            if not self._is_done:
                self._is_done = True
                if self._session.has_ended() or self._stop():
                    self._learn()
                else:
                    owner._engine.close()
        finally:
            object.__setattr__(owner, "_is_responding", False)

    def _learn(self):
        if self._cell is None and self._owner._engine.session is self._session:
            self._owner._engine.learn(self._owner.messages, self._said_at)

    def _stop(self) -> bool:
        """Stops the turn and passes over the rest of its events. False: it did not end in time."""
        self._session.interrupt()
        until, was_interrupted = time.monotonic() + _END_WITHIN, None
        while True:
            try:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                _, control = self._session.next(left)
                self._session.finished()  # learn() gives what is left of them
                if control is not None and control[0] == "done":
                    break
            except KeyboardInterrupt as error:  # a second Ctrl-C: nothing is to be left running all the same
                was_interrupted = error
            except Exception:  # what a callback raised in the turn that nobody wants any more ends it, too
                break
        if was_interrupted is not None:
            raise was_interrupted
        return True


def code_message(asked: dict) -> dict:
    """What on_approval gets: the code as a message, and what is known of it."""
    return {"role": "assistant", "type": "code", "format": asked["language"], "content": asked["code"],
            **{key: asked[key] for key in ("id", "folder", "warning", "hints", "dangers", "findings")}}


def as_decision(answer):
    """What on_approval gave, as the core takes it."""
    if isinstance(answer, str):
        return "run", answer, ""
    if answer is NotImplemented:  # nobody is there to answer
        return None
    if answer is None or isinstance(answer, bool):
        return ("run" if answer else "refuse"), None, ""
    raise TypeError(f"on_approval must give True, False or the code to run instead, not {type(answer).__name__}")
