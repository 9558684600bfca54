# model: [{"text": "Hello!"}, {"text": "Plotted."}]
# prints: Hello!
# prints: Plotted.
from interpreter import interpreter

interpreter.chat("Say hello")  # Executes a single command
interpreter.chat("Plot AAPL and META's normalized stock prices")
