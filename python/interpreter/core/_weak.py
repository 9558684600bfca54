"""References that do not keep their object alive."""

from __future__ import annotations

import weakref


def weakly(value):
    """A function that gives `value`, or None when it is gone; what cannot be referred to weakly is kept."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value
