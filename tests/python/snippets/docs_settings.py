# model: [{"text": "Set."}]
# prints: Set.
from interpreter import interpreter

interpreter.auto_run = True
interpreter.verbose = False
interpreter.safe_mode = "ask"
interpreter.offline = False
interpreter.custom_instructions = "This is a custom instruction."
interpreter.max_output = 1000
interpreter.conversation_history = True
interpreter.max_budget = 0.01
interpreter.anonymized_telemetry
interpreter.llm.model = "gpt-4o"
interpreter.llm.temperature = 0.7
interpreter.llm.context_window = 16000
interpreter.llm.max_tokens = 100
interpreter.llm.max_output = 1000
interpreter.llm.supports_vision = False
interpreter.llm.supports_functions = True
interpreter.llm.max_budget = 0.01
interpreter.computer.offline = True
interpreter.computer.verbose = False
interpreter.computer.emit_images = True

interpreter.chat("Are you ready?")
