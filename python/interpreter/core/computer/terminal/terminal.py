"""`interpreter.computer.terminal`: the languages, and running code in their sessions."""

from __future__ import annotations

from ..._weak import weakly
from .base_language import BaseLanguage


class Languages(list):
    """The classes of the languages on offer. Append your own, or assign a list to computer.languages."""

    def append(self, language):
        super().append(as_language(language))

    def insert(self, index, language):
        super().insert(index, as_language(language))

    def extend(self, languages):
        super().extend(as_language(language) for language in languages)


def as_language(language):
    if not isinstance(language, type) or not callable(getattr(language, "run", None)) or not isinstance(getattr(language, "name", None), str):
        raise TypeError(f"computer.languages takes classes with a name and a method run(code), not {language!r:.60}")
    return language


class Terminal:
    def __init__(self, computer):
        self._computer = weakly(computer)
        self._languages = None
        self._built_in = ()  # all that the program has itself; known once somebody has looked
        self._disabled = {}  # their names: what takes the place of those that were taken off the list

    @property
    def languages(self) -> list:
        if self._languages is None:
            self._built_in = tuple(built_in(row) for row in self._computer()._interpreter._engine.ready().languages())
            self._languages = Languages(self._built_in)
        return self._languages

    @languages.setter
    def languages(self, languages):
        if not isinstance(languages, (list, tuple)):
            raise TypeError(f"computer.languages takes a list of classes, not {type(languages).__name__}")
        wanted = Languages(as_language(language) for language in languages)
        self.languages  # what is taken off must be known
        self._languages = wanted

    def get_language(self, name: str):
        """The class that has this name or alias, in any case; None: there is none."""
        name = name.lower()
        for language in reversed(self.languages):
            if name == language.name.lower() or name in (alias.lower() for alias in getattr(language, "aliases", ())):
                return language
        return None

    def run(self, language: str, code: str, stream: bool = False, display: bool = False):
        return self._computer().run(language, code, stream, display)

    def stop(self):
        self._computer().stop()

    def terminate(self):
        self._computer().terminate()

    def sudo_install(self, package: str):
        """Installs a Debian package, in the shell's session; asks for a password through on_input where sudo does."""
        return self.run("shell", f"sudo apt-get install -y {package}")

    def _added(self) -> tuple:
        """The languages of the program's own, and what says of those that were taken off the list that they are."""
        if self._languages is None:
            return ()
        names = {language.name.lower() for language in self._languages}
        off = [language.name.lower() for language in self._built_in if language.name.lower() not in names]
        return (*(language for language in self._languages if not issubclass(language, BuiltIn)),
                *(self._disabled.setdefault(name, disabled(name)) for name in off))

    def _find(self, name: str):
        """The class that runs cells of the name that the core was given."""
        return next((language for language in self._added() if language.name.lower() == name), None)


def built_in(row: dict) -> type:
    name = row["display_name"] or row["name"]
    return type(name.replace(" ", ""), (BuiltIn,), {"name": row["name"] if name.lower() != row["name"] else name, "aliases": row["aliases"],
                                                    "file_extension": row["file_extension"], "is_available": row["is_available"]})


def disabled(of: str) -> type:
    class Disabled(BaseLanguage):
        name = of

        def run(self, code):
            yield {"type": "console", "format": "output", "content": f"`{of}` disabled or not supported."}

    return Disabled


class BuiltIn(BaseLanguage):
    """A language that the program has itself; an instance runs cells by the computer it was made with."""

    is_available: bool = False

    def __init__(self, computer):
        self._computer = computer

    def run(self, code: str):
        yield from self._computer.run(self.name, code, stream=True)

    def stop(self):
        self._computer.stop()
