#!/usr/bin/python3
"""Runs the cases of this folder: the real program with a scripted model, compared word for word.

    run.py [--bin FOLDER] [--accept] [-j N] [FILTER...]     FILTER: part of AREA/NAME

A case is a folder AREA/NAME:
    cmd      the arguments, as in a shell, one run per line (# starts a comment). Unless the line says otherwise,
             `--frontend json` is added, `--model script:model` if there is a `model`, and `--profile ./profile` if there
             is a `profile`. A line that begins with `interpreter` is taken as it stands
    model    what the scripted model answers         in       stdin (default: empty); in.2 for the second run, ...
             a line `@await TEXT` goes on once stdout has shown TEXT (after what was awaited before), a line
             `@signal INT` sends that signal; all else is written as it stands
    profile  a YAML profile                          env      more environment, NAME=value a line
    out      stdout as it has to be; of several runs each after its line of cmd
    error    stderr as it has to be (default: empty)
    exit     the exit status (default 0); of several runs one a line
    sent     what the model was sent, the new messages of each request (compared only when it is there)
    mask     REGEX => TEXT a line: replaced in out, error and sent before they are compared
Other files are for the program to find. Each case runs in a fresh copy of its folder, without the expectations, with a
home of its own and no keys. {{TMP}} stands for that copy, {{HOME}} for that home, {{VERSION}} for the program's version,
in expectations and in cmd, in, env and model. Pieces of one JSON message that follow each other are compared as one, and
the active lines of a cell come before its output: how output is cut into pieces, and when it arrives, is a matter of time.
"""
import argparse
import concurrent.futures
import difflib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

CASES = pathlib.Path(__file__).resolve().parent
ROOT = CASES.parent.parent
TIMEOUT = 20  # seconds for one run
EXPECTATIONS = ("out", "error", "exit", "sent")
NOT_COPIED = EXPECTATIONS + ("cmd", "env", "mask")


def version():
    return re.search(r"project\([^)]*VERSION\s+(\S+)", (ROOT / "CMakeLists.txt").read_text())[1].rstrip(")")


def search_path():
    folders = ["/usr/local/bin", "/usr/bin", "/bin"]
    node = shutil.which("node")
    if node and os.path.dirname(node) not in folders:
        folders.append(os.path.dirname(node))
    return ":".join(folders)


def read(file, default=""):
    return file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else default


class Talk:
    """One run of the program: says what is to be said to it when it is time, and keeps what it says."""

    def __init__(self, process):
        self.process = process
        self.deadline = time.monotonic() + TIMEOUT
        self.changed = threading.Condition()
        self.said = [b"", b""]
        self.awaited = 0
        self.readers = [threading.Thread(target=self.read, args=(0, process.stdout)), threading.Thread(target=self.read, args=(1, process.stderr))]
        for reader in self.readers:
            reader.start()

    def read(self, index, stream):
        while block := os.read(stream.fileno(), 65536):
            with self.changed:
                self.said[index] += block
                self.changed.notify_all()
        stream.close()

    def text(self, index):
        return self.said[index].decode(errors="surrogateescape")

    def run(self, script):
        """None, or what went wrong."""
        fault = self.tell(script)
        try:
            self.process.wait(max(0, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            fault = fault or f"did not end within {TIMEOUT} s"
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for reader in self.readers:
            reader.join(2)
            if reader.is_alive():
                fault = fault or "left a process behind that holds its output open"
        return fault

    def tell(self, script):
        fault = None
        try:
            for line in script.splitlines(True):
                if line.startswith("@await "):
                    fault = self.wait_for(line[len("@await "):].strip().encode())
                elif line.startswith("@signal "):
                    self.process.send_signal(getattr(signal, "SIG" + line.split()[1]))
                else:
                    self.process.stdin.write(line.encode(errors="surrogateescape"))
                    self.process.stdin.flush()
                if fault:
                    break
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended, and its output says why
        return fault

    def wait_for(self, text):
        with self.changed:
            is_there = self.changed.wait_for(lambda: text in self.said[0][self.awaited:], max(0, self.deadline - time.monotonic()))
            self.awaited = self.said[0].find(text, self.awaited) + len(text)
        return None if is_there else f"stdout never showed {text.decode()}"


def is_line_report(chunk):
    return chunk.get("type") == "console" and chunk.get("format") == "active_line" and chunk.get("content") is not None


def merged(text):
    """JSON lines with the pieces of one message put together, and the active lines of a cell before its output."""
    chunks = []
    for line in text.split("\n"):
        chunk = json.loads(line) if line.startswith('{"role"') and line.endswith("}") else line
        before = len(chunks)
        if isinstance(chunk, dict) and is_line_report(chunk):
            while before and isinstance(chunks[before - 1], dict) and chunks[before - 1].get("format") == "output":
                before -= 1
        chunks.insert(before, chunk)
    lines, last = [], None
    for chunk in chunks:
        is_piece = isinstance(chunk, dict) and isinstance(chunk.get("content"), str) and chunk["role"] in ("assistant", "computer")
        if is_piece and last is not None and {**chunk, "content": ""} == {**last, "content": ""}:
            last["content"] += chunk["content"]
            lines.pop()
            chunk = last
        last = chunk if is_piece else None
        lines.append(chunk if isinstance(chunk, str) else json.dumps(chunk, ensure_ascii=False, separators=(",", ":")))
    return "\n".join(lines)


PROMPT = re.compile(r"^You are Open Interpreter.*?(?=\n\nSystem: )", re.S)
LANGUAGES = re.compile(r"^Languages: .*$", re.M)  # as this machine can run them
PLACE = re.compile(r"System: [^\n]*\nUser: [^\n]*\nFolder: [^\n]*\nDate: [^\n]*\n")


def readable(sent):
    """The requests that a scripted model has kept: system message without what differs between machines, new messages."""
    text, before = "", []
    for request in (json.loads(line) for line in sent.split("\n") if line):
        system, messages = request.pop("system", ""), request.pop("messages", [])
        system = LANGUAGES.sub("Languages: {{LANGUAGES}}", PLACE.sub("{{PLACE}}\n", PROMPT.sub("{{PROMPT}}", system)))
        text += f"request {json.dumps(request, ensure_ascii=False)}\n" if request else "request\n"
        text += "".join(f"  system: {line}\n" for line in system.split("\n") if line)
        is_continued = before and messages[:len(before)] == before
        if is_continued:
            text += f"  {len(before)} as before\n"
        text += "".join(f"  {json.dumps(message, ensure_ascii=False)}\n" for message in messages[len(before) if is_continued else 0:])
        before = messages
    return text


class Case:
    def __init__(self, folder, program):
        self.folder = folder
        self.program = program
        self.name = str(folder.relative_to(CASES))
        self.faults = []

    def expected(self):
        found = {name: read(self.folder / name) for name in ("out", "error")}
        found["exit"] = read(self.folder / "exit", "0\n" * len(self.lines()))
        if (self.folder / "sent").exists():
            found["sent"] = read(self.folder / "sent")
        return found

    def lines(self):
        lines = [line for line in read(self.folder / "cmd").split("\n") if line.strip() and not line.startswith("#")]
        return lines or [""]

    def arguments(self, line):
        words = shlex.split(line)
        if words[:1] == ["interpreter"]:
            return words[1:]
        flags = {word.split("=")[0] for word in words}
        added = []
        if not flags & {"--frontend", "--plain", "-pl"}:
            added += ["--frontend", "json"]
        if (self.folder / "model").exists() and not flags & {"--model", "-m"}:
            added += ["--model", "script:model"]
        if (self.folder / "profile").exists() and not flags & {"--profile", "-p"}:
            added += ["--profile", "./profile"]
        return added + words

    def environment(self, room):
        variables = {
            "PATH": search_path(), "HOME": f"{room}/home", "TMPDIR": f"{room}/tmp", "LANG": "C.UTF-8", "TERM": "dumb", "TZ": "UTC", "USER": "tester",
            "XDG_CONFIG_HOME": f"{room}/home/.config", "XDG_DATA_HOME": f"{room}/home/.local/share", "XDG_STATE_HOME": f"{room}/home/.local/state",
            "XDG_CACHE_HOME": f"{room}/home/.cache", "XDG_RUNTIME_DIR": f"{room}/tmp",
        }
        if (self.folder / "sent").exists():
            variables["INTERPRETER_SCRIPT_SENT"] = f"{room}/sent"
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                variables[name] = os.environ[name]
        for line in self.filled(read(self.folder / "env"), room).split("\n"):
            if "=" in line:
                variables.__setitem__(*line.split("=", 1))
        return variables

    def filled(self, text, room):
        return text.replace("{{TMP}}", f"{room}/work").replace("{{HOME}}", f"{room}/home").replace("{{VERSION}}", version())

    def masked(self, text, room):
        text = text.replace(f"{room}/work", "{{TMP}}").replace(f"{room}/home", "{{HOME}}").replace(f"Open Interpreter {version()}", "Open Interpreter {{VERSION}}")
        for line in read(self.folder / "mask").split("\n"):
            if " => " in line:
                text = re.sub(*line.split(" => ", 1), text)
        return text

    def prepare(self, room):
        for name in ("home", "tmp", "work"):
            (room / name).mkdir()
        for file in self.folder.iterdir():
            if file.name in NOT_COPIED or re.fullmatch(r"in(\.\d+)?", file.name):
                continue
            if file.is_dir():
                shutil.copytree(file, room / "work" / file.name, symlinks=True)
            else:
                shutil.copy2(file, room / "work" / file.name)
        model = room / "work" / "model"
        if model.exists():
            model.write_text(self.filled(read(model), room), errors="surrogateescape")

    def run_once(self, number, line, room):
        """Runs one line of cmd; (stdout, stderr, exit status)."""
        name = "in" if number == 1 else f"in.{number}"
        stdin = self.filled(read(self.folder / name), room)
        process = subprocess.Popen([self.program, *self.arguments(self.filled(line, room))], cwd=room / "work", env=self.environment(room),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        talk = Talk(process)
        fault = talk.run(stdin)
        if fault:
            self.faults.append(fault)
        return talk.text(0), talk.text(1), process.returncode

    def actual(self):
        with tempfile.TemporaryDirectory(prefix="oi-case-") as name:
            room = pathlib.Path(os.path.realpath(name))
            self.prepare(room)
            got = {"out": "", "error": "", "exit": ""}
            lines = self.lines()
            for number, line in enumerate(lines, 1):
                out, error, status = self.run_once(number, line, room)
                out = merged(out)
                head = f"$ {line}\n" if len(lines) > 1 else ""
                got["out"] += head + out
                got["error"] += error
                got["exit"] += f"{status}\n"
            if (self.folder / "sent").exists():
                got["sent"] = readable(read(room / "sent"))
            return {key: self.masked(text, room) for key, text in got.items()}

    def check(self, is_accept):
        expected, got = self.expected(), self.actual()
        for key in got:
            if got[key] == expected[key]:
                continue
            if is_accept:
                self.accept(key, got[key])
            else:
                self.faults.append(difference(key, expected[key], got[key]))
        return self

    def accept(self, key, text):
        is_default = text == ("0\n" * len(self.lines()) if key == "exit" else "")
        file = self.folder / key
        if is_default and key != "out" and key != "sent":
            file.unlink(missing_ok=True)
        else:
            file.write_text(text, encoding="utf-8", errors="surrogateescape")
        print(f"accepted {self.name}/{key}")


def difference(name, expected, got):
    lines = difflib.unified_diff(expected.splitlines(True), got.splitlines(True), f"{name} as it should be", f"{name} as it is")
    text = "".join(line if line.endswith("\n") else line + "\n\\ no newline at the end\n" for line in lines)
    return text.encode("utf-8", "backslashreplace").decode()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("filters", nargs="*", metavar="FILTER", help="part of AREA/NAME")
    parser.add_argument("--bin", default=str(ROOT / "build/release/bin"), help="where the program is")
    parser.add_argument("--accept", action="store_true", help="what happens becomes what is expected")
    parser.add_argument("-j", type=int, default=2, metavar="N", help="how many cases run at once")
    return parser.parse_args()


def main():
    options = parse()
    program = os.path.join(os.path.abspath(options.bin), "interpreter")
    if not os.access(program, os.X_OK):
        sys.exit(f"run.py: {program} is missing; build it first")
    folders = sorted(file.parent for file in CASES.glob("*/*/cmd"))
    cases = [Case(folder, program) for folder in folders]
    cases = [case for case in cases if not options.filters or any(part in case.name for part in options.filters)]
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        failed = 0
        for case in pool.map(lambda case: case.check(options.accept), cases):
            if case.faults:
                failed += 1
                print(f"FAILED {case.name}")
                print("\n".join(case.faults))
    print(f"{len(cases)} cases, {failed} failed, {time.monotonic() - began:.1f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
