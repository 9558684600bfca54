"""Who may run a turn: one at a time per interpreter, first come first served, for threads and for asyncio alike."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A fair lock that a generator may hold while different threads advance it."""

    def __init__(self):
        self._guard = threading.Lock()
        self._waiting = deque()  # what wakes those who wait, in the order in which they came
        self._is_held = False
        self._holder = None  # the thread in which the turn that holds it began

    def is_held(self) -> bool:
        return self._is_held

    def acquire(self):
        """Waits for the turn that runs. RuntimeError when nothing could ever end it."""
        woken = threading.Lock()
        woken.acquire()
        with self._guard:
            if self._take():
                return
            if self._holder == threading.get_ident() and (threading.active_count() == 1 or _is_in_a_loop()):
                raise RuntimeError("a turn of this interpreter is running, in this very thread: leave its loop first, or use another OpenInterpreter()")
            self._waiting.append(woken.release)
            wake = self._waiting[-1]
        try:
            woken.acquire()
        except BaseException:  # Ctrl-C while it waits
            self._give_up(wake)
            raise
        self._holder = threading.get_ident()

    async def acquire_async(self):
        import asyncio

        loop = asyncio.get_running_loop()
        woken = loop.create_future()
        with self._guard:
            if self._take():
                return

            def wake():
                loop.call_soon_threadsafe(lambda: woken.done() or woken.set_result(None))

            self._waiting.append(wake)
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

    def _take(self) -> bool:
        if self._is_held:
            return False
        self._is_held = True
        self._holder = threading.get_ident()
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
