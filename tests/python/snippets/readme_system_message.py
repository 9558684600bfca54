# model: [{"text": "Understood."}]
# prints: Run shell commands with -y
from interpreter import interpreter

interpreter.system_message += """
Run shell commands with -y so the user doesn't have to confirm them.
"""
print(interpreter.system_message)
