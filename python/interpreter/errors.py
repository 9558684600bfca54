"""What goes wrong, as Python exceptions that say what to do."""

from __future__ import annotations


class InterpreterError(RuntimeError):
    """The model, a kernel or a setting failed.

    kind: what callers decide on: "auth", "rate_limited", "context_overflow", "network", "timeout", "denied", "not_found",
        "invalid", "unsupported", "protocol", "io", "cancelled".
    hint: what would mend it, or "".
    """

    def __init__(self, what: str, kind: str = "invalid", hint: str = ""):
        super().__init__(f"{what} ({hint})" if hint else what)
        self.kind = kind
        self.hint = hint

    def __reduce__(self):
        return _again, (self.args[0], self.kind, self.hint)


def _again(text: str, kind: str, hint: str) -> InterpreterError:
    error = InterpreterError(text, kind)
    error.hint = hint
    return error


def nearest(name: str, names) -> str:
    """The name among `names` that `name` was probably meant to be; "": none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, sorted(names), 1)), "")


def unknown_attribute(owner: str, name: str, names) -> AttributeError:
    near = nearest(name, names)
    return AttributeError(f"{owner} has no attribute {name!r}" + (f"; did you mean {near!r}?" if near else ""))
