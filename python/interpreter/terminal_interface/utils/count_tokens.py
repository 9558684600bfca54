"""Counting the tokens of texts and messages, as the classic package does; the core's own tokenizers do it."""

from __future__ import annotations


def count_tokens(text: str = "", model: str = "gpt-4o") -> int:
    """How many tokens a text has for a model."""
    interpreter = _counter(model)
    return interpreter.count_tokens(text) - interpreter.count_tokens("") if text else 0


def count_messages_tokens(messages: list | None = None, model: str | None = None) -> tuple:
    """How many tokens messages (dicts with content, or texts) have, and what sending them costs in dollars."""
    interpreter = _counter(model or "gpt-4o")
    empty = interpreter.count_tokens("")
    total = 0
    for message in messages or []:
        text = message if isinstance(message, str) else str(message.get("content", ""))
        total += interpreter.count_tokens(text) - empty
    return total, 0


_counters: dict = {}


def _counter(model):
    if model not in _counters:
        from ...core.core import OpenInterpreter

        _counters[model] = OpenInterpreter(conversation_history=False)
        _counters[model].llm.model = model
    return _counters[model]
