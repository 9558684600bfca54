"""The rows of the interactive terminal: on a bare pty, so that no emulator's work is counted."""

import fcntl
import os
import pty
import select
import statistics
import struct
import termios
import time

from mini_server import Server, text_reply

PROMPT = b"> "


class Terminal:
    def __init__(self, bench, arguments, columns=80, rows=24):
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(bench.home)
            os.execve(arguments[0], arguments, bench.environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.last = b""

    def read(self, seconds):
        """The next bytes, or b"" when nothing comes for so long, or nothing any more."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            return os.read(self.fd, 1 << 16)
        except OSError:
            return b""

    def wait(self, text, seconds=60):
        """Reads until `text` has come; the time at which it did."""
        end = time.monotonic() + seconds
        while text not in self.last:
            if time.monotonic() > end:
                raise SystemExit(f"never written: {text!r}; the end: {self.last[-300:]!r}")
            self.last = self.last[-len(text):] + self.read(1)
        self.last = self.last[self.last.index(text) + len(text):]
        return time.monotonic()

    def status(self, name):
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))

    def switches(self):
        """How often all threads have waited so far."""
        count = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/status", encoding="utf-8") as file:
                count += next(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt_switches"))
        return count

    def cpu(self):
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def leave(self):
        """Ctrl-D; the CPU seconds of its whole life."""
        os.write(self.fd, b"\x04")
        while self.read(5):
            pass
        os.close(self.fd)
        usage = os.wait4(self.pid, 0)[2]
        return usage.ru_utime + usage.ru_stime


def settle(terminal):
    while terminal.read(0.1):
        pass


def start(bench, row):
    folder = os.path.join(bench.home, ".config", "open-interpreter")
    os.makedirs(folder, exist_ok=True)
    arguments = [bench.program, "--model", "gpt-4o", "--api_key", "x", "--custom_instructions", "Be brief."]
    times, sizes = [], []
    for _ in range(21):
        terminal = Terminal(bench, arguments)
        times.append(terminal.wait(PROMPT) - terminal.started)
        settle(terminal)
        sizes.append(terminal.status("VmRSS") / 1024)
        terminal.leave()
    row("process start to the first prompt of a terminal", "<= 25 ms", f"{statistics.median(times) * 1000:.1f} ms")
    row("memory at that prompt", "<= 15 MiB", f"{statistics.median(sizes):.1f} MiB")
    terminal = Terminal(bench, arguments)
    terminal.wait(PROMPT)
    settle(terminal)
    before = terminal.switches()
    time.sleep(3)
    row("wake-ups a second while the prompt waits", "0", f"{(terminal.switches() - before) / 3:.1f}")
    terminal.leave()


def press(terminal, key, shown):
    started = time.monotonic()
    os.write(terminal.fd, key)
    taken = terminal.wait(shown) - started
    settle_quickly(terminal)
    return taken


def keys(bench, row):
    terminal = Terminal(bench, [bench.program, "--model", "gpt-4o", "--api_key", "x"])
    terminal.wait(PROMPT)
    settle(terminal)
    letters = b"abcdefghijklmnopqrstuvwxyz"
    times = [press(terminal, key, key) for key in (letters[number % 26:number % 26 + 1] for number in range(200))]
    os.write(terminal.fd, b"\x15")
    settle_quickly(terminal)
    hinted = []
    line = b"%set no_highlight_active_line tru"
    for _ in range(6):
        hinted += [press(terminal, line[at:at + 1], line[:at + 1]) for at in range(len(line))]
        os.write(terminal.fd, b"\x15")
        settle_quickly(terminal)
    terminal.leave()
    for name, taken in (("key press to its echo", times), ("the same with the rest of a command in grey", hinted)):
        row(name, "<= 2 ms", f"{statistics.median(taken) * 1000:.2f} ms (p99 {sorted(taken)[-2] * 1000:.2f} ms)")


def settle_quickly(terminal):
    while terminal.read(0.002):
        pass
    terminal.last = b""


def answer_cost(bench, size):
    """CPU seconds of an answer of Markdown, in deltas of five bytes."""
    part = "Some **bold** words and `code` of a long answer that goes on. A [link](https://e.org) too.\n\n- one\n- two\n\n```python\nx = 'y'\n```\n\n"
    text = (part * (size // len(part) + 1))[:size] + "\n\nThe very end."
    server = Server([text_reply([text[i:i + 5] for i in range(0, len(text), 5)])])
    terminal = Terminal(bench, bench.arguments(server, "--frontend", "terminal", "go"))
    terminal.wait(b"very end", 300)
    settle(terminal)
    seconds = terminal.leave()
    server.close()
    return seconds


def answers(bench, row):
    small = statistics.median(answer_cost(bench, 100_000) for _ in range(5))
    large = answer_cost(bench, 10_000_000)
    row("Markdown of 100 KB in 20,000 deltas on a pty", "<= 0.15 CPU s", f"{small:.3f} CPU s")
    row("Markdown of 10 MB, against 100 KB", "<= 100x", f"{large / small:.0f}x ({large:.2f} CPU s)")


def rows(bench, row):
    for measure in (start, keys, answers):
        measure(bench, row)
