"""Texts that the wheel takes from the program's own sources."""

from __future__ import annotations

import os


def default_system_message() -> str:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "system.md"), encoding="utf-8") as file:
        return file.read().strip()
