# model: []
# prints: olleh
# prints: hello
from interpreter import interpreter


def custom_language_model(messages, model, stream, max_tokens):
    """
    OpenAI-compatible completions function (this one just echoes what the user said back).
    """
    users_content = messages[-1].get("content")  # Get last message's content

    # To make it OpenAI-compatible, we yield this first:
    yield {"choices": [{"delta": {"role": "assistant"}}]}

    for character in users_content:
        yield {"choices": [{"delta": {"content": character}}]}


# Tell Open Interpreter to power the language model with this function
interpreter.llm.completions = custom_language_model
interpreter.llm.context_window = 2000
interpreter.llm.max_tokens = 1000
interpreter.llm.supports_vision = False
interpreter.llm.supports_functions = False
interpreter.offline = True

interpreter.chat("olleh")
interpreter.llm.completion = custom_language_model  # the name in older pages
interpreter.chat("hello")
