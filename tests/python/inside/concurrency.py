"""Threads, asyncio, fork, Ctrl-C, many interpreters, garbage."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref

from support import descendants, is_alive, main, raises, runs, says, talking, until

from interpreter import OpenInterpreter


def test_many_interpreters_talk_at_once_from_many_threads():
    with talking(*[runs("python", "import os; print(os.getpid())"), says("done")] * 1) as (first, provider):
        answers = []

        def talk():
            one = OpenInterpreter(conversation_history=False)
            one.llm.completions = lambda **more: iter([{"choices": [{"delta": {"content": "hello"}}]}])
            answers.append(one.chat("hi", display=False)[-1]["content"])
            one.terminate()

        threads = [threading.Thread(target=talk) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert answers == ["hello"] * 8, answers


def test_each_has_kernels_and_a_folder_of_its_own():
    os.makedirs("one", exist_ok=True)
    os.makedirs("two", exist_ok=True)
    found = []
    for folder in ("one", "two"):
        one = OpenInterpreter(conversation_history=False, folder=folder)
        one.computer.run("python", f"x = {folder!r}")
        found.append(one)
    assert [one.computer.run("python", "import os; print(x, os.path.basename(os.getcwd()))")[-1]["content"] for one in found] == ["one one\n", "two two\n"]
    for one in found:
        one.terminate()


def test_turns_of_two_threads_on_one_interpreter_follow_each_other():
    with talking(says("first", delay=0.3), says("second")) as (interpreter, provider):
        answers = {}

        def talk(name):
            answers[name] = [message["content"] for message in interpreter.chat(name, display=False)]

        one = threading.Thread(target=talk, args=("a",))
        two = threading.Thread(target=talk, args=("b",))
        one.start()
        until(lambda: interpreter.responding, 10, "the first turn has begun")
        two.start()
        one.join(30)
        two.join(30)
        assert sorted(answers) == ["a", "b"] and len(interpreter.messages) == 4, interpreter.messages
        assert [message["role"] for message in interpreter.messages] == ["user", "assistant"] * 2


def test_a_turn_within_a_turn_is_refused_not_waited_for():
    with talking(says("a"), says("b")) as (interpreter, _):
        for _ in interpreter.chat("go", display=False, stream=True):
            with raises(RuntimeError, "leave its loop first"):
                interpreter.chat("again", display=False)
            break
        assert interpreter.chat("again", display=False)[-1]["content"] == "b"


def test_asyncio_takes_chunks_of_several_at_once_without_a_thread_for_each():
    async def talk(name):
        interpreter = OpenInterpreter(conversation_history=False)
        interpreter.llm.completions = lambda **more: iter([{"choices": [{"delta": {"content": f"{name} {i} "}}]} for i in range(5)])
        text = "".join([chunk.get("content", "") async for chunk in interpreter.achat("hi")])
        interpreter.terminate()
        return text

    async def all_of_them():
        return await asyncio.gather(*(talk(i) for i in range(4)))

    assert asyncio.run(all_of_them()) == [" ".join(f"{name} {i}" for i in range(5)) + " " for name in range(4)]


def test_asyncio_goes_on_while_the_model_is_silent_and_leaving_stops_it():
    async def work():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        with talking(says("later", delay=0.5), says("word " * 100000), says("end")) as (interpreter, _):
            assert [chunk async for chunk in interpreter.achat("go")][-1]["end"]
            assert ticks >= 5, ticks
            chunks = interpreter.achat("talk")
            async for chunk in chunks:
                if "content" in chunk:
                    break
            await chunks.aclose()
            assert not interpreter.responding and interpreter.messages[-1]["content"].startswith("word")
            two = await asyncio.gather(*(anext_text(interpreter, name) for name in ("x", "y")))
            assert two == ["end", "end"], two
        ticking.cancel()

    async def anext_text(interpreter, name):
        return "".join([chunk.get("content", "") async for chunk in interpreter.achat(name)])

    asyncio.run(work())


def test_a_child_after_fork_starts_anew_and_leaves_the_parent_alone():
    with talking(says("parent"), says("child"), says("parent again")) as (interpreter, _):
        interpreter.chat("one", display=False)
        interpreter.computer.run("python", "x = 'of the parent'")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                said = interpreter.chat("two", display=False)[-1]["content"]
                seen = interpreter.computer.run("python", "print('x' in globals())")[-1]["content"]
                interpreter.terminate()
                code = 0 if (said, seen, len(interpreter.messages)) == ("child", "False\n", 4) else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert interpreter.computer.run("python", "print(x)")[-1]["content"] == "of the parent\n"
        assert interpreter.chat("three", display=False)[-1]["content"] == "parent again" and len(interpreter.messages) == 4


INTERRUPTED = """
import os, sys, time
from interpreter import OpenInterpreter
interpreter = OpenInterpreter(conversation_history=False, auto_run=True)
interpreter.llm.completions = lambda **more: iter([{"choices": [{"delta": {"content": "```python\\nimport time; print('here', flush=True); time.sleep(1000)\\n```\\n"}}]}])
interpreter.llm.supports_functions = False
try:
    for chunk in interpreter.chat("go", display=False, stream=True):
        if chunk.get("format") == "output":
            print("running", flush=True)
    print("the loop ended by itself")
except KeyboardInterrupt:
    print("interrupted", time.monotonic(), interpreter.responding, flush=True)
    sys.stdin.readline()
"""


def test_ctrl_c_raises_keyboard_interrupt_and_leaves_nothing_running():
    child = subprocess.Popen([sys.executable, "-X", "dev", "-c", INTERRUPTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        line = child.stdout.readline()
        assert line == "running\n", line + child.stdout.read()
        sent = time.monotonic()
        child.send_signal(signal.SIGINT)
        line = child.stdout.readline()
        assert line.startswith("interrupted"), line + child.stdout.read()
        took = float(line.split()[1]) - sent
        assert took < 1.5, took  # 0.2 s on a machine at rest
        assert line.split()[2] == "False"
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.wait(20) == 0
    finally:
        left = descendants(child.pid)
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()
    assert not [pid for pid in left if is_alive(pid)], left


def test_an_interpreter_collected_while_it_runs_leaves_nothing_running():
    with talking(runs("python", "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(1000)")) as (source, provider):
        interpreter = OpenInterpreter(conversation_history=False, auto_run=True)
        interpreter.llm.model, interpreter.llm.api_base, interpreter.llm.api_key = source.llm.model, source.llm.api_base, source.llm.api_key
        chunks = interpreter.chat("go", display=False, stream=True)
        pid = next(int(chunk["content"]) for chunk in chunks if chunk.get("format") == "output")
        gone = weakref.ref(interpreter)
        begin = time.monotonic()
        del chunks, interpreter
        gc.collect()
        assert gone() is None
        until(lambda: not is_alive(pid), 10, "its kernel has ended")
        assert time.monotonic() - begin < 10


def test_reset_from_another_thread_ends_the_loop():
    with talking(says("word " * 200000)) as (interpreter, _):
        count = 0
        for _ in interpreter.chat("talk", display=False, stream=True):
            count += 1
            if count == 10:
                other = threading.Thread(target=interpreter.reset)
                other.start()
                other.join(20)
                assert not other.is_alive()
        assert not interpreter.responding and interpreter.messages == []


def test_the_end_of_the_program_is_quick_and_clean_in_the_middle_of_a_turn():
    program = INTERRUPTED.replace("print(\"running\", flush=True)", "print('running', flush=True); sys.exit(7)")
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-X", "dev", "-c", program], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 7 and done.stdout == "running\n" and done.stderr == "", done
    assert time.monotonic() - begin < 30


def test_the_end_of_the_program_stops_a_turn_of_another_thread():
    program = INTERRUPTED.split("try:")[0] + """
import threading
def talk():
    for chunk in interpreter.chat("go", display=False, stream=True):
        if chunk.get("format") == "output":
            ready.set()
ready = threading.Event()
threading.Thread(target=talk, daemon=True).start()
assert ready.wait(30)
print("bye")
"""
    done = subprocess.run([sys.executable, "-X", "dev", "-c", program], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout == "bye\n", done


if __name__ == "__main__":
    main(globals())
