"""`computer.files`: exact edits of text files, and searching them."""

from __future__ import annotations

from builtins import open  # noqa: A004, F401: a name of this module, so that tests can replace it

from ..._weak import weakly


class _Search:
    """Searches text files by words, as cells do with computer.files.search."""

    @staticmethod
    def search(query: str, path: str = ".", interpreter=None) -> list:
        """The lines below `path` that match best: [{path, line, text}]."""
        import json
        import os

        if interpreter is None:
            from .... import interpreter
        session = interpreter._engine.ready()
        folder = os.path.abspath(os.path.expanduser(path))
        hits = json.loads(session.call("files.search", json.dumps({"query": query, "folder": folder})))
        for hit in hits:
            hit["path"] = os.path.normpath(os.path.join(path, hit["path"]))
        return hits


aifs = _Search


class Files:
    """The person's files."""

    def __init__(self, computer):
        self.computer = weakly(computer)

    def search(self, *args, **kwargs):
        """Lines of the text files below a folder that match best: search(query, path=".") gives [{path, line, text}]."""
        if aifs is _Search:
            kwargs.setdefault("interpreter", getattr(self.computer(), "_interpreter", None))
        return aifs.search(*args, **kwargs)

    def edit(self, path, original_text, replacement_text):
        """Replaces every `original_text` of a text file. ValueError: it is not there; the message names what is near."""
        with open(path) as file:
            content = file.read()
        if original_text not in content:
            near = closest_windows(original_text, content)
            if near:
                raise ValueError("Original text not found. Did you mean one of these? " + ", ".join(near))
        content = content.replace(original_text, replacement_text)
        with open(path, "w") as file:
            file.write(content)


def closest_windows(text: str, content: str) -> list:
    """At most three runs of as many words as `text` has that are most like it, each on one line of words."""
    from difflib import get_close_matches

    words, count = content.split(), len(text.split())
    windows = [" ".join(words[i:i + count]) for i in range(len(words) - count + 1)]
    return get_close_matches(text, windows, 3)
