# model: [{"text": "First."}, {"text": "Second."}]
# prints: First.
# prints: 0
# prints: Second.
from interpreter import interpreter

interpreter.chat("My name is Killian.")
interpreter.reset()  # a new conversation
print(len(interpreter.messages))
interpreter.chat("What's my name?")
