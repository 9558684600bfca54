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
translations = {}  # file name of a cell -> its text with magics as calls, where it has some
definitions = []  # (file name of a cell, index of the statement): what a fresh process runs to have them too


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
    keep_path = None    # where the variables are kept between sessions; None: nowhere
    keep_source = b""   # the part of the driver that does it
    keep_environ = {}   # as it was at the start
    keep_older = None   # the process that saves now: (its pid, a pipe that ends with it)
    is_keeping = False  # it is being forked
    module_count = 0    # at the last telling
    is_changed = True   # the last cell may have changed something


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
        try:
            here = os.getcwd()
        except OSError:  # the folder is gone
            here = ""
        sys.path = [entry for entry in path if entry not in ("", ".", here)]
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
        self.is_asleep = self.is_started = False

    def start(self):
        if not self.is_started:
            self.is_started = True
            _thread.start_new_thread(self.loop, ())
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
    translations[name] = translated
    return compile(translated, name, "exec", ONLY_AST | State.flags, True)


def compile_cell(code, name):
    """[(line, code object, whether its value is shown)], one for each top-level statement."""
    body = parse(code, name).body
    State.is_changed = len(code) > 1000 or not all(map(is_pure, body))
    steps = []
    for node in body:
        is_shown = node is body[-1] and isinstance(node, _ast.Expr) and not code.rstrip().endswith(";")
        tree = _ast.Expression(node.value) if is_shown else _ast.Module([node], [])
        compiled = compile(tree, name, "eval" if is_shown else "exec", State.flags, True)
        State.flags |= compiled.co_flags & future_features
        decorators = getattr(node, "decorator_list", None)
        steps.append((decorators[0].lineno if decorators else node.lineno, compiled, is_shown, defines(node)))
    return steps


PURE = (_ast.Expr, _ast.Name, _ast.Load, _ast.Constant, _ast.Subscript, _ast.BinOp, _ast.operator, _ast.UnaryOp, _ast.unaryop,
        _ast.Compare, _ast.cmpop, _ast.Tuple, _ast.List, _ast.Dict, _ast.JoinedStr, _ast.FormattedValue, _ast.Attribute, _ast.Slice, _ast.Pass)
PURE_CALLS = {"print", "len", "type", "repr", "str", "abs", "id", "dir", "isinstance", "hasattr"}


def is_pure(node):
    """Whether it changes no variable, for all that can be expected of the code that it calls."""
    if isinstance(node, _ast.Call):
        if not isinstance(node.func, _ast.Name) or node.func.id not in PURE_CALLS or node.func.id in namespace or node.keywords:
            return False
        return all(map(is_pure, node.args))
    if not isinstance(node, PURE):
        return False
    for field in node._fields:
        value = getattr(node, field, None)
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, _ast.AST) and not is_pure(part):
                return False
    return True


DEFINITION = (_ast.Import, _ast.ImportFrom, _ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)


def defines(node):
    """Whether running it again brings back what it defines: True, False, or a name: if a class is its value."""
    if isinstance(node, DEFINITION):
        return True
    if isinstance(node, _ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], _ast.Name):
        return isinstance(node.value, _ast.Lambda) or isinstance(node.value, _ast.Call) and node.targets[0].id
    if isinstance(node, (_ast.If, _ast.Try)):
        handlers = [part for handler in getattr(node, "handlers", ()) for part in handler.body]
        return all(isinstance(part, _ast.Pass) or defines(part) is True
                   for part in node.body + node.orelse + handlers + getattr(node, "finalbody", []))
    return False


def execute(code, name):
    for index, (line, compiled, is_shown, definition) in enumerate(compile_cell(code, name)):
        flush()
        report(line)
        value = eval(compiled, namespace)
        if compiled.co_flags & COROUTINE:
            value = more()["run_async"](value)
        if definition is True or definition and isinstance(namespace.get(definition), type):
            definitions.append((name, index))
        if is_shown:
            sys.displayhook(value)


def run_told(code, name):
    try:
        _signal.signal(_signal.SIGINT, State.interrupt)
        execute(code, name)
        if "matplotlib.pyplot" in sys.modules and not State.is_child:
            more()["show_figures"]()
        return True
    except SystemExit as end:
        leave_child(end.code)
        if end.code not in (None, 0):
            err.write("SystemExit: %s\n" % (end.code,))
    except BaseException as error:
        tell(error)
    return False


def run(number, code):
    name = "<cell %d>" % number
    remember(name, code)
    State.cell, State.line, State.is_changed = name, 0, False
    sampler.start()
    is_ok = False
    try:
        is_ok = run_told(code, name)
    except KeyboardInterrupt:  # the signal came while the interrupt's frame, or an error, was told
        err.write("KeyboardInterrupt\n")
    quiet()
    leave_child(0 if is_ok else 1)
    State.cell = None
    flush()
    keep_output()
    if out.closed:
        sys.stdout = sys.__stdout__ = open_stdout()
    tell_modules()
    send(b"end", number, b"ok" if is_ok else b"error")
    if State.keep_path:
        keep(number)


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

    wanted = {"linecache", "getpass", "multiprocessing.spawn", "matplotlib", "matplotlib.pyplot", "PIL.Image",
              "plotly.basedatatypes", "IPython.display", "IPython.core.display_functions"}

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


# --- variables that survive the session -----------------------------------------------------------------------------

def keep(number):
    """A process forked from ours saves what the cells have defined, while ours takes the next cell."""
    if not State.is_changed:
        send(b"unchanged", number)
        return
    end_older()
    reader, writer = os.pipe()
    blocked = _signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGINT, _signal.SIGCHLD])
    State.is_keeping = True
    try:
        child = os.fork()
        if child == 0:
            keep_in_child(number, writer)
        os.waitpid(child, 0)  # at once: what saves is its child, so that os.wait() in a cell finds only what is its own
        _signal.sigtimedwait([_signal.SIGCHLD], 0)
        os.close(writer)
        writer = None
        State.keep_older = int(os.read(reader, 20) or b"0"), reader
    except OSError as error:
        os.close(reader)
        send(b"kept", number, str(error).encode())
    finally:
        State.is_keeping = False
        if writer is not None:
            os.close(writer)
        _signal.pthread_sigmask(_signal.SIG_SETMASK, blocked)


def end_older():
    """Ends the process that still saves what is no longer the last state."""
    if State.keep_older is None:
        return
    pid, reader = State.keep_older
    State.keep_older = None
    try:
        os.set_blocking(reader, False)
        os.read(reader, 1)
    except BlockingIOError:  # it lives, so the number is its own
        if pid:
            os.kill(pid, _signal.SIGKILL)
    except OSError:
        return  # a cell has closed it
    os.close(reader)


def keep_in_child(number, writer):
    try:
        if os.fork() == 0:
            State.is_child = True
            os.write(writer, b"%d" % os.getpid())
            load_keeper()["save_in_child"](number)
    finally:
        os._exit(0)


# --- sessions forked from one another -------------------------------------------------------------------------------

HEAVY = {"asyncio", "bs4", "collections", "concurrent.futures", "csv", "dataclasses", "datetime", "decimal", "email", "http.client",
         "json", "logging", "matplotlib", "matplotlib.pyplot", "multiprocessing", "networkx", "numpy", "openpyxl", "pandas", "pathlib",
         "PIL", "PIL.Image", "plotly", "plotly.express", "re", "requests", "scipy", "scipy.optimize", "scipy.stats", "seaborn",
         "shutil", "skimage", "sklearn", "sqlite3", "statistics", "statsmodels.api", "subprocess", "sympy", "tempfile", "typing",
         "unittest", "urllib.request", "xml.etree.ElementTree", "yaml", "zipfile"}


def tell_modules():
    """What later sessions will want to have imported already."""
    if len(sys.modules) != State.module_count:
        State.module_count = len(sys.modules)
        send(b"modules", 0, ",".join(sorted(HEAVY.intersection(sys.modules))).encode())


def begin_parent(text):
    """Returns in every session that is forked from here."""
    head, _, rest = text.partition(b"\n")
    names, length = head.split(b" ")
    part = dict(driver=globals(), modules=[name for name in names.decode().split(",") if name], more=rest[:int(length)])
    exec(compile(rest[int(length):], "<driver>", "exec"), part)
    part["serve"]()


def load_keeper():
    part = dict(driver=globals())
    exec(compile(State.keep_source, "<driver>", "exec"), part)
    return part


def restore(path):
    told = "the program could not read it"
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    try:
        told = load_keeper()["restore"](path)
    except BaseException as error:
        told = "%s: %s" % (type(error).__name__, error)
    quiet()
    State.interrupt = _signal.default_int_handler
    flush()
    send(b"restored", 0, told.encode("utf-8", "replace"))


def in_child():
    if State.is_keeping:
        return
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


def tell_ready():
    send(b"ready", 0, b"%d.%d.%d" % sys.version_info[:3])


sending = _thread.allocate_lock()
output_pipe = os.fstat(1)
future_features = 0x1FE0000  # CO_FUTURE_...: division (0x20000) to annotations (0x1000000)
prepare()
sampler = Sampler()
tell_ready()
while True:
    kind, cell_number, text = receive()
    if kind == b"run":
        run(cell_number, text.decode("utf-8", "replace"))
    elif kind == b"variables":
        more()["tell_variables"](cell_number)
    elif kind == b"keep":
        State.keep_path, _, State.keep_source = text.partition(b"\n")
        State.keep_path = os.fsdecode(State.keep_path)
        State.keep_environ = dict(os.environ)
    elif kind == b"restore":
        restore(os.fsdecode(text))
    elif kind == b"parent":
        begin_parent(text)
        tell_ready()
