# model: [{"text": "The system is Linux.", "split": 5}]
# prints: {'role': 'assistant', 'type': 'message', 'start': True}
# prints: {'role': 'assistant', 'type': 'message', 'end': True}
from interpreter import interpreter

message = "What operating system are we on?"

for chunk in interpreter.chat(message, display=False, stream=True):
    print(chunk)
