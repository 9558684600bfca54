"""The rows of the engine that runs model files, beside llama.cpp's own benchmark; only where ./dev engine has built both."""

import json
import os
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "support"))
import tiny_gguf  # noqa: E402
from engine import BUILT, ENGINE, Engine, last  # noqa: E402

BENCH = os.path.join(BUILT, "llama-bench")
# Random weights: name, layers, width, tokens of one answer.
MODELS = (("0.2 MB", 2, 64, 512), ("81 MB", 8, 768, 64))
ROUNDS = 9


def is_built():
    return os.path.exists(ENGINE) and os.path.exists(BENCH)


def their_rate(path, tokens):
    command = [BENCH, "-m", path, "-t", "1", "-p", "0", "-n", str(tokens), "-r", "1", "-o", "json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)[0]["avg_ts"]


def our_rate(engine, tokens, seed):
    timings = last(engine.chat([{"role": "user", "content": "x"}], max_tokens=tokens, seed=seed), "timings")
    return timings["predicted_n"] / timings["predicted_ms"] * 1000


def speed(row, folder, name, layers, width, tokens):
    path = os.path.join(folder, f"{layers}x{width}.gguf")
    tiny_gguf.write(path, layers=layers, width=width)
    ours, theirs = [], []
    with Engine(path, folder) as engine:
        our_rate(engine, 4, 0)
        for seed in range(ROUNDS):
            ours.append(our_rate(engine, tokens, seed))
            theirs.append(their_rate(path, tokens))
    os.unlink(os.path.join(folder, "engine.socket"))
    mine, its = statistics.median(ours), statistics.median(theirs)
    row(f"model file of {name}, one thread, over llama-bench", ">= 0.9x", f"{mine / its:.2f}x ({mine:.0f} tokens/s)", f"llama-bench {its:.0f} tokens/s")


def following_turn(row, folder):
    path = os.path.join(folder, "turns.gguf")
    tiny_gguf.write(path)
    with Engine(path, folder) as engine:
        messages = [{"role": "system", "content": "word " * 800}, {"role": "user", "content": "one"}]
        first = last(engine.chat(messages, max_tokens=1), "timings")
        messages += [{"role": "assistant", "content": ""}, {"role": "user", "content": "two"}]
        second = last(engine.chat(messages, max_tokens=1), "timings")
    row("tokens that a following turn evaluates", "only the new ones", f"{second['prompt_n']} ({second['cache_n']} kept)",
        f"first turn {first['prompt_n']}")


def rows(row):
    with tempfile.TemporaryDirectory(prefix="oi-bench-") as folder:
        for model in MODELS:
            speed(row, folder, *model)
        following_turn(row, folder)
