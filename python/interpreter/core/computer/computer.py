"""`interpreter.computer`: this machine as cells and programs use it."""

from __future__ import annotations

from ...errors import InterpreterError, nearest
from ..messages import merged
from ..settable import Settable
from .ai import Ai
from .areas import AREAS, area
from .files.files import Files
from .terminal.terminal import Terminal


class Computer(Settable):
    """The languages, the files and what else code can reach. One per interpreter.

    languages: the classes of the languages on offer; append BaseLanguage classes of your own
    files: edit(path, original_text, replacement_text), search(query)
    """

    _owner = "interpreter.computer"

    offline: bool = False
    verbose: bool = False
    debug: bool = False
    emit_images: bool = True
    api_base: str = "https://api.openinterpreter.com/v0"
    save_skills: bool = True
    import_computer_api: bool = False
    import_skills: bool = False
    max_output: int = 2800
    system_message: str = ""

    def __init__(self, interpreter):
        keep = object.__setattr__
        keep(self, "_interpreter", interpreter)
        keep(self, "terminal", Terminal(self))
        keep(self, "files", Files(self))
        keep(self, "ai", Ai(self))
        for name in AREAS:
            if name not in ("files", "ai"):
                keep(self, name, area(name))

    @property
    def interpreter(self):
        return self._interpreter

    @property
    def languages(self) -> list:
        return self.terminal.languages

    @languages.setter
    def languages(self, languages):
        self.terminal.languages = languages

    def run(self, language: str, code: str, stream: bool = False, display: bool = False):
        """Runs a cell in the session that the conversation uses for that language; nobody is asked.

        stream: gives a generator of chunks; else the output as a list of dicts, neighbours of one type joined, active lines left out.
        display: shows it, too. AttributeError: there is no such language. What the code raises is output, not an exception.
        """
        for name, value in (("language", language), ("code", code)):
            if not isinstance(value, str):
                raise TypeError(f"computer.run() takes {name} as a str, not {type(value).__name__}")
        chunks = self._run(language, code, display)
        return chunks if stream else merged(chunks)

    def exec(self, code: str):
        """Runs a shell command and gives its output."""
        return self.run("shell", code)

    def stop(self):
        """Stops the running code; from any thread."""
        self._interpreter.stop()

    def terminate(self):
        """Ends all kernels. The next code starts new ones."""
        self._interpreter.terminate()

    def screenshot(self, *arguments, **named):
        """As display.screenshot()."""
        return self.display.screenshot(*arguments, **named)

    def view(self, *arguments, **named):
        """As display.view()."""
        return self.display.view(*arguments, **named)

    def to_dict(self) -> dict:
        """The attributes that JSON can hold."""
        return {name: getattr(self, name) for name in self._declared()}

    def load_dict(self, values: dict):
        """Sets those that are attributes here."""
        for name in values.keys() & self._declared().keys():
            setattr(self, name, values[name])

    def _run(self, language, code, display):
        from ..turn import Turn

        chunks = Turn(self._interpreter, None, cell=(language, code)).chunks()
        if display:
            from ...display import shown

            chunks = shown(self._interpreter, chunks)
        try:
            yield from chunks
        except InterpreterError as error:
            if error.kind != "not_found":
                raise
            names = [row["name"] for row in self._interpreter._engine.ready().languages()]
            near = nearest(language.lower(), names)
            raise AttributeError(f"there is no language {language!r}" + (f"; did you mean {near!r}?" if near else "; there are " + ", ".join(names))) from None

    def _names(self):
        return [*super()._names(), "terminal", *AREAS]

    def _get_all_computer_tools_list(self) -> list:
        return [getattr(self, name) for name in AREAS]

    def _get_all_computer_tools_signature_and_description(self) -> list:
        """Every method as a line "computer.AREA.METHOD(parameters) # what it does"."""
        from .areas import signatures

        return [line for name in AREAS for line in signatures(name, getattr(self, name))]
