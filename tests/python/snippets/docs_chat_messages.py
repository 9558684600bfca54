# model: [{"text": "A cat."}, {"text": "Yes."}]
# prints: [{'role': 'assistant', 'type': 'message', 'content': 'A cat.'}]
# prints: True
from interpreter import interpreter

messages = interpreter.chat([
    {"role": "user", "type": "message", "content": "What is in the picture?"},
], display=False)
print(messages)
interpreter.messages.append({"role": "assistant", "type": "message", "content": "Anything else?"})
messages = interpreter.chat({"role": "user", "type": "message", "content": "Is it a cat?"}, display=False, stream=False)
print(messages[-1]["content"] == "Yes.")
