"""display=True: a turn shown where the person looks: cells of a notebook, or plain text on sys.stdout."""

from __future__ import annotations

import sys


def is_terminal() -> bool:
    """Whether the program's own terminal can be shown: stdin and stdout are one, and nobody has put something else in their place."""
    if notebook() is not None or sys.stdout is not sys.__stdout__ or sys.stdin is not sys.__stdin__:
        return False
    try:
        return sys.stdin.isatty() and sys.stdout.isatty()
    except (AttributeError, ValueError):
        return False


def notebook():
    """The running IPython kernel, or None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if shell is not None and hasattr(shell, "kernel") else None


def viewer(interpreter):
    if notebook() is not None:
        from .notebook_view import NotebookView

        return NotebookView()
    return PlainView()


def shown(interpreter, chunks):
    """The same chunks, each shown before it is handed on. Without on_approval a person on a terminal is asked."""
    view = viewer(interpreter)
    for chunk in chunks:
        view.show(chunk)
        if chunk["type"] == "confirmation" and "id" in chunk and interpreter.on_approval is None:
            view.ask(interpreter, chunk)
        yield chunk
    view.finish()


class PlainView:
    """Text as it comes; code and output indented."""

    def __init__(self):
        self._prefix = ""
        self._is_line_start = True

    def show(self, chunk):
        if chunk.get("recipient") == "assistant" or chunk["type"] == "confirmation" or chunk.get("format") == "active_line":
            return
        if "start" in chunk:
            self._prefix = "" if chunk["type"] == "message" else "    "
            self._write("\n")
        elif "end" in chunk:
            self._end_line()
        elif chunk["type"] == "image":
            self._write("[a picture]" if chunk.get("format") != "path" else f"[a picture: {chunk['content']}]")
        elif not (chunk["role"] == "computer" and chunk["type"] == "code"):
            self._write(chunk.get("content") or "")

    def ask(self, interpreter, chunk):
        """On a terminal a person answers; else nobody does, and the turn ends."""
        if not (sys.stdin and sys.stdin.isatty()):
            return
        answer = input("  Run this code? (y/n) ").strip().lower()
        if answer in ("y", "yes"):
            interpreter.approve()
        else:
            interpreter.deny("" if answer in ("n", "no") else answer)

    def show_note(self, markdown):
        self._prefix = ""
        self._write(markdown)
        self._end_line()

    def finish(self):
        self._end_line()

    def _write(self, text):
        for piece in text.splitlines(keepends=True):
            if self._is_line_start and self._prefix and piece != "\n":
                sys.stdout.write(self._prefix)
            sys.stdout.write(piece)
            self._is_line_start = piece.endswith("\n")
        sys.stdout.flush()

    def _end_line(self):
        if not self._is_line_start:
            self._write("\n")
