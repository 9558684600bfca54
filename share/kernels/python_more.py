# The second half of the Python driver, loaded on first use: tracebacks, rich output, magics, top-level await.
# `driver` is the namespace of python.py.
import os
import sys

namespace = driver["namespace"]
flush = driver["flush"]
stdlib = driver["stdlib"]
re = stdlib("re")


# --- errors ---------------------------------------------------------------------------------------------------------

class UsageError(Exception):
    """A magic was used wrongly."""


def show_error(error):
    if isinstance(error, UsageError):
        driver["err"].write("UsageError: %s\n" % error)
        return
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    if isinstance(error, SyntaxError) and not error.text and error.lineno and error.filename in driver["sources"]:
        lines = driver["sources"][error.filename].splitlines()
        error.text = lines[error.lineno - 1] if error.lineno <= len(lines) else None
    traceback = stdlib("traceback")
    told = traceback.TracebackException(type(error), error, error.__traceback__)
    hide_driver(told, isinstance(error, KeyboardInterrupt), set())
    text = "".join(told.format())
    if not told.stack:
        text = text.replace("Traceback (most recent call last):\n", "", 1)
    driver["err"].write(text)
    if isinstance(error, ModuleNotFoundError) and not driver["State"].is_child:
        line = part("python_packages.py")["missing_module"](error)
        if line:
            driver["err"].write(line + "\n")


parts = {}


def part(file):
    """The namespace of another file of the driver. Only while a cell runs."""
    if file not in parts:
        is_there, text = driver["request"]("source", file)
        if not is_there:
            raise RuntimeError("the main thread of the session has to do this first")
        parts[file] = dict(driver=driver)
        exec(compile(text, "<driver>", "exec"), parts[file])
    return parts[file]


def hide_driver(told, is_interrupt, seen):
    """Takes our own frames out; of an interrupt also what lies below the cell: it says nothing about the code."""
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    frames = [frame for frame in told.stack if frame.filename != "<driver>" and (frame.filename, frame.name) not in BOOTSTRAP]
    if is_interrupt:
        while frames and frames[-1].filename not in driver["sources"]:
            frames.pop()
    told.stack = stdlib("traceback").StackSummary.from_list(frames)
    for other in (told.__cause__, told.__context__, *(getattr(told, "exceptions", None) or ())):
        hide_driver(other, False, seen)


BOOTSTRAP = (("<string>", "_"), ("<string>", "<module>"))  # languages/python.cc


# --- variables ------------------------------------------------------------------------------------------------------

def tell_variables(number):
    """Names with what they hold; asks only types whose answers run no code of the person's."""
    names = [name for name in list(namespace) if not name.startswith("_")]
    told = [(name, nature(namespace[name])) for name in names if name in namespace]
    lines = ["%s: %s" % entry for entry in told if entry[1]][-100:]
    driver["send"](b"variables", number, "\n".join(lines).encode("utf-8", "replace"))


def nature(value):
    kind = type(value)
    if kind in (type(sys), type(print)):
        return None
    if kind in (int, float, bool, complex, type(None)):
        return repr(value) if kind is not int or value.bit_length() < 64 else "int"
    if kind in (str, bytes):
        return "%s, %d long" % (kind.__name__, len(value))
    if kind in driver["PLAIN"]:
        return "%s, %d items" % (kind.__name__, len(value))
    if kind.__module__.partition(".")[0] in ("numpy", "pandas") and kind.__name__ in ("ndarray", "DataFrame", "Series"):
        return "%s, %s" % (kind.__name__, " x ".join(str(length) for length in value.shape))
    return kind.__name__


# --- rich output ----------------------------------------------------------------------------------------------------

def send_bundle(bundle):
    """{MIME type: str or bytes} to the program; waits until it has been taken, so that the order is kept."""
    payload = b""
    for mime, content in bundle.items():
        if isinstance(content, str):
            if mime.startswith("image/") and mime != "image/svg+xml":
                content = stdlib("binascii").a2b_base64(content)
            else:
                content = content.encode("utf-8", "replace")
        elif not isinstance(content, (bytes, bytearray)):
            content = stdlib("json").dumps(content, default=str).encode()
        payload += b"%s %d\n%s" % (mime.encode(), len(content), content)
    flush()
    state = driver["State"]
    state.number += 1
    driver["send"](b"display", state.number, payload)
    if not state.is_child and driver["_thread"].get_ident() == driver["main_thread"]:
        driver["await_reply"](state.number)


METHODS = (("image/png", "_repr_png_"), ("image/jpeg", "_repr_jpeg_"), ("image/svg+xml", "_repr_svg_"), ("text/html", "_repr_html_"),
           ("text/markdown", "_repr_markdown_"), ("text/latex", "_repr_latex_"))


def bundle_of(value):
    bundle = {}
    if type(value).__module__ == "matplotlib.figure":
        return {"image/png": png_of(value)}
    if hasattr(type(value), "_repr_mimebundle_"):
        told = value._repr_mimebundle_(include=None, exclude=None)
        bundle.update((told[0] if isinstance(told, tuple) else told) or {})
    for mime, method in METHODS:
        if "image/png" in bundle or "image/jpeg" in bundle:
            return bundle
        if mime not in bundle and hasattr(type(value), method):
            told = getattr(value, method)()
            told = told[0] if isinstance(told, tuple) else told
            if told is not None:
                bundle[mime] = told
    if "text/plain" not in bundle:
        text = repr(value)
        is_bare = type(value).__repr__ is object.__repr__ or text.startswith("<IPython.")
        bundle["text/plain"] = bundle.get("text/markdown", bundle.get("text/latex", text)) if is_bare else text
    return bundle


def display(*values, **ignored):
    for value in values:
        is_rich = not isinstance(value, type) and any(hasattr(type(value), method) for method in driver["RICH"])
        if is_rich or type(value).__module__ == "matplotlib.figure":
            send_bundle(bundle_of(value))
        else:
            print(repr(value) if not isinstance(value, str) else value)


def png_of(figure):
    buffer = stdlib("io").BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return buffer.getvalue()


def show_figures(*ignored, **also_ignored):
    """Every open figure of pyplot as an image; then it is closed, as in a notebook."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if hasattr(pyplot, "get_fignums") else ():
        figure = pyplot.figure(number)
        try:
            if figure.axes or figure.texts or figure.images:
                send_bundle({"image/png": png_of(figure)})
        finally:
            pyplot.close(figure)


def on_import(name, module):
    if name == "getpass":
        by_terminal = module.getpass

        def getpass(prompt="Password: ", stream=None):
            if driver["State"].is_child or driver["_thread"].get_ident() != driver["main_thread"]:
                return by_terminal(prompt, stream)
            return driver["answer"]("password", prompt)

        module.getpass = getpass
    elif name == "matplotlib":
        if "MPLBACKEND" not in os.environ:
            module.rcParams["backend"] = "agg"
    elif name == "matplotlib.pyplot":
        module.show = show_figures
        sys.modules["matplotlib.figure"].Figure.show = show_figure
    elif name == "PIL.Image":
        module.Image.show = lambda image, *ignored, **also: display(image)
    elif name in ("IPython.display", "IPython.core.display_functions"):
        module.display = display
        module.clear_output = lambda wait=False: None
    elif name == "multiprocessing.spawn":
        part("python_keep.py")["teach_spawn"](module)


def show_figure(figure, *ignored, **also_ignored):
    send_bundle({"image/png": png_of(figure)})
    sys.modules["matplotlib.pyplot"].close(figure)


# --- top-level await ------------------------------------------------------------------------------------------------

loop = None


def run_async(coroutine):
    global loop
    asyncio = stdlib("asyncio")
    if loop is None or loop.is_closed():
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    task = loop.create_task(coroutine)
    try:
        return loop.run_until_complete(task)
    except KeyboardInterrupt:
        task.cancel()
        try:
            loop.run_until_complete(task)
        except BaseException:
            pass
        raise


# --- lines that are no Python: !cmd, %magic, name? ------------------------------------------------------------------

ASSIGNED = re.compile(r"^(\s*)([A-Za-z_][\w.\[\]'\", ]*?)\s*=\s*(!|%)\s*(?=\S)(.*)$")
LINE = re.compile(r"^(\s*)(!!|!|%)\s*(?=\S)(.*)$")
HELP = re.compile(r"^(\s*)\?{0,2}([A-Za-z_][\w.]*)\?{1,2}\s*$|^(\s*)\?{1,2}([A-Za-z_][\w.]*)\s*$")


def translate(code):
    """The code with such lines as calls, line numbers kept; None: there are none."""
    stripped = code.lstrip()
    if stripped.startswith("%%"):
        before = code[:len(code) - len(stripped)].count("\n")
        head, _, body = stripped.partition("\n")
        return "\n" * before + "__oi_magic__('cell', %r, %r)" % (head[2:], body)
    lines = code.split("\n")
    result, is_changed, inside = [], False, Inside()
    while lines:
        line = lines.pop(0)
        call = None if inside.is_open() else translate_line(line, lines)
        if call is None:
            inside.read(line)
            result.append(line)
        else:
            is_changed = True
            result.extend(call)
    return "\n".join(result) if is_changed else None


def translate_line(line, following):
    found = ASSIGNED.match(line) or LINE.match(line)
    if not found:
        found = HELP.match(line)
        if not found:
            return None
        return ["%s__oi_magic__('help', %r)" % (found.group(1) or found.group(3) or "", found.group(2) or found.group(4))]
    text, skipped = found.group(found.lastindex), []
    while text.endswith("\\") and following:
        text += "\n" + following.pop(0)
        skipped.append("")
    if found.re is ASSIGNED:
        kind = "lines" if found.group(3) == "!" else "line"
        return ["%s%s = __oi_magic__(%r, %r)" % (found.group(1), found.group(2), kind, text)] + skipped
    kind = {"!": "system", "!!": "lines", "%": "line"}[found.group(2)]
    return ["%s__oi_magic__(%r, %r)" % (found.group(1), kind, text)] + skipped


class Inside:
    """Whether the next line continues a bracket, a string or a backslash."""

    TOKEN = re.compile(r"""#.*|'{3}|"{3}|'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?|[(\[{]|[)\]}]|\\$""")

    def __init__(self):
        self.quote, self.depth, self.is_continued = None, 0, False

    def is_open(self):
        return bool(self.quote or self.depth > 0 or self.is_continued)

    def read(self, line):
        self.is_continued = False
        at = 0
        while at < len(line):
            if self.quote:
                end = line.find(self.quote, at)
                if end < 0:
                    return
                at, self.quote = end + 3, None
                continue
            found = self.TOKEN.search(line, at)
            if not found:
                return
            token, at = found.group(), found.end()
            if token in ("'''", '"""'):
                self.quote = token
            elif token in "([{":
                self.depth += 1
            elif token in ")]}":
                self.depth -= 1
            elif token == "\\":
                self.is_continued = True


def expand(text):
    """{expression} and $name as in notebooks; what is no value here is left to the shell."""
    def braces(found):
        try:
            return str(eval(found.group(1), namespace))
        except Exception:
            return found.group()

    def dollar(found):
        return str(namespace[found.group(1)]) if found.group(1) in namespace else found.group()

    return re.sub(r"(?<!\\)\$([A-Za-z_]\w*)", dollar, re.sub(r"(?<!\$)\{([^{}\n]+)\}", braces, text))


class Lines(list):
    """What a command printed, line by line."""

    @property
    def n(self):
        return "\n".join(self)

    s = property(lambda self: " ".join(self))
    l = property(list)


def run_program(argv):
    flush()
    signals = stdlib("signal")
    process = os.posix_spawnp(argv[0], argv, os.environ, setsigdef=[signals.SIGPIPE, signals.SIGXFSZ])
    status = os.waitpid(process, 0)[1]
    code = -(status & 127) if status & 127 else status >> 8
    if code:
        print("exit status %d" % code if code > 0 else "ended by signal %d" % -code)
    return code


def shell():
    return "bash" if any(os.access(os.path.join(folder, "bash"), os.X_OK) for folder in os.get_exec_path()) else "sh"


def system(text):
    namespace["_exit_code"] = run_program([shell(), "-c", expand(text)])


def lines(text):
    done = stdlib("subprocess").run([shell(), "-c", expand(text)], stdout=-1, universal_newlines=True, errors="replace")
    return Lines(done.stdout.splitlines())


def evaluate(code, name="<magic>"):
    """Runs code in the session; the value of its last expression."""
    tree = compile(translate(code) or code, name, "exec", driver["ONLY_AST"], True)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], driver["_ast"].Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    return eval(compile(driver["_ast"].Expression(last.value), name, "eval"), namespace) if last else None


def seconds(value):
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)):
        if value * scale >= 1 or unit == "ns":
            return "%.3g %s" % (value * scale, unit)


def magic_time(argument, body=None):
    time = stdlib("time")
    wall, cpu = time.perf_counter(), time.process_time()
    value = evaluate(body if body is not None else argument)
    print("CPU time: %s\nWall time: %s" % (seconds(time.process_time() - cpu), seconds(time.perf_counter() - wall)))
    return value


def magic_timeit(argument, body=None):
    words = re.match(r"((?:-\w+\s*\d*\s+)*)(.*)", argument, re.S)
    timer = stdlib("timeit").Timer(body if body is not None else words.group(2), globals=namespace)
    options = dict((name, int(value)) for name, value in re.findall(r"-(\w)\s*(\d+)", words.group(1)))
    count, repeats = options.get("n") or timer.autorange()[0], max(1, options.get("r", 5))
    runs = [run / count for run in timer.repeat(repeats, count)]
    print("%s per loop (best of %d runs, %d loops each; mean %s)"
          % (seconds(min(runs)), repeats, count, seconds(sum(runs) / repeats)))


def magic_cd(argument):
    os.chdir(os.path.expanduser(expand(argument).strip().strip("'\"") or "~"))
    print(os.getcwd())


def magic_env(argument):
    name, has_value, value = expand(argument).partition("=")
    if not argument:
        return dict(os.environ)
    if not has_value:
        name, has_value, value = name.strip().partition(" ")
    if not has_value:
        return os.environ.get(name)
    os.environ[name.strip()] = value.strip()
    print("env: %s=%s" % (name.strip(), value.strip()))


def magic_pip(argument):
    part("python_packages.py")["pip"](expand(argument))


def magic_run(argument):
    words = stdlib("shlex").split(expand(argument))
    if not words:
        raise UsageError("%run needs a file")
    argv, sys.argv = sys.argv, words
    path = os.path.expanduser(words[0])
    try:
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec", 0, True)
        namespace["__file__"] = path
        exec(code, namespace)
    finally:
        sys.argv = argv
        namespace.pop("__file__", None)


def magic_who(argument):
    names = [name for name in namespace if not name.startswith("_")]
    print("  ".join(sorted(names)) or "no names yet")


def magic_script(program):
    def run(argument, body):
        run_program(stdlib("shlex").split(program(argument) if callable(program) else program) + ["-c" if program in ("bash", "sh") else "-e", body])
    return run


def magic_writefile(argument, body):
    words = expand(argument).split()
    mode = "a" if "-a" in words or "--append" in words else "w"
    path = os.path.expanduser(" ".join(word for word in words if word not in ("-a", "--append")))
    with open(path, mode) as file:
        file.write(body)
    print("%s %s" % ("Appending to" if mode == "a" else "Writing", path))


def magic_capture(argument, body):
    io, contextlib = stdlib("io"), stdlib("contextlib")
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        evaluate(body)
    names = [word for word in argument.split() if not word.startswith("-")]
    if names:
        namespace[names[0]] = text.getvalue()


def nothing(*ignored):
    return None


LINE_MAGICS = dict(cd=magic_cd, env=magic_env, set_env=magic_env, pip=magic_pip, run=magic_run, time=magic_time,
                   timeit=magic_timeit, who=magic_who, whos=magic_who, matplotlib=nothing, load_ext=nothing,
                   reload_ext=nothing, autoreload=nothing, config=nothing, pylab=nothing,
                   pwd=lambda argument: os.getcwd(), sx=lines, system=lines, conda=lambda argument: system("conda " + argument))
for command in ("ls", "cat", "mkdir", "rm", "cp", "mv", "ll", "less", "man"):
    LINE_MAGICS[command] = lambda argument, command=command: system(("ls -l" if command == "ll" else command) + " " + argument)
CELL_MAGICS = dict(bash=magic_script("bash"), sh=magic_script("sh"), time=magic_time, timeit=magic_timeit,
                   writefile=magic_writefile, file=magic_writefile, capture=magic_capture,
                   javascript=magic_script("node"), js=magic_script("node"), node=magic_script("node"),
                   perl=magic_script("perl"), ruby=magic_script("ruby"),
                   html=lambda argument, body: send_bundle({"text/html": body}),
                   markdown=lambda argument, body: print(body))


def magic(kind, text, body=None):
    if kind == "system":
        return system(text)
    if kind == "lines":
        return lines(text)
    if kind == "help":
        return show_help(text)
    name, _, argument = text.strip().partition(" ")
    table = LINE_MAGICS if kind == "line" else CELL_MAGICS
    mark = "%" if kind == "line" else "%%"
    if name not in table:
        raise UsageError("there is no %s%s here; known: %s" % (mark, name, " ".join(mark + known for known in sorted(table))))
    return table[name](argument.strip()) if kind == "line" else table[name](argument.strip(), body)


def show_help(name):
    try:
        value = eval(name, namespace)
    except Exception:
        print("Object `%s` not found." % name)
        return
    inspect = stdlib("inspect")
    try:
        print("Signature: %s%s" % (name, inspect.signature(value)))
    except (TypeError, ValueError):
        print("Type: %s" % type(value).__name__)
    print(inspect.getdoc(value) or "no documentation")


driver["builtins"].__oi_magic__ = magic
