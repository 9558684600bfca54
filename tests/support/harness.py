"""What the Python test suites share: a private home, running the program, finding and running test functions."""

import argparse
import inspect
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Result:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __repr__(self):
        return f"exit {self.code} after {self.seconds:.2f} s\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Room:
    """A temporary home and work folder, and the program run in it. No provider key of the outer world comes in."""

    def __init__(self, bin_folder):
        self.bin = os.path.abspath(bin_folder)
        self.program = os.path.join(self.bin, "interpreter")
        self.home = tempfile.mkdtemp(prefix="oi-test-")
        self.folder = os.path.join(self.home, "work")
        os.mkdir(self.folder)
        self.environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "ASAN_OPTIONS") if name in os.environ}
        self.environment.update(HOME=self.home, TERM="xterm-256color", TMPDIR=self.home)

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start(self, *arguments, stdin=subprocess.DEVNULL, env=None, **more):
        return subprocess.Popen([self.program, *arguments], cwd=self.folder, stdin=stdin, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace",
                                env={**self.environment, **(env or {})}, **more)

    def run(self, *arguments, stdin=None, env=None, timeout=30, **more):
        begin = time.monotonic()
        child = self.start(*arguments, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL, env=env, **more)
        try:
            out, err = child.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            raise AssertionError(f"{arguments} did not end within {timeout} s\n--- stdout\n{out}\n--- stderr\n{err}") from None
        return Result(child.returncode, out, err, time.monotonic() - begin)


def descendants(pid):
    """The pids below `pid`, read from /proc."""
    below, children = [], {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                    children.setdefault(int(stat.read().rsplit(")", 1)[1].split()[1]), []).append(int(entry))
            except OSError:
                pass
    todo = [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            below.append(child)
            todo.append(child)
    return below


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def until(condition, seconds, what):
    """Waits for a condition of another process; the failure says what did not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"within {seconds} s: {what}"
        time.sleep(0.005)


def main(tests):
    """Runs every test_* function of a namespace; each gets a fresh Room. Exit status 1 when one fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default=os.path.join(PROJECT, "build", "release", "bin"))
    parser.add_argument("filter", nargs="?", default="")
    options = parser.parse_args()
    failed, ran = [], 0
    for name, test in sorted(tests.items(), key=lambda item: getattr(getattr(item[1], "__code__", None), "co_firstlineno", 0)):
        if not name.startswith("test_") or not inspect.isfunction(test) or options.filter not in name:
            continue
        room = Room(options.bin)
        ran += 1
        try:
            test(room)
        except Exception:  # noqa: BLE001: a failing test must not hide the others
            failed.append(name)
            print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
        finally:
            room.close()
    print(f"{ran - len(failed)} of {ran} passed" + (f"; failed: {', '.join(failed)}" if failed else ""))
    sys.exit(1 if failed else 0)
