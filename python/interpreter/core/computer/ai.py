"""`computer.ai`: questions to the interpreter's own model, outside of its conversation."""

from __future__ import annotations

from .._weak import weakly


class Ai:
    """The model of the interpreter, asked aside."""

    def __init__(self, computer):
        self._computer = weakly(computer)

    def chat(self, text, base64=None):
        """The model's answer to one message, and to a picture (PNG in base64) beside it; no part of the conversation."""
        from ..core import OpenInterpreter

        owner = self._computer()._interpreter
        aside = OpenInterpreter(conversation_history=False, system_message="Answer directly. Do not run code.")
        for name, value in owner.llm._given().items():
            setattr(aside.llm, name, value)
        aside.offline = owner.offline
        if base64 is not None:
            aside.messages.append({"role": "user", "type": "image", "format": "base64.png", "content": base64})
        found = aside.chat(text, display=False)
        aside.terminate()
        return "".join(message["content"] for message in found if message["type"] == "message")

    def query(self, text, query, custom_reduce_query=None):
        """Answers a question about a text of any length: parts of it are asked one by one, and the answers put together."""
        parts = [text[i:i + 6000] for i in range(0, len(text), 5800)] or [""]
        answers = [self.chat(f"{query}\n\n---\n{part}") for part in parts]
        return answers[0] if len(answers) == 1 else self.chat(f"{custom_reduce_query or query}\n\n---\n" + "\n\n".join(answers))

    def summarize(self, text):
        """A short summary of a text of any length."""
        return self.query(text, "Summarize this text in a few sentences.")
