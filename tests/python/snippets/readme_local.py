# model: [{"text": "I am local."}]
# prints: I am local.
import os

from interpreter import interpreter

interpreter.offline = True  # Disables online features like Open Procedures
interpreter.llm.model = "openai/x"  # Tells OI to send messages in OpenAI's format
interpreter.llm.api_key = "fake_key"  # LiteLLM, which we use to talk to LM Studio, requires this
interpreter.llm.api_base = os.environ["OPENAI_API_BASE"]  # Point this at any OpenAI compatible server
interpreter.llm.context_window = 3000
interpreter.llm.max_tokens = 1000

interpreter.chat("Who are you?")
