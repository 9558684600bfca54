"""Plain functions as tools: name, description and JSON schema are read from signature, annotations and docstring."""

from __future__ import annotations

import json

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", tuple: "array", set: "array", dict: "object"}


class Tool:
    """One function that cells may call as computer.NAME(...). TypeError for what no cell could call."""

    def __init__(self, function):
        if not callable(function) or not getattr(function, "__name__", "").isidentifier():
            raise TypeError(f"interpreter.tools takes functions with a name, not {function!r:.60}")
        self.function = function
        self.name = function.__name__

    def __call__(self, arguments: dict):
        return self.function(**arguments)

    def row(self) -> tuple:
        """name, description, JSON schema: what the core is told."""
        import inspect

        text = inspect.getdoc(self.function) or ""
        return self.name, text.split("\n\n")[0].strip(), json.dumps(self.schema())

    def schema(self) -> dict:
        import inspect

        about = _argument_lines(inspect.getdoc(self.function) or "")
        hints = _hints(self.function)
        properties, required = {}, []
        for name, parameter in inspect.signature(self.function).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
                raise TypeError(f"the tool {self.name}() has the parameter {parameter}: cells pass arguments by name, so name each one")
            properties[name] = schema_of(hints.get(name, parameter.empty))
            if name in about:
                properties[name]["description"] = about[name]
            if parameter.default is parameter.empty:
                required.append(name)
            elif isinstance(parameter.default, (str, int, float, bool)):
                properties[name]["default"] = parameter.default
        return {"type": "object", "properties": properties, "required": required}


def _hints(function) -> dict:
    import typing

    try:
        return typing.get_type_hints(function)
    except Exception:  # an annotation that is no type any more: the parameter is told without one
        return {}


def schema_of(kind) -> dict:
    """The JSON schema of an annotation; {} takes anything."""
    import enum
    import types
    import typing

    if kind in _TYPES:
        return {"type": _TYPES[kind]}
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return {"enum": list(inner)}
    if origin in (typing.Union, types.UnionType):
        options = [schema_of(part) for part in inner if part is not type(None)]
        return options[0] if len(options) == 1 else {"anyOf": options}
    if origin in _TYPES:
        found = {"type": _TYPES[origin]}
        if found["type"] == "array" and inner and inner[0] is not Ellipsis:
            found["items"] = schema_of(inner[0])
        return found
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {"enum": [member.value for member in kind]}
    return {}


def _argument_lines(text: str) -> dict:
    """The lines "name: what it is" of a docstring."""
    found = {}
    for line in text.splitlines():
        name, colon, rest = line.strip().partition(":")
        name = name.split("(")[0].strip().removeprefix(":param ").lstrip("*")
        if colon and name.isidentifier() and rest.strip():
            found.setdefault(name, rest.strip())
    return found
