from .core.async_core import AsyncInterpreter as AsyncInterpreter
from .core.computer.computer import Computer
from .core.computer.terminal.base_language import BaseLanguage as BaseLanguage
from .core.core import OpenInterpreter as OpenInterpreter
from .errors import InterpreterError as InterpreterError

interpreter: OpenInterpreter
computer: Computer
__version__: str
