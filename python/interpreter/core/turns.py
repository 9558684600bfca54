"""Who may run a turn: one at a time per interpreter, first come first served, for threads and for asyncio alike."""

from __future__ import annotations

import contextlib
import threading
from collections import deque

_WITHIN = ("a turn of this interpreter is running, and this is part of it: leave its loop first (a callback: return first), "
           "or use another OpenInterpreter()")


class Turns:
    """A fair lock that a generator may hold while different threads advance it."""

    def __init__(self):
        # The garbage collector may close a generator, and so release(), within any of the blocks below.
        self._guard = threading.RLock()
        self._waiting = deque()  # what wakes those who wait, in the order in which they came
        self._is_held = False
        self._holder = None  # the thread in which the turn that holds it began
        self._inside = threading.local()

    @contextlib.contextmanager
    def inside(self):
        """While a callback of the turn runs in this thread: what it starts could only wait for itself."""
        before = getattr(self._inside, "is_true", False)
        self._inside.is_true = True
        try:
            yield
        finally:
            self._inside.is_true = before

    def acquire(self):
        """Waits for the turn that runs. RuntimeError when that could only end after the wait."""
        self._refuse_within()
        if self._is_held and self._holder == threading.get_ident() and (threading.active_count() == 1 or _is_in_a_loop()):
            raise RuntimeError(_WITHIN)
        woken = threading.Lock()
        woken.acquire()
        wake = woken.release
        if not self._take_or_queue(wake):
            try:
                woken.acquire()
            except BaseException:  # Ctrl-C while it waits
                self._give_up(wake)
                raise
        self._holder = threading.get_ident()

    async def acquire_async(self):
        import asyncio

        self._refuse_within()
        loop = asyncio.get_running_loop()
        woken = loop.create_future()

        def wake():
            loop.call_soon_threadsafe(lambda: woken.done() or woken.set_result(None))

        if not self._take_or_queue(wake):
            try:
                await woken
            except BaseException:
                self._give_up(wake)
                raise
        self._holder = threading.get_ident()

    def release(self):
        """Hands the turn to the one who waits longest."""
        with self._guard:
            self._holder = None
            if self._waiting:
                self._waiting.popleft()()
            else:
                self._is_held = False

    def _refuse_within(self):
        if getattr(self._inside, "is_true", False):
            raise RuntimeError(_WITHIN)

    def _take_or_queue(self, wake) -> bool:
        with self._guard:
            self._waiting.append(wake)
            if self._is_held:
                return False
            self._waiting.remove(wake)
            self._is_held = True
            return True

    def _give_up(self, wake):
        with self._guard:
            if wake in self._waiting:
                self._waiting.remove(wake)
                return
        self.release()  # it was given the turn in the meantime


def _is_in_a_loop() -> bool:
    import sys

    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None
