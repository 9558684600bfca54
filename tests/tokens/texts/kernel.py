# The Python driver: runs cells in __main__ and speaks docs/protocol.md. Imports only what the interpreter has loaded
# anyway; whatever a plain cell does not need is in python_more.py, which is asked for on first use.
import _ast
import _signal
import _thread
import builtins
import os
import sys

FRAMES_IN, FRAMES_OUT = 13, 14
ONLY_AST, TOP_LEVEL_AWAIT, COROUTINE = 0x400, 0x2000, 0x80
PIPE_BUF = 4096  # what one write hands over as a whole
PLAIN = {int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, range}
RICH = ("_repr_mimebundle_", "_repr_png_", "_repr_jpeg_", "_repr_svg_", "_repr_html_", "_repr_markdown_", "_repr_latex_")

main_module = sys.modules["__main__"]
namespace = main_module.__dict__
main_thread = _thread.get_ident()
sources = {}  # file name of a cell -> its text


class State:
    buffer = b""        # read from the program, not yet taken apart
    cell = None         # file name of the cell that runs
    line = 0            # reported last
    flags = TOP_LEVEL_AWAIT  # and the __future__ features that cells switched on
    number = 0          # of the last request or display
    is_child = False    # forked from a cell: no frames, no next cell
    interrupt = _signal.default_int_handler  # what SIGINT does while a cell runs
    more = None


# --- frames ---------------------------------------------------------------------------------------------------------

def write_all(data):
    view = memoryview(data)
    while view:
        view = view[os.write(FRAMES_OUT, view):]


def send(name, number=0, payload=b""):
    if State.is_child:
        return
    frame = b"%s %d %d\n%s" % (name, number, len(payload), payload)
    try:
        if len(frame) <= PIPE_BUF:
            os.write(FRAMES_OUT, frame)
            return
        blocked = _signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGINT])  # half a frame would end the session
        try:
            with sending:
                write_all(frame)
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, blocked)
    except OSError:
        os._exit(70)  # a cell closed our descriptors, or the program is gone


def receive():
    while True:
        end = State.buffer.find(b"\n")
        if end >= 0:
            name, number, length = State.buffer[:end].split(b" ")
            start, stop = end + 1, end + 1 + int(length)
            if len(State.buffer) >= stop:
                payload = State.buffer[start:stop]
                State.buffer = State.buffer[stop:]
                return name, int(number), payload
        try:
            piece = os.read(FRAMES_IN, 1 << 20)
        except OSError:
            os._exit(70)
        if not piece:
            os._exit(0)
        State.buffer += piece


def await_reply(number):
    while True:
        name, answered, payload = receive()
        if answered == number and name in (b"reply", b"error"):
            return name == b"reply", payload.decode("utf-8", "replace")


def request(method, argument=""):
    """Asks the program something and waits; (True, reply) or (False, why not)."""
    if State.is_child or _thread.get_ident() != main_thread:
        return False, "end of file: only the main thread of the session can ask"
    State.number += 1
    send(b"request", State.number, ("%s\n%s" % (method, argument)).encode("utf-8", "replace"))
    return await_reply(State.number)


def more():
    if State.more is None:
        State.more = dict(driver=globals())
        text = request("source", "python_more.py")[1]
        exec(compile(text, "<driver>", "exec"), State.more)
    return State.more


def stdlib(name):
    """Imports a module although the folder may hold a file of that name."""
    if name not in sys.modules:
        path = sys.path
        sys.path = [entry for entry in path if entry not in ("", ".", os.getcwd())]
        try:
            __import__(name)
        finally:
            sys.path = path
    return sys.modules[name]


# --- text -----------------------------------------------------------------------------------------------------------

def flush():
    try:
        out.flush()
        if sys.stdout is not out:
            sys.stdout.flush()
    except Exception:
        pass


class Stderr(type(sys.stderr)):
    """Unbuffered, and never ahead of what was printed before."""

    def write(self, text):
        flush()
        written = super().write(text)
        self.flush()
        return written


def open_text():
    global out, err
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    out = sys.stdout
    err = Stderr(open(2, "wb", closefd=False), encoding="utf-8", errors="backslashreplace", line_buffering=True)
    sys.stderr = sys.__stderr__ = err


def ask(prompt="", /):
    return answer("input", prompt)


def answer(method, prompt):
    flush()
    prompt = str(prompt)
    is_answered, text = request(method, prompt)
    out.write(prompt + (text if is_answered and method == "input" else "") + "\n")
    if not is_answered:
        raise EOFError(text)
    return text


ask.__name__ = ask.__qualname__ = "input"


def show(value):
    if type(value) not in PLAIN and any(hasattr(type(value), method) for method in RICH):
        more()["display"](value)
    else:
        text = repr(value)
        out.write(text + "\n")


def display_hook(value):
    if value is not None:
        namespace["_"] = value
        show(value)


# --- active line ----------------------------------------------------------------------------------------------------

def report(line):
    if line != State.line:
        State.line = line
        send(b"line", line)


class Sampler:
    """Reports the line inside a long statement, ten times a second; blocked while nothing runs."""

    def __init__(self):
        self.wake, self.never = _thread.allocate_lock(), _thread.allocate_lock()
        self.wake.acquire()
        self.never.acquire()
        self.is_asleep = False
        _thread.start_new