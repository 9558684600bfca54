"""BaseLanguage: what a language of your own derives from."""

from __future__ import annotations


class BaseLanguage:
    """Add the class to interpreter.computer.languages.

    name: what the model is told and writes; aliases: other names; file_extension: without a dot; system_message: told to the model
    One instance is made for a conversation at the first cell, with the `computer` if its __init__ takes an argument.
    """

    name: str = "baselanguage"
    file_extension: str = ""
    aliases: list = []
    system_message: str = ""

    def run(self, code: str):
        """A generator of the cell's output: {"type": "console", "format": "output", "content": "..."}, active lines ("format":
        "active_line", "content": number) or images ("type": "image", "format": "base64.png"). What it raises ends the turn and reaches
        the caller of chat(); what the model shall mend is output."""
        raise NotImplementedError(f"{type(self).__name__} needs a method run(code)")

    def stop(self):
        """Ends the running cell soon; called from another thread."""

    def terminate(self):
        """Ends the session."""
