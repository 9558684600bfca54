# The object `computer` of Python cells, asked for when it is first used: calls back to the program (docs/protocol.md).
import os

json = driver["stdlib"]("json")


def call(method, **arguments):
    driver["flush"]()
    is_answered, text = driver["call"](method, json.dumps(arguments))
    if not is_answered:
        raise RuntimeError(text)
    return json.loads(text)


def absolute(path):
    return os.path.abspath(os.path.expanduser(os.fspath(path)))


class Files:
    """The person's files."""

    def edit(self, path, original, replacement):
        """Replaces every `original` in a text file by `replacement` and says how many there were."""
        return call("files.edit", path=absolute(path), original=original, replacement=replacement)

    def search(self, query, folder="."):
        """Lines of the text files below `folder` that match best: [{path, line, text}]."""
        hits = call("files.search", query=query, folder=absolute(folder))
        for hit in hits:
            hit["path"] = os.path.normpath(os.path.join(folder, hit["path"]))
        return hits


class Computer:
    """What a cell can ask of the program."""

    files = Files()

    def run(self, language, code):
        """Runs a cell of another language, in the session that the conversation has for it; gives its output as messages."""
        return call("run", language=language, code=code)
