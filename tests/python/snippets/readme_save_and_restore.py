# model: [{"text": "Hello Killian."}, {"text": "Your name is Killian."}]
# prints: Your name is Killian.
# prints: 4
from interpreter import interpreter

messages = interpreter.chat("My name is Killian.")  # Save messages to 'messages'
messages = interpreter.messages
interpreter.messages = []  # Reset interpreter ("Killian" will be forgotten)

interpreter.messages = messages  # Resume chat from 'messages' ("Killian" will be remembered)
interpreter.chat("What is my name?")
print(len(interpreter.messages))
