# model: [{"text": "I am the first."}, {"text": "I am the second."}]
# prints: I am the first.
# prints: I am the second.
from interpreter import OpenInterpreter

agent_1 = OpenInterpreter()
agent_1.system_message = "This is a separate instance."

agent_2 = OpenInterpreter()
agent_2.system_message = "This is yet another instance."

agent_1.chat("Who are you?")
agent_2.chat("And you?")
