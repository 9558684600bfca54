"""Open Interpreter from Python: a language model answers with text and code, and the code runs here, after approval.

    from interpreter import interpreter

    interpreter.llm.model = "gpt-4o"
    interpreter.chat("how full is my disk?")

`interpreter` is one ready instance; `OpenInterpreter()` makes more, each with a conversation, kernels and settings of its
own. Nothing is opened, started or contacted by an import: the compiled core is loaded by the first chat.
"""

_PLACES = {  # what this package gives, and the module that has it
    "OpenInterpreter": "core.core",
    "AsyncInterpreter": "core.async_core",
    "BaseLanguage": "core.computer.terminal.base_language",
    "InterpreterError": "errors",
}
__all__ = ["interpreter", "computer", *_PLACES]


def __getattr__(name):
    from importlib import import_module

    if name in _PLACES:
        value = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    elif name == "interpreter":
        value = import_module(f"{__name__}.core.core").OpenInterpreter()
    elif name == "computer":
        value = __getattr__("interpreter").computer
    elif name == "__version__":
        from .program import version

        value = version()
    else:
        from .errors import unknown_attribute

        raise unknown_attribute("module 'interpreter'", name, __all__)
    return globals().setdefault(name, value)


def __dir__():
    return sorted({*globals(), *__all__, "__version__"})
