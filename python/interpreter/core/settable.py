"""Objects whose attributes are declared: an unknown name and a wrong type are errors, never silently stored."""

from __future__ import annotations

from ..errors import unknown_attribute

_CHECKS = {
    "bool": (bool,), "int": (int,), "float": (int, float), "str": (str,), "list": (list, tuple), "callable": (),
}
_NUMBERS = {"int", "float"}


class Settable:
    """The annotations of a class are its attributes, the class's values their defaults.

    What is assigned lands in the instance; `_given()` are the names that were.
    """

    _owner = "object"

    @classmethod
    def _declared(cls) -> dict:
        found = cls.__dict__.get("_declared_names")
        if found is None:
            found = {}
            for base in reversed(cls.__mro__):
                found.update({name: kind for name, kind in base.__dict__.get("__annotations__", {}).items() if not name.startswith("_")})
            cls._declared_names = found
        return found

    def __setattr__(self, name, value):
        kind = self._declared().get(name)
        if kind is not None:
            value = self._checked(name, kind, value)
        elif not name.startswith("_") and not hasattr(type(self), name):
            raise unknown_attribute(self._owner, name, self._names())
        object.__setattr__(self, name, value)

    def __getattr__(self, name):
        # Only what was not found in the usual way comes here.
        raise unknown_attribute(self._owner, name, self._names())

    def __reduce_ex__(self, protocol):
        raise TypeError(f"{self._owner} holds sessions that run and cannot be copied or pickled: make a new one there and give it "
                        "`messages` and settings")

    def _names(self):
        return [name for name in (*self._declared(), *dir(type(self))) if not name.startswith("_")]

    def _given(self) -> dict:
        declared = self._declared()
        return {name: value for name, value in self.__dict__.items() if name in declared}

    def _checked(self, name, kind, value):
        kinds = [part.strip() for part in (kind.__name__ if isinstance(kind, type) else str(kind)).split("|")]
        if value is None:
            if "None" in kinds:
                return None
        elif "callable" in kinds:
            if callable(value):
                return value
        elif any(self._fits(value, kind) for kind in kinds):
            return value
        wanted = " or ".join(kind for kind in kinds)
        raise TypeError(f"{self._owner}.{name} takes {wanted}, not {type(value).__name__}: {value!r:.60}")

    @staticmethod
    def _fits(value, kind) -> bool:
        if kind in _NUMBERS and isinstance(value, bool):
            return False
        types = _CHECKS.get(kind)
        return isinstance(value, types) if types else kind not in ("None",) and kind not in _CHECKS
