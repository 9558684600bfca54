"""Code that a program hands over as a message, with what models put around it by mistake taken off. (What a model of this program says
is mended by the core as it comes.)"""

from __future__ import annotations

import json
import re


def mended(message: dict) -> dict:
    """The same code message; its language and content are changed where they hold a call instead of code."""
    code = message["content"].strip()
    if code.startswith("`\n"):
        code = code[2:].strip()
    if code.endswith("executeexecute"):
        code = code[: -len("executeexecute")]
    call = re.fullmatch(r"functions\.execute\((\{.*\})\)", code, re.S)
    found = _call_of(call.group(1) if call else code)
    if found is not None:
        message["format"], code = found
    if code != message["content"].strip():
        message["content"] = code
    return message


def _call_of(text):
    """(language, code) of {"language": ..., "code": ...}, its keys quoted or not; None: it is none."""
    if not (text.startswith("{") and text.endswith("}")):
        return None
    quoted = re.sub(r'([{,]\s*)(language|code)(\s*:)', r'\1"\2"\3', text)
    for attempt in (text, quoted):
        try:
            value = json.loads(attempt, strict=False)
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(value.get("language"), str) and isinstance(value.get("code"), str):
            return value["language"], value["code"]
    return None
