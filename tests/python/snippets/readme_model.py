# model: [{"text": "Hi."}]
# prints: Hi.
from interpreter import interpreter

interpreter.llm.model = "gpt-3.5-turbo"
interpreter.chat("Hello")
