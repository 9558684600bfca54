"""Measures what the README promises, beside the floors of the same machine, and prints the table.

usage: bench/run.py --bin build/release/bin [--readme] [FILTER]
"""

import argparse
import json
import os
import pty
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
import engine_rows  # noqa: E402
import python_rows  # noqa: E402
import terminal_rows  # noqa: E402
from mini_server import Server, call_reply, text_reply  # noqa: E402

ROWS = []


def row(what, reach, value, floor=""):
    ROWS.append((what, reach, value, floor))
    print(f"{what:<58} reach {reach:<22} seen {value:<30} {floor}", flush=True)


class Bench:
    def __init__(self, binary):
        self.program = os.path.join(os.path.abspath(binary), "interpreter")
        self.home = tempfile.mkdtemp(prefix="oi-bench-")
        self.environment = {key: os.environ[key] for key in ("LANG", "LC_ALL", "TMPDIR") if key in os.environ}
        # Debian's own python3 and node: what a shim on the path costs is not ours to show.
        self.environment.update(PATH="/usr/local/bin:/usr/bin:/bin", HOME=self.home, TERM="xterm-256color")

    def arguments(self, server, *more):
        return [self.program, "--model", "gpt-4o", "--api_base", server.base, "-y", *more]

    def run(self, arguments, server=None, stdout=subprocess.DEVNULL, timeout=120):
        """Seconds, CPU seconds (children included), exit code."""
        start = time.monotonic()
        child = subprocess.Popen(arguments, env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=stdout,
                                 stderr=subprocess.PIPE)
        if server:
            server.pid = child.pid
        errors = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{arguments} ended with {child.returncode}: {errors.decode()}")
        return start, time.monotonic() - start, usage.ru_utime + usage.ru_stime

    def median(self, times, function):
        return statistics.median(function() for _ in range(times))


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


def bench_version(bench):
    seen = bench.median(41, lambda: bench.run([bench.program, "--version"])[1])
    floor = bench.median(41, lambda: bench.run(["/bin/true"])[1])
    row("--version, process start to exit", "<= 3 ms", milliseconds(seen), f"/bin/true {milliseconds(floor)}")


def bench_first_request(bench):
    def once():
        server = Server([text_reply(["ok"])])
        start, _, _ = bench.run(bench.arguments(server, "hi"), server)
        server.close()
        return server.asked[0] - start
    row("process start to first model request", "<= 20 ms", milliseconds(bench.median(21, once)))


def bench_two_turns(bench):
    peaks, connections = [], []

    def once():
        server = Server([call_reply("shell", "echo hi"), text_reply(["It says hi."])])
        _, seconds, _ = bench.run(bench.arguments(server, "say hi"), server)
        server.close()
        assert b'"content":"hi"' in server.bodies[1], server.bodies[1]
        peaks.append(max(server.peaks))
        connections.append(server.connections)
        return seconds
    seen = bench.median(21, once)
    row("two-turn task (echo hi), scripted server", "<= 60 ms", milliseconds(seen))
    row("peak memory of the main process, two-turn task", "<= 20 MiB", f"{statistics.median(peaks) / 1024:.1f} MiB")
    row("connections of a two-turn task", "1", f"{max(connections)}")
    server = Server([text_reply(["ok"])])
    bench.run(bench.arguments(server, "hi"), server)
    row("first request body", "< 5 KB", f"{len(server.bodies[0])} bytes")


def bench_round_trips(bench):
    for language, code, reach in (("python", "x = %d", 2), ("shell", "x=%d", 3), ("javascript", "x = %d", 2)):
        for flag, what in (("--no-keep_variables", "variables not kept"), ("--keep_variables", "kept, cells without a pause")):
            round_trip(bench, language, code, reach, flag, what)


def round_trip(bench, language, code, reach, flag, what):
    count = 60
    server = Server([call_reply(language, code % n, n) for n in range(count)] + [text_reply(["done"])])
    bench.run(bench.arguments(server, flag, "go"), server)
    trips = [asked - answered for asked, answered in zip(server.asked[6:], server.answered[5:])]
    row(f"tool round trip, warm {language} (request to request), {what}", f"<= {reach} ms",
        f"{milliseconds(statistics.median(trips))} (p90 {milliseconds(sorted(trips)[int(len(trips) * .9)])})")
    server.close()


def bench_first_cell(bench):
    def once():
        server = Server([call_reply("python", "1"), text_reply(["done"])])
        bench.run(bench.arguments(server, "go"), server)
        server.close()
        return server.asked[1] - server.answered[0]
    floor = bench.median(15, lambda: bench.run(["/usr/bin/python3", "-c", "pass"])[1])
    seen = bench.median(15, once)
    row("first python cell, spawn included, over python3 -c pass", "<= 3x", f"{seen / floor:.2f}x ({milliseconds(seen)})",
        f"python3 -c pass {milliseconds(floor)}")


def bench_deltas(bench):
    words = ("Some **bold** words and `code` of a long answer that goes on. " * 2000)[:100_000]
    pieces = [words[i:i + 5] for i in range(0, len(words), 5)]
    body = text_reply(pieces)

    def plain():
        server = Server([body])
        start, seconds, cpu = bench.run(bench.arguments(server, "go"), server)
        server.close()
        return start + seconds - server.asked[0], cpu

    def terminal():
        server = Server([body])
        pid, master = pty.fork()
        if pid == 0:
            os.chdir(bench.home)
            os.execve(bench.program, bench.arguments(server, "--frontend", "terminal", "go"), bench.environment)
        received, end = b"", 0
        while True:  # the last byte of the answer is followed by a prompt and silence
            ready, _, _ = select.select([master], [], [], 0.3 if server.answered and end else 30)
            if not ready:
                break
            received += os.read(master, 1 << 16)
            end = time.monotonic()
        os.write(master, b"\x04")
        while True:
            try:
                if not os.read(master, 1 << 16):
                    break
            except OSError:
                break
        _, _, usage = os.wait4(pid, 0)
        server.close()
        return end - server.asked[0], usage.ru_utime + usage.ru_stime

    for name, function in (("plain", plain), ("a terminal", terminal)):
        runs = [function() for _ in range(7)]
        row(f"20,000 deltas (100 KB) to {name}", "<= 0.10 s, <= 0.15 CPU s",
            f"{statistics.median(r[0] for r in runs):.3f} s, {statistics.median(r[1] for r in runs):.3f} CPU s")


def bench_flood(bench):
    size = 1 << 30
    floods = (("shell", f"yes 0123456789012345678901234567890123456789 | head -c {size}", "1 GB from shell (yes, head)"),
              ("python", f"s = 'x' * 99 + '\\n'\nfor _ in range({size} // 100000): print(s * 1000, end='')", "1 GB from python"))
    base = Server([call_reply("shell", "echo hi"), text_reply(["ok"])])
    bench.run(bench.arguments(base, "go"), base)
    for language, code, name in floods:
        server = Server([call_reply(language, code), text_reply(["ok"])])
        bench.run(bench.arguments(server, "go"), server)
        seconds = server.asked[1] - server.answered[0]
        growth = (max(server.peaks) - max(base.peaks)) / 1024
        row(name, ">= 300 MB/s, <= +30 MiB", f"{size / 1e6 / seconds:.0f} MB/s, {growth:+.1f} MiB",
            f"request after it: {len(server.bodies[1])} bytes")
        server.close()


def bench_engine(_):
    if engine_rows.is_built():
        engine_rows.rows(row)


def bench_interactive(bench):
    terminal_rows.rows(bench, row)


def bench_python(bench):
    python_rows.rows(row)


def bench_model_layer(bench):
    """The rows of llm_bench, which measures without a process or a socket between."""
    program = os.path.join(os.path.dirname(bench.program), "..", "llm_bench")
    if not os.path.exists(program):
        return
    for line in subprocess.run([program], env=bench.environment, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
        seen = re.match(r"(.*?) +reach (.*?) +seen (.*? ms CPU) *(.*)", line)
        if seen:
            row(*seen.groups())
        else:
            print(line, flush=True)


def bench_conversations(bench):
    """Opening and searching a conversation of 100,000 messages, which store_bench makes."""
    program = os.path.join(os.path.dirname(bench.program), "..", "store_bench")
    if not os.path.exists(program):
        return
    names = {"append_all": ("writing 100,000 messages", "no slower than before"),
             "resume": ("opening a conversation of 100,000 messages", "<= 50 ms"),
             "read": ("its messages, read with the first turn", "as the model is asked"),
             "search_rare": ("searching it, seldom words", "<= 50 ms"), "search_common": ("searching it, common words", "<= 50 ms"),
             "search_prefix": ("searching it, the beginning of a word", "<= 50 ms"),
             "index_all": ("indexing all of it at once", "in the background")}
    for line in subprocess.run([program], env=bench.environment, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
        name, elapsed, *cpu = line.split()
        if name in names and cpu:
            what, reach = names[name]
            row(what, reach, f"{elapsed} ms, {cpu[0]} ms CPU")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--readme", action="store_true", help="put the table into the README, between its markers")
    parser.add_argument("filter", nargs="?", default="")
    options = parser.parse_args()
    bench = Bench(options.bin)
    for name, function in list(globals().items()):
        if name.startswith("bench_") and options.filter in name:
            function(bench)
    table = "| what | reach | seen |\n|---|---|---|\n" + "".join(
        f"| {what} | {reach} | {value}{' [' + floor + ']' if floor else ''} |\n" for what, reach, value, floor in ROWS)
    print("\n" + table)
    if options.readme:
        path = os.path.join(os.path.dirname(__file__), "..", "README.md")
        with open(path, encoding="utf-8") as file:
            before, rest = file.read().split("<!-- bench -->\n")
        after = rest.split("<!-- end bench -->")[1]
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{before}<!-- bench -->\n{table}<!-- end bench -->{after}")
    for name in ("kernel_bench", "sessions_bench", "output_bench", "jupyter_bench", "picture_bench", "scan_bench", "library_bench"):
        program = os.path.join(options.bin, "..", name)
        if os.path.exists(program) and options.filter in name:
            print(f"== {name}", flush=True)
            subprocess.run([program, os.path.abspath(bench.program)], env=bench.environment, check=False)


if __name__ == "__main__":
    main()
