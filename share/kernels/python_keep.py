# A part of the Python driver: saves what cells have defined, so that a fresh session has it back. Data is pickled; what
# is defined by a text (functions, classes, imports) is kept as that text. `driver` is the namespace of python.py.
import io
import os
import sys

namespace = driver["namespace"]
stdlib = driver["stdlib"]
State = driver["State"]
_ast = driver["_ast"]
pickle = stdlib("pickle")
types = stdlib("types")

MOST_BYTES = 256 << 20
MOST_SECONDS = 30
MOST_SECONDS_EACH = 2
SIZED = frozenset((str, bytes, bytearray))
PLAIN = frozenset((int, float, complex, bool, str, bytes, bytearray, type(None), range))
HELD = (types.FunctionType, types.ModuleType, type)
OWN = ("__oi_magic__",)


# --- texts that define ----------------------------------------------------------------------------------------------

def statements(cell):
    """The statements of a cell's top level, as the cell was parsed."""
    text = driver["translations"].get(cell, driver["sources"].get(cell, ""))
    flags = driver["ONLY_AST"] | State.flags
    return compile(text, cell, "exec", flags, True).body


def bound_names(node):
    if isinstance(node, (_ast.Import, _ast.ImportFrom)):
        return [(name.asname or name.name).partition(".")[0] for name in node.names]
    if isinstance(node, _ast.Assign):
        return [node.targets[0].id]
    if isinstance(node, (_ast.If, _ast.Try)):
        handlers = [part for handler in getattr(node, "handlers", ()) for part in handler.body]
        inner = node.body + node.orelse + handlers + getattr(node, "finalbody", [])
        return [name for part in inner for name in bound_names(part)]
    return [getattr(node, "name", "")] if not isinstance(node, _ast.Pass) else []


def needed_definitions():
    """[(cell, index, node)] in their order, without what later ones replace; and the names that they bind."""
    bodies, found, replaced, covered = {}, [], set(), set()
    for cell, index in reversed(driver["definitions"]):
        if cell not in bodies:
            bodies[cell] = statements(cell)
        node = bodies[cell][index]
        names = bound_names(node)
        is_import = isinstance(node, (_ast.Import, _ast.ImportFrom))
        mark = _ast_text(node) if is_import else None
        if mark in replaced or not is_import and names and all(name in replaced for name in names):
            continue
        if names and names != ["*"] and not any(name in namespace for name in names):
            continue
        replaced.update([mark] if is_import else names)
        covered.update(names)
        found.append((cell, index, node))
    return found[::-1], covered


def _ast_text(node):
    return stdlib("ast").dump(node)


def run_definition(cell, node):
    compiled = compile(_ast.Module([node], []), cell, "exec", State.flags & ~driver["TOP_LEVEL_AWAIT"], True)
    exec(compiled, namespace)


# --- data -----------------------------------------------------------------------------------------------------------

class TooLarge(Exception):
    pass


class TooSlow(BaseException):
    pass


def end_slow(number, frame):
    raise TooSlow


class Counter:
    """Takes what is written and keeps nothing."""

    def __init__(self, most):
        self.left = most

    def write(self, data):
        size = data.nbytes if isinstance(data, memoryview) else len(data)
        self.left -= size
        if self.left < 0:
            raise TooLarge
        return size


find_module = stdlib("importlib").import_module


class Pickler(pickle.Pickler):
    def reducer_override(self, value):
        if isinstance(value, types.ModuleType):
            return find_module, (value.__name__,)
        if isinstance(value, (io.IOBase, types.GeneratorType)):  # some files could be pickled, but not what is read of them
            raise TypeError("cannot pickle '%s' object" % type(value).__name__)
        return NotImplemented


def open_pickler(file):
    return Pickler(file, protocol=pickle.HIGHEST_PROTOCOL if pickle.HIGHEST_PROTOCOL < 5 else 5)


def size_of(value, most):
    """Of its pickle in bytes; raises what keeps it from being pickled."""
    size = len(value) if type(value) in SIZED else 16 if type(value) in PLAIN else getattr(value, "nbytes", None)
    if isinstance(size, int) and size > most:
        raise TooLarge
    if type(value) in PLAIN:
        return size
    counter = Counter(most)
    open_pickler(counter).dump(value)
    return most - counter.left


NATURES = (("io", "IOBase", "open file"), ("socket", "socket", "socket"), ("types", "GeneratorType", "generator"),
           ("types", "CoroutineType", "coroutine"), ("types", "AsyncGeneratorType", "generator"), ("threading", "Thread", "thread"),
           ("subprocess", "Popen", "process"), ("types", "FunctionType", "function without a text of its own"))


def nature(value):
    for module, name, told in NATURES:
        if module in sys.modules and isinstance(value, getattr(sys.modules[module], name, ())):
            return told
    kind = type(value)
    if kind.__module__ == "_thread" and "lock" in kind.__name__.lower():
        return "lock"
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return "%s.%s" % (kind.__module__, kind.__qualname__)


def reason(value, error):
    told = nature(value)
    if isinstance(error, TooLarge):
        return told + ", too large"
    if isinstance(error, TooSlow):
        return told + ", too slow"
    inner = stdlib("re").search(r"'([\w.]+)' object", str(error))
    if inner and inner.group(1).rpartition(".")[2] != type(value).__name__ and isinstance(value, (list, tuple, dict, set)):
        return "%s that holds %s" % (told, inner.group(1))
    return told


def choose_data(covered):
    """([names to pickle], [(name, why not)]): the smaller ones first, as many as there is room for."""
    names, lost, sizes = [], [], {}
    for name, value in list(namespace.items()):
        if name.startswith("__") or name == "_" or name in OWN or name in covered and (isinstance(value, HELD) or callable(value)):
            continue
        try:
            driver["_signal"].setitimer(driver["_signal"].ITIMER_REAL, MOST_SECONDS_EACH)
            sizes[name] = size_of(value, MOST_BYTES)
            names.append(name)
        except BaseException as error:
            lost.append((name, reason(value, error)))
    left, kept = MOST_BYTES, set()
    for name in sorted(names, key=sizes.get):
        left -= sizes[name]
        if left < 0:
            lost.append((name, "%s, too large with all the rest" % nature(namespace[name])))
        else:
            kept.add(name)
    return [name for name in names if name in kept], lost


# --- saving ---------------------------------------------------------------------------------------------------------

def save_in_child(number):
    """In the forked process: saves, tells the program, ends."""
    signals = driver["_signal"]
    signals.signal(signals.SIGINT, signals.SIG_IGN)
    signals.signal(signals.SIGALRM, end_slow)
    signals.pthread_sigmask(signals.SIG_SETMASK, [])
    try:
        with open("/proc/self/comm", "w") as file:
            file.write("oi-snapshot")  # by which the keeper knows it
    except OSError:
        pass
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.nice(10)
        os.umask(0o077)
        stdlib("gc").disable()
        save(State.keep_path, number)
        told = ""
    except BaseException as error:
        told = "%s: %s" % (type(error).__name__, error)
    told = told.encode("utf-8", "replace")[:1000]
    os.write(driver["FRAMES_OUT"], b"kept %d %d\n%s" % (number, len(told), told))
    os._exit(0)


def save(path, number):
    definitions, covered = needed_definitions()
    names, lost = choose_data(covered)
    driver["_signal"].signal(driver["_signal"].SIGALRM, driver["_signal"].SIG_DFL)
    driver["_signal"].alarm(MOST_SECONDS)  # a lock that another thread held at the fork stays locked for ever
    folder, base = os.path.split(path)
    for other in os.listdir(folder):  # of those that were ended half-way
        if other.startswith(base + "."):
            os.unlink(os.path.join(folder, other))
    part = "%s.%d" % (path, os.getpid())
    functions = [name for name in covered if isinstance(namespace.get(name), (types.FunctionType, type))]
    with open(part, "wb") as file:
        lost_text = ", ".join("%s (%s)" % entry for entry in lost)
        file.write(("open-interpreter state 1\ncell %d\nkept %d\nlost %s\n\n" % (number, len(names) + len(functions), lost_text)).encode())
        pickle.dump(surroundings(definitions, names), file, 4)
        pickler = open_pickler(file)
        for name in names:
            pickler.dump(namespace[name])
        file.write(b"end")
    os.rename(part, path)


def surroundings(definitions, names):
    cells = {}
    for cell, _, _ in definitions:
        cells[cell] = (driver["sources"].get(cell), driver["translations"].get(cell))
    before = State.keep_environ
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    return dict(cells=cells, definitions=[(cell, index) for cell, index, _ in definitions], names=names, flags=State.flags,
                folder=folder, path=[entry for entry in sys.path if isinstance(entry, str)],
                set={name: value for name, value in os.environ.items() if before.get(name) != value},
                unset=[name for name in before if name not in os.environ])


# --- restoring ------------------------------------------------------------------------------------------------------

class Missing:
    """Stands for what cannot be found any more while the rest is read."""

    def __new__(cls, *ignored, **also_ignored):
        return object.__new__(cls)

    def __init__(self, *ignored, **also_ignored):
        pass

    def __call__(self, *ignored, **also_ignored):
        return self

    def __setstate__(self, state):
        pass

    __setitem__ = append = extend = add = update = lambda self, *ignored: None


class Unpickler(pickle.Unpickler):
    missing = None

    def find_class(self, module, name):
        try:
            return super().find_class(module, name)
        except (ImportError, AttributeError) as error:
            self.missing = "%s: %s" % (type(error).__name__, error)
            return Missing


def restore(path):
    """Returns "COUNT SECONDS\\n" and what is not there, as "name (why)", comma-separated; raises when nothing can be read."""
    time = stdlib("time")
    began = time.monotonic()
    with open(path, "rb") as file:
        while file.readline() not in (b"\n", b""):
            pass
        told = pickle.load(file)
        stdout, sys.stdout = sys.stdout, open(os.devnull, "w")
        try:
            restore_surroundings(told)
            failed = [entry for entry in told["definitions"] if not define(*entry)]
            count, lost = restore_data(file, told["names"])
            again = [entry for entry in failed if not define(*entry)]
        finally:
            sys.stdout = stdout
    for cell, index in again:
        lost += [(name, Failures.last.get((cell, index), "")) for name in bound_names(statements(cell)[index])]
    State.is_changed = True
    defined = {name for name in namespace if isinstance(namespace[name], (types.FunctionType, type)) and not name.startswith("__")
               and getattr(namespace[name], "__module__", "") == "__main__"}
    return "%d %.1f\n%s" % (count + len(defined.difference(told["names"])), time.monotonic() - began,
                            ", ".join("%s (%s)" % entry for entry in lost))


def restore_surroundings(told):
    for cell, (source, translated) in told["cells"].items():
        driver["remember"](cell, source)
        if translated is not None:
            driver["translations"][cell] = translated
    State.flags |= told["flags"]
    driver["definitions"][:] = map(tuple, told["definitions"])
    if any("__oi_magic__" in (translated or "") for _, translated in told["cells"].values()):
        driver["more"]()
    sys.path.extend(entry for entry in told["path"] if entry not in sys.path)
    os.environ.update(told["set"])
    for name in told["unset"]:
        os.environ.pop(name, None)
    try:
        os.chdir(told["folder"] or ".")
    except OSError:
        pass


class Failures:
    last = {}


def define(cell, index):
    try:
        run_definition(cell, statements(cell)[index])
        return True
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        Failures.last[cell, index] = "%s: %s" % (type(error).__name__, error)
        return False


def restore_data(file, names):
    unpickler, lost, count = Unpickler(file), [], 0
    for at, name in enumerate(names):
        unpickler.missing = None
        try:
            value = unpickler.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # the rest refers to what was read so far
            lost.append((name, "%s: %s" % (type(error).__name__, error)))
            lost += [(other, "behind it") for other in names[at + 1:]]
            break
        if unpickler.missing:
            lost.append((name, unpickler.missing))
            continue
        namespace[name] = value
        count += 1
    return count, lost


# --- other processes ------------------------------------------------------------------------------------------------

class Texts:
    descriptor = None
    written = None


def teach_spawn(module):
    """Processes that multiprocessing starts afresh get what the cells have defined, as those of a script do."""
    prepare = module.get_preparation_data

    def get_preparation_data(name):
        told = prepare(name)
        if not State.is_child:
            told.pop("init_main_from_name", None)
            told["init_main_from_path"] = write_main()
        return told

    module.get_preparation_data = get_preparation_data


def write_main():
    """A file without a name that defines what the cells have defined, for runpy."""
    texts = []
    for cell, _, node in needed_definitions()[0]:
        lines = driver["translations"].get(cell, driver["sources"][cell]).splitlines(True)
        first = min([node.lineno] + [decorator.lineno for decorator in getattr(node, "decorator_list", ())])
        texts.append((cell, "\n" * (first - 1) + "".join(lines[first - 1:node.end_lineno])))
    plain = {name: value for name, value in namespace.items()
             if type(value) in PLAIN and not name.startswith("_") and (not hasattr(value, "__len__") or len(value) < 10000)}
    content = ("_texts, _plain = %r, __import__('pickle').loads(%r)\nglobals().update(_plain)\nfor _name, _text in _texts:\n    try:\n"
               "        exec(compile(_text, _name, 'exec'), globals())\n    except Exception:\n        pass\n"
               "globals().update(_plain)\n" % (texts, pickle.dumps(plain, 4))).encode()
    if Texts.descriptor is None:
        Texts.descriptor = os.memfd_create("cells")
    if content != Texts.written:
        os.ftruncate(Texts.descriptor, 0)
        os.pwrite(Texts.descriptor, content, 0)
        Texts.written = content
    return "/proc/%d/fd/%d" % (os.getpid(), Texts.descriptor)
