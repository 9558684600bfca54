"""Messages as plain dicts: role, type, format, content, recipient, and nothing else."""

from __future__ import annotations

from ..errors import nearest

KEYS = ("role", "type", "format", "content", "recipient")
ROLES = ("user", "assistant", "computer", "system")
TYPES = ("message", "code", "console", "image", "file", "review", "command", "error", "confirmation")


def checked(message, where: str = "message") -> dict:
    """The same dict, with the role and type that are missing filled in. TypeError or ValueError say where and what is wrong."""
    if not isinstance(message, dict):
        raise TypeError(f"{where} is a {type(message).__name__}, not a dict like {{'role': 'user', 'type': 'message', 'content': '...'}}")
    for key in message:
        if key not in KEYS:
            near = nearest(str(key), KEYS)
            raise ValueError(f"{where} has the key {key!r}" + (f" (did you mean {near!r}?)" if near else "") + "; a message has " + ", ".join(KEYS))
    message.setdefault("role", "user")
    message.setdefault("type", "message")
    for key, words in (("role", ROLES), ("type", TYPES)):
        if message[key] not in words:
            raise ValueError(f"{where} has the {key} {message[key]!r}; it must be one of {', '.join(words)}")
    if "content" not in message:
        raise ValueError(f"{where} has no content")
    for key in ("content", "format", "recipient"):
        if not isinstance(message.get(key, ""), str) and not (key != "content" and message[key] is None):
            raise TypeError(f"{where}: {key} must be a str, not {type(message[key]).__name__}")
    _check_format(message, where)
    return message


def _check_format(message, where):
    if message["type"] == "code" and not message.get("format"):
        raise ValueError(f"{where} is code without a format: name its language there")
    if message["type"] == "image" and not message.get("format"):
        raise ValueError(f"{where} is an image without a format: 'base64.png', 'base64.jpeg' or 'path'")


def checked_list(messages, name: str = "messages") -> list:
    """The same list; every message is checked, the error names the index."""
    if not isinstance(messages, list):
        raise TypeError(f"{name} must be a list of dicts, not {type(messages).__name__}")
    for i, message in enumerate(messages):
        checked(message, f"{name}[{i}]")
    return messages


def as_row(message: dict) -> tuple:
    """What a message says, for comparing."""
    get = message.get
    return get("role"), get("type"), get("format"), get("content"), get("recipient")


def merged(chunks) -> list:
    """The chunks of a cell as messages: neighbours of one type and format joined, marks and active lines left out."""
    found = []
    for chunk in chunks:
        if "content" not in chunk or chunk.get("format") == "active_line":
            continue
        chunk = {key: value for key, value in chunk.items() if key != "role"}
        last = found[-1] if found else {}
        if all(last.get(key) == chunk.get(key) for key in ("type", "format", "recipient")) and chunk["type"] != "image":
            last["content"] += chunk["content"]
        else:
            found.append(chunk)
    return found
