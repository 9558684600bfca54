# model: [{"text": "Started."}]
# prints: None
# prints: [{'role': 'assistant', 'type': 'message', 'content': 'Started.'}]
from interpreter import interpreter

print(interpreter.chat("Start", display=False, blocking=False))
print(interpreter.wait())
