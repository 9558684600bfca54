interpreter.auto_run = False
