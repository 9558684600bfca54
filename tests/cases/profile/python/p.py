# Asks for short answers
from interpreter import interpreter
import os

print("loading")
interpreter.system_message += "\nAnswer in " + os.environ["WORDS"] + " words."
interpreter.llm.context_window = 8000
