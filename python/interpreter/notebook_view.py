"""display=True in a Jupyter notebook: Markdown, code, pictures and tables as cells show them."""

from __future__ import annotations

import base64


class NotebookView:
    """One output area per message; text grows in place."""

    def __init__(self):
        self._text = ""
        self._area = None

    def show(self, chunk):
        if chunk.get("recipient") == "assistant" or chunk["type"] == "confirmation" or chunk.get("format") == "active_line":
            return
        if "start" in chunk or "end" in chunk:
            self._text, self._area = "", None
        elif chunk["type"] == "image":
            self._show_image(chunk)
        elif chunk["role"] == "computer" and chunk["type"] == "code":
            self._show_rich(chunk)
        elif chunk["type"] == "console":
            print(chunk["content"], end="", flush=True)
        else:
            self._grow(chunk)

    def ask(self, interpreter, chunk):
        answer = input("Run this code? (y/n) ").strip().lower()
        if answer in ("y", "yes"):
            interpreter.approve()
        else:
            interpreter.deny("" if answer in ("n", "no") else answer)

    def show_note(self, markdown):
        from IPython.display import Markdown, display

        display(Markdown(markdown))

    def finish(self):
        self._text, self._area = "", None

    def _grow(self, chunk):
        from IPython.display import Markdown, display

        self._text += chunk.get("content") or ""
        text = self._text if chunk["type"] != "code" else f"```{chunk.get('format', '')}\n{self._text}\n```"
        if self._area is None:
            self._area = display(Markdown(text), display_id=True)
        else:
            self._area.update(Markdown(text))

    def _show_image(self, chunk):
        from IPython.display import Image, display

        kind = chunk.get("format", "base64.png")
        if kind == "path":
            display(Image(filename=chunk["content"]))
        else:
            display(Image(data=base64.b64decode(chunk["content"]), format="jpeg" if kind.endswith("jpeg") else "png"))

    def _show_rich(self, chunk):
        from IPython.display import HTML, Javascript, display

        display(Javascript(chunk["content"]) if chunk.get("format") == "javascript" else HTML(chunk["content"]))
