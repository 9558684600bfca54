from interpreter import interpreter

interpreter.llm.modell = "x"
