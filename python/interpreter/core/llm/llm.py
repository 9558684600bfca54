"""`interpreter.llm`: the model and how it is asked."""

from __future__ import annotations

from ..settable import Settable


class Llm(Settable):
    """The model of one interpreter. What is left at its default is left to the program or the vendor.

    model: its name decides the vendor, as in "gpt-4o", "claude-sonnet-4-5", "ollama/llama3", "openai/NAME" (any compatible server)
    api_key, api_base, api_version: of that server; else the vendor's own environment variables
    context_window, max_tokens: in tokens, of all and of one answer
    temperature: 0 to 2; sent only when it was assigned
    max_budget: in dollars, of the whole conversation; what would cost more ends the turn with an InterpreterError
    supports_vision, supports_functions: whether it takes pictures and tool calls; None: what is known of it
    completions: a function of yours instead of a model: called with model, messages, stream=True, tools, and gives an
        iterable of chunks as OpenAI's stream has them: {"choices": [{"delta": {"content": "..."}}]}. What it raises reaches
        the caller of chat().
    reasoning_effort: "none", "minimal", "low", "medium" or "high"
    retry_for: seconds for which a failed request is tried again
    fallback_models: names that answer, in this order, when the model fails
    """

    _owner = "interpreter.llm"

    model: str = "gpt-4o"
    api_key: str | None = None
    api_base: str | None = None
    api_version: str | None = None
    context_window: int | None = None
    max_tokens: int | None = None
    temperature: float | None = 0
    max_budget: float | None = None
    supports_vision: bool | None = None
    supports_functions: bool | None = None
    completions: callable | None = None
    reasoning_effort: str | None = None
    retry_for: float | None = None
    fallback_models: list | None = None
    vision_renderer: callable | None = None
    execution_instructions: str | bool | None = None

    # The name of the program's own settings.
    _SETTINGS = {name: name for name in (
        "model", "api_key", "api_base", "api_version", "context_window", "max_tokens", "temperature", "max_budget",
        "reasoning_effort", "retry_for", "fallback_models")} | {
        "supports_vision": "llm_supports_vision", "supports_functions": "llm_supports_functions"}

    def __init__(self, interpreter=None):
        object.__setattr__(self, "_interpreter", interpreter)

    @property
    def interpreter(self):
        return self._interpreter

    @property
    def completion(self):
        """The name that the original's manual had for `completions`."""
        return self.completions

    @completion.setter
    def completion(self, function):
        self.completions = function

    @property
    def max_output(self):
        """The name that the original's manual had for `interpreter.max_output`."""
        return self._interpreter.max_output

    @max_output.setter
    def max_output(self, value):
        self._interpreter.max_output = value

    def load(self):
        """Does nothing: models are opened by the first request."""
