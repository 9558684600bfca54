"""A thousand chats, and interpreters made and thrown away: memory, threads and descriptors stay what they were."""

import gc
import os
import tracemalloc

from support import main

from interpreter import OpenInterpreter

CHATS = 1000


def memory():
    """Kilobytes; 0 with the address sanitizer, which keeps what was freed."""
    if "asan" in os.environ.get("LD_PRELOAD", ""):
        return 0
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def held():
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))


def own_model():
    interpreter = OpenInterpreter(conversation_history=False)
    interpreter.llm.completions = lambda **more: iter([{"choices": [{"delta": {"content": "word " * 20}}]}])
    return interpreter


def test_a_thousand_chats_leak_nothing():
    interpreter = own_model()
    tracemalloc.start()
    for number in range(CHATS):
        interpreter.messages = []
        for _ in interpreter.chat("hi", display=False, stream=True):
            if number % 5 == 0:
                break
        if number == CHATS // 5:
            gc.collect()
            before = tracemalloc.get_traced_memory()[0], memory(), held()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0], memory(), held()
    tracemalloc.stop()
    assert after[0] - before[0] < 100_000, (before, after)
    assert after[1] - before[1] < 8 * 1024, (before, after)  # what an allocator keeps; a leak of one chunk list a chat would be more
    assert after[2] == before[2], (before, after)
    interpreter.terminate()


def test_interpreters_that_are_thrown_away_leave_nothing():
    for number in range(60):
        interpreter = own_model()
        interpreter.chat("hi", display=False)
        if number == 20:
            gc.collect()
            before = memory(), held()
        del interpreter
    gc.collect()
    after = memory(), held()
    assert after[1][0] <= before[1][0] and after[1][1] <= before[1][1], (before, after)
    assert after[0] - before[0] < 16 * 1024, (before, after)


if __name__ == "__main__":
    main(globals())
