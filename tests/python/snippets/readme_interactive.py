# model: [{"text": "You said hi."}]
# prints: You said hi.
import os

read, write = os.pipe()  # in place of a person at the keyboard
os.write(write, b"hi\n")
os.close(write)
os.dup2(read, 0)

from interpreter import interpreter

interpreter.chat()  # Starts an interactive chat
