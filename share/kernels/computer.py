# The object `computer` of Python cells, asked for when it is first used: calls back to the program (docs/protocol.md).
import os

json = driver["stdlib"]("json")


def call(method, **arguments):
    return ask(method, arguments)


def ask(method, arguments):
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


def of_program(name, names, description):
    """A function that the program has brought; `names` are those of its arguments in their order."""
    def function(*values, **arguments):
        if len(values) > len(names):
            raise TypeError("computer.%s() takes %d arguments, %d were given" % (name, len(names), len(values)))
        for key, value in zip(names, values):
            if key in arguments:
                raise TypeError("computer.%s() got two values for %s" % (name, key))
            arguments[key] = value
        return ask(name, arguments)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = description
    return function


class Computer:
    """What a cell can ask of the program."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            brought = ask("functions", {})
        except RuntimeError:  # this program brings none
            brought = []
        for one in brought:
            if one["name"] == name:
                setattr(self, name, of_program(name, one["parameters"], one["description"]))
                return self.__dict__[name]
        names = ["files", "run"] + [one["name"] for one in brought]
        raise AttributeError("computer has no %s; it has %s" % (name, ", ".join(names)))

    files = Files()

    def run(self, language, code):
        """Runs a cell of another language, in the session that the conversation has for it; gives its output as messages."""
        return call("run", language=language, code=code)
