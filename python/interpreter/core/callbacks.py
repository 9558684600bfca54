"""What the core calls on its own threads: a model, languages, functions and the hook before cells, all written in Python.

It holds the interpreter weakly, so that one that nobody uses any more is collected although its session knows this object.
"""

from __future__ import annotations

import functools
import json
import weakref

from ..errors import InterpreterError


def _of_a_turn(method):
    """What it calls is part of a turn and cannot start another one of the same interpreter."""

    @functools.wraps(method)
    def called(self, *arguments):
        with self._owner()._turns.inside():
            return method(self, *arguments)

    return called


class Callbacks:
    def __init__(self, interpreter):
        self._interpreter = weakref.ref(interpreter)

    def _owner(self):
        owner = self._interpreter()
        if owner is None:
            raise InterpreterError("the interpreter of this call is gone", "cancelled")
        return owner

    @_of_a_turn
    def complete(self, request: str, sink, stop):
        """One request to llm.completions; `sink` takes the chunks as JSON, `stop.requested()` says when nobody wants more."""
        llm = self._owner().llm
        params = json.loads(request)
        params["stream"] = True
        params |= {name: value for name, value in llm._given().items() if name in ("api_key", "api_base", "api_version", "max_tokens", "temperature")
                   and value is not None}
        reply = call_with(llm.completions, params)
        if isinstance(reply, dict) or hasattr(reply, "model_dump"):
            reply = [reply]
        try:
            for chunk in reply:
                if stop.requested():
                    break
                sink(json.dumps(as_plain(chunk)))
        finally:
            close = getattr(reply, "close", None)
            if close is not None:
                close()

    @_of_a_turn
    def start_language(self, name: str):
        """A fresh instance of a language of the program's own."""
        owner = self._owner()
        language = owner.computer.terminal._find(name)
        return language(owner.computer) if _takes_the_computer(language) else language()

    @_of_a_turn
    def run_cell(self, language, code: str, sink, stop):
        """One cell; `sink` takes role-less chunks as keyword arguments."""
        chunks = language.run(code)
        try:
            for chunk in chunks or ():
                if stop.requested():
                    break
                if chunk.get("content") is None and chunk.get("format") != "active_line":
                    continue
                content = chunk.get("content")
                sink(chunk.get("type", "console"), chunk.get("format") or "", "" if content is None else str(content), chunk.get("recipient") or "")
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def stop_language(self, language):
        stop = getattr(language, "stop", None)
        if stop is not None:
            stop()

    def end_language(self, language):
        terminate = getattr(language, "terminate", None)
        if terminate is not None:
            terminate()

    @_of_a_turn
    def call_function(self, name: str, arguments: str) -> str:
        """One call of a tool by a cell: arguments and result as JSON."""
        for tool in self._owner()._tool_rows():
            if tool.name == name:
                return json.dumps(tool(json.loads(arguments or "{}")), default=str)
        raise InterpreterError(f"the tool {name!r} is gone", "not_found")

    @_of_a_turn
    def before_cell(self, language: str, code: str):
        hook = self._owner().before_cell
        return hook(language, code) if hook is not None else None


def call_with(function, params: dict):
    """Calls a completions function with those of `params` that it takes; what it demands and is not there is None."""
    import inspect

    try:
        wanted = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return function(**params)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in wanted):
        return function(**params)
    named = [parameter for parameter in wanted if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)]
    if len(named) == 1 and named[0].name not in params:  # an older form: only the messages
        return function(params["messages"])
    return function(**{parameter.name: params.get(parameter.name) for parameter in named
                       if parameter.name in params or parameter.default is parameter.empty})


def as_plain(chunk) -> dict:
    """A chunk as a dict of OpenAI's stream, whatever object a client library makes of it."""
    for method in ("model_dump", "to_dict", "dict"):
        if not isinstance(chunk, dict) and hasattr(chunk, method):
            chunk = getattr(chunk, method)()
    if not isinstance(chunk, dict):
        raise TypeError(f"llm.completions gave a {type(chunk).__name__}; it must give dicts like {{'choices': [{{'delta': {{'content': '...'}}}}]}}")
    return {"choices": [chunk]} if "choices" not in chunk and "delta" in chunk else chunk


def _takes_the_computer(language) -> bool:
    """Whether the class has an __init__ of its own that wants an argument."""
    code = getattr(getattr(language, "__init__", None), "__code__", None)
    if code is None:
        return False
    return code.co_argcount - len(language.__init__.__defaults__ or ()) > 1
