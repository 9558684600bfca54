"""The rows of the Python package: import, chunks, many interpreters, a cell, each beside plain Python."""

import os
import statistics
import subprocess
import sys
import tempfile

PYTHON = "/usr/bin/python3"
PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

MEMORY = "\nprint([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')][0])"
IMPORTS = "from interpreter import interpreter, OpenInterpreter, AsyncInterpreter, computer, BaseLanguage"

CHUNKS = """
import sys, time
from interpreter import OpenInterpreter
interpreter = OpenInterpreter(conversation_history=False)
interpreter.llm.model = "script:" + sys.argv[1]
interpreter.chat("warm", display=False)
count, begin = 0, time.perf_counter()
for chunk in interpreter.chat("go", display=False, stream=True):
    count += 1
print(count / (time.perf_counter() - begin))
"""
QUEUE = """
import queue, threading, time
passing = queue.SimpleQueue()
def produce():
    for _ in range(200000):
        passing.put({"role": "assistant", "type": "message", "content": "word "})
    passing.put(None)
count, begin = 0, time.perf_counter()
threading.Thread(target=produce).start()
for chunk in iter(passing.get, None):
    count += 1
print(count / (time.perf_counter() - begin))
"""
MANY = """
from interpreter import OpenInterpreter
def memory():
    return int([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')][0])
first = OpenInterpreter(conversation_history=False)
first.llm.completions = lambda **more: iter([{"choices": [{"delta": {"content": "a"}}]}])
before = memory()
first.chat("hi", display=False)
held = []
for _ in range(100):
    held.append(OpenInterpreter(conversation_history=False))
    held[-1].llm.completions = first.llm.completions
    held[-1].chat("hi", display=False)
print((memory() - before) / 1024)
"""
CELL = """
import statistics, time
from interpreter import OpenInterpreter
interpreter = OpenInterpreter(conversation_history=False)
interpreter.computer.run("python", "1")
times = []
for _ in range(500):
    begin = time.perf_counter()
    interpreter.computer.run("python", "1")
    times.append(time.perf_counter() - begin)
print(statistics.median(times))
"""
# What a cell costs at least: a child that evaluates a line and answers over a pipe.
BARE_CELL = """
import statistics, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-u", "-c", "import sys\\nfor line in sys.stdin: print(eval(line))"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
times = []
for _ in range(500):
    begin = time.perf_counter()
    child.stdin.write("1\\n")
    child.stdout.readline()
    times.append(time.perf_counter() - begin)
child.stdin.close()
child.wait()
print(statistics.median(times))
"""


def rows(row):
    with tempfile.TemporaryDirectory(prefix="oi-bench-") as home:
        packages = os.path.join(home, "packages")
        subprocess.run([PYTHON, "-m", "pip", "install", PROJECT, "--no-index", "--no-deps", "-q", "--target", packages], check=True)
        subprocess.run([PYTHON, "-m", "compileall", "-q", packages], check=True)  # as pip does without --target
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "PYTHONPATH": packages, "LANG": "C.UTF-8"}

        def ask(program, *arguments):
            return float(subprocess.run([PYTHON, "-c", program, *arguments], env=environment, cwd=home, stdout=subprocess.PIPE, text=True, check=True).stdout)

        timed = "import time\nbegin = time.perf_counter()\n%s\nprint(time.perf_counter() - begin)"
        seconds = statistics.median(ask(timed % IMPORTS) for _ in range(15))
        bare = statistics.median(ask(timed % "import json, threading") for _ in range(15))
        row("Python: import of the package", "<= 30 ms", f"{seconds * 1000:.1f} ms", f"json and threading {bare * 1000:.1f} ms")
        memory = statistics.median(ask(IMPORTS + MEMORY) for _ in range(5)) - statistics.median(ask(MEMORY) for _ in range(5))
        row("Python: memory of the import", "<= 8 MiB", f"{memory / 1024:.1f} MiB")
        script = os.path.join(home, "script.md")
        with open(script, "w", encoding="utf-8") as file:
            file.write("ok\n---\n@pieces 5\n" + "word " * 400000 + "\n")
        row("Python: chunks through `for chunk in ...`", ">= 200,000 /s", f"{statistics.median(ask(CHUNKS, script) for _ in range(5)):,.0f} /s",
            f"plain Python, a queue {statistics.median(ask(QUEUE) for _ in range(5)):,.0f} /s")
        row("Python: 100 interpreters that have talked, no kernels", "<= 50 MiB", f"{ask(MANY):.1f} MiB")
        cell = statistics.median(ask(CELL) for _ in range(3))
        row('Python: computer.run("python", "1")', "<= 1.5 ms", f"{cell * 1000:.2f} ms",
            f"a bare child and a pipe {statistics.median(ask(BARE_CELL) for _ in range(3)) * 1000:.2f} ms")


if __name__ == "__main__":
    rows(lambda what, reach, value, floor="": print(f"{what:<58} reach {reach:<22} seen {value:<30} {floor}", flush=True))
    sys.exit(0)
