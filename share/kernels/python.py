# The Python driver: runs cells in __main__ and speaks docs/protocol.md. Imports only what the interpreter has loaded
# anyway; whatever a plain cell does not need is in python_more.py, which is asked for on first use.
import _ast
import _signal
import _thread
import builtins
import os
import sys

FRAMES_IN, FRAMES_OUT, SPARE_OUT = 13, 14, 15
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
    is_calling = False  # a cell waits for the answer to a call
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
        if name == b"interrupt" and State.is_calling:
            raise KeyboardInterrupt


def call(method, argument):
    """Like request(), for what may take long: an interrupt comes as a frame here, for a signal could strike between two
    halves of one."""
    if State.is_child or _thread.get_ident() != main_thread:
        return False, "only the main thread of the session can ask"
    before = _signal.signal(_signal.SIGINT, ignore_interrupt)
    State.is_calling = True
    try:
        return request(method, argument)
    finally:
        State.is_calling = False
        _signal.signal(_signal.SIGINT, before)


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


class Computer:
    """What a cell can ask of the program; computer.py has the rest, which is loaded when it is first used."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        is_answered, text = call("source", "computer.py")
        if not is_answered:
            raise RuntimeError(text)
        part = dict(driver=globals())
        exec(compile(text, "<driver>", "exec"), part)
        self.__class__ = part["Computer"]
        return getattr(self, name)


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
    if State.is_child or _thread.get_ident() != main_thread:
        return plain_input(prompt)  # by the terminal
    return answer("input", prompt)


def answer(method, prompt):
    flush()
    prompt = str(prompt)
    is_answered, text = request(method, prompt)
    out.write(prompt + (text if is_answered and method == "input" else "") + "\n")
    if not is_answered:
        raise EOFError(text)
    return text


plain_input = builtins.input
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
        _thread.start_new_thread(self.loop, ())

    def start(self):
        if self.is_asleep:
            self.is_asleep = False
            self.wake.release()

    def loop(self):
        while True:
            self.never.acquire(True, 0.1)
            if State.cell is None:
                self.is_asleep = True
                if State.cell is None:
                    self.wake.acquire()
                continue
            try:
                flush()
                self.sample(sys._current_frames().get(main_thread))
            except Exception:
                pass

    def sample(self, frame):
        cell = State.cell
        while frame is not None and frame.f_code.co_filename != cell:
            frame = frame.f_back
        if frame is not None and State.cell == cell and frame.f_lineno:
            report(frame.f_lineno)


# --- cells ----------------------------------------------------------------------------------------------------------

def parse(code, name):
    try:
        return compile(code, name, "exec", ONLY_AST | State.flags, True)
    except SyntaxError as error:
        translated = more()["translate"](code)
        if translated is None:
            raise error from None
    return compile(translated, name, "exec", ONLY_AST | State.flags, True)


def compile_cell(code, name):
    """[(line, code object, whether its value is shown)], one for each top-level statement."""
    body = parse(code, name).body
    steps = []
    for node in body:
        is_shown = node is body[-1] and isinstance(node, _ast.Expr) and not code.rstrip().endswith(";")
        tree = _ast.Expression(node.value) if is_shown else _ast.Module([node], [])
        compiled = compile(tree, name, "eval" if is_shown else "exec", State.flags, True)
        State.flags |= compiled.co_flags & future_features
        decorators = getattr(node, "decorator_list", None)
        steps.append((decorators[0].lineno if decorators else node.lineno, compiled, is_shown))
    return steps


def execute(code, name):
    for line, compiled, is_shown in compile_cell(code, name):
        flush()
        report(line)
        value = eval(compiled, namespace)
        if compiled.co_flags & COROUTINE:
            value = more()["run_async"](value)
        if is_shown:
            sys.displayhook(value)


def run(number, code):
    name = "<cell %d>" % number
    remember(name, code)
    State.cell, State.line = name, 0
    sampler.start()
    is_ok = False
    try:
        _signal.signal(_signal.SIGINT, State.interrupt)
        execute(code, name)
        if "matplotlib.pyplot" in sys.modules and not State.is_child:
            more()["show_figures"]()
        is_ok = True
    except SystemExit as end:
        leave_child(end.code)
        if end.code not in (None, 0):
            err.write("SystemExit: %s\n" % (end.code,))
    except BaseException as error:
        tell(error)
    quiet()
    leave_child(0 if is_ok else 1)
    State.cell = None
    flush()
    keep_output()
    if out.closed:
        sys.stdout = sys.__stdout__ = open_stdout()
    send(b"end", number, b"ok" if is_ok else b"error")


def leave_child(code):
    if State.is_child:
        flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def keep_output():
    """A cell may have closed 1 or 2, or put a file there."""
    for descriptor in (1, 2):
        try:
            if os.path.samestat(os.fstat(descriptor), output_pipe):
                continue
        except OSError:
            pass
        try:
            os.dup2(SPARE_OUT, descriptor)
        except OSError:
            pass


def tell(error):
    keep_output()
    try:
        more()["show_error"](error)
    except KeyboardInterrupt:
        err.write("KeyboardInterrupt\n")
    except BaseException as other:
        err.write("%s: %s\n" % (type(error).__name__, error))
        err.write("(its traceback could not be shown: %r)\n" % (other,))


def quiet():
    """From here on SIGINT does nothing: no cell runs."""
    while True:
        try:
            before = _signal.signal(_signal.SIGINT, ignore_interrupt)
            if before is not ignore_interrupt:
                State.interrupt = before
            return
        except KeyboardInterrupt:
            pass


def ignore_interrupt(number, frame):
    pass


def open_stdout():
    global out
    out = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    return out


def remember(name, code):
    sources[name] = code
    if "linecache" in sys.modules:
        sys.modules["linecache"].cache[name] = (len(code), None, code.splitlines(True), name)


# --- what cells import ----------------------------------------------------------------------------------------------

class Hooks:
    """Calls python_more.on_import once one of these modules is loaded."""

    wanted = {"linecache", "getpass", "matplotlib", "matplotlib.pyplot", "PIL.Image", "IPython.display",
              "IPython.core.display_functions"}

    def find_spec(self, name, path=None, target=None):
        if name not in self.wanted:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                self.hook(name, spec.loader)
                return spec
        return None

    def hook(self, name, loader):
        if loader is None or isinstance(loader, type) or not hasattr(loader, "exec_module"):
            return

        def exec_module(module):
            del loader.exec_module
            loader.exec_module(module)
            if name == "linecache":
                for cell, code in sources.items():
                    remember(cell, code)
            elif not State.is_child:
                more()["on_import"](name, module)

        loader.exec_module = exec_module
        self.wanted = self.wanted - {name}


def in_child():
    State.is_child = True
    os.close(FRAMES_IN)
    os.close(FRAMES_OUT)


def before_fork():
    flush()
    if sys.version_info >= (3, 12):  # the sampler is a thread, but it holds no lock that a child could miss
        stdlib("warnings").filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)


def prepare():
    for name in [name for name in namespace if not name.startswith("__")]:
        del namespace[name]
    namespace["__builtins__"] = builtins
    sys.argv = [""]
    open_text()
    os.dup2(1, SPARE_OUT, False)
    for descriptor in (FRAMES_IN, FRAMES_OUT):
        os.set_inheritable(descriptor, False)
    os.register_at_fork(before=before_fork, after_in_child=in_child)
    builtins.input = ask
    builtins.computer = Computer()  # not in __main__: a name of the cells goes before it
    builtins.display = lambda *values: more()["display"](*values)
    sys.displayhook = display_hook
    sys.meta_path.insert(0, Hooks())
    quiet()
    State.interrupt = _signal.default_int_handler


sending = _thread.allocate_lock()
output_pipe = os.fstat(1)
future_features = 0x1FE0000  # CO_FUTURE_...: division (0x20000) to annotations (0x1000000)
prepare()
sampler = Sampler()
send(b"ready")
while True:
    kind, cell_number, text = receive()
    if kind == b"run":
        run(cell_number, text.decode("utf-8", "replace"))
    elif kind == b"variables":
        more()["tell_variables"](cell_number)
