"""Runs a profile that is written in Python and tells what it sets.

Reads one JSON object on descriptor 5 (path, text, settings, names, prompt) and writes one on descriptor 4: entries, or an error.
Before it, a newline each time that the profile asks the person something.
"""
import builtins
import difflib
import getpass
import json
import os
import sys
import types

RESULT, ORDER = 4, 5


class Trouble(AttributeError):
    """What a profile cannot do; its text is for the person."""


class BuiltIn(str):
    """The program's own system message: what is added to it becomes an instruction of the person's."""

    def __add__(self, more):
        return Longer(self, str(more))


class Longer(str):
    def __new__(cls, base, tail):
        made = super().__new__(cls, str.__str__(base) + tail)
        made.base, made.tail = base, tail
        return made

    def __add__(self, more):
        return Longer(self.base, self.tail + str(more))


class Record:
    def __init__(self, told):
        self.path = told["path"]
        self.values = told["settings"]
        self.values["system_message"] = self.values["system_message"] or BuiltIn(told["prompt"])
        self.names = told["names"]  # all that can be set, old names too
        self.set_at = {}  # name: line

    def line(self):
        frame = sys._getframe(1)
        while frame and frame.f_code.co_filename != self.path:
            frame = frame.f_back
        return frame.f_lineno if frame else 0

    def is_part(self, name):
        return any(known.startswith(name + ".") for known in self.names)

    def unknown(self, name):
        if name.split(".")[0] in ("computer", "chat", "messages", "reset", "server", "display_message") or name in ("llm.completions", "llm.run"):
            return Trouble(f"interpreter.{name} needs the Python package: a profile can only set values")
        near = difflib.get_close_matches(name, self.names, 1)
        return Trouble(f"interpreter.{name} is not known" + (f" (did you mean interpreter.{near[0]}?)" if near else ""))

    def entry(self, name):
        value, entry = self.values[name], {"key": name, "line": self.set_at[name]}
        if isinstance(value, bool):
            entry["plain"] = "true" if value else "false"
        elif isinstance(value, (int, float)):
            entry["plain"] = repr(value)
        elif isinstance(value, str):
            entry["text"] = str(value)
        elif isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
            entry["items"] = [str(item) for item in value]
        elif value is not None:
            entry["object"] = getattr(type(value), "__name__", "object")
        return entry

    def entries(self):
        system = self.values["system_message"]
        if isinstance(system, (BuiltIn, Longer)) and "system_message" in self.set_at:
            at = self.set_at.pop("system_message")
            if isinstance(system, Longer):
                instructions = [self.values["custom_instructions"], system.tail.strip()]
                self.values["custom_instructions"] = "\n\n".join(part for part in instructions if part)
                self.set_at["custom_instructions"] = at
        return [self.entry(name) for name in self.set_at]


class Part:
    """interpreter, or a part of it such as interpreter.llm."""

    def __init__(self, record, name):
        object.__setattr__(self, "_record", record)
        object.__setattr__(self, "_name", name)

    def _full(self, name):
        return f"{self._name}.{name}" if self._name else name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        full, record = self._full(name), self._record
        if full in record.values:
            return record.values[full]
        if full == "llm.load":
            return lambda *_, **__: None  # a model is loaded at its first request
        if full == "local_setup":
            return lambda *_, **__: setattr(self, "local", True)
        if record.is_part(full):
            return Part(record, full)
        if full in record.names:
            return None  # an old name, not set yet
        raise record.unknown(full)

    def __setattr__(self, name, value):
        full, record = self._full(name), self._record
        if record.is_part(full):
            raise Trouble(f"interpreter.{full} holds settings and cannot be replaced: that needs the Python package")
        record.values[full] = value
        record.set_at[full] = record.line()


def package(interpreter):
    """What `from interpreter import ...` finds."""

    def open_interpreter(*_, **settings):
        for name, value in settings.items():
            setattr(interpreter, name, value)
        return interpreter

    module = types.ModuleType("interpreter")
    module.interpreter = interpreter
    module.OpenInterpreter = module.AsyncInterpreter = open_interpreter
    module.BaseLanguage = type("BaseLanguage", (), {})
    module.computer = interpreter.computer
    sys.modules["interpreter"] = module


def explained(error, path):
    """The error as {line, what}."""
    what = str(error) if isinstance(error, Trouble) else f"{type(error).__name__}: {error}"
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("interpreter."):
        what = f"{error.name} needs the Python package: a profile can only set values"
    if isinstance(error, SyntaxError) and error.filename == path:
        return {"line": error.lineno or 0, "what": f"{type(error).__name__}: {error.msg}"}
    line, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return {"line": line, "what": what}


def run(told):
    path, record = told["path"], Record(told)
    interpreter = Part(record, "")
    package(interpreter)
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.interpreter = interpreter
    sys.modules["__main__"] = main
    sys.argv = [path]
    sys.path[:1] = [os.path.dirname(path)]
    try:
        exec(compile(told["text"], path, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as left:
        if left.code not in (None, 0):
            return {"error": explained(left, path)}
    except BaseException as error:  # whatever it is, the person has to know where it came from
        return {"error": explained(error, path)}
    return {"entries": record.entries()}


def telling(ask):
    """`ask`, with the program told that it is the person who is waited for."""

    def asking(*arguments, **named):
        os.write(RESULT, b"\n")
        return ask(*arguments, **named)

    return asking


with os.fdopen(ORDER, "rb") as order:
    told = json.loads(order.read())
os.set_inheritable(RESULT, False)
builtins.input, getpass.getpass = telling(input), telling(getpass.getpass)
result = json.dumps(run(told)).encode()
sys.stdout.flush()
with os.fdopen(RESULT, "wb") as pipe:
    pipe.write(result)
