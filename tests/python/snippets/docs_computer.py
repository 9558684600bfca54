# model: []
# prints: hello from python
# prints: hello from the shell
from interpreter import interpreter

interpreter.computer.languages = [language for language in interpreter.computer.languages if language.name in ("Python", "Shell")]
for chunk in interpreter.computer.run("python", "print('hello from python')", stream=True):
    print(chunk)
print(interpreter.computer.run("shell", "echo hello from the shell"))
interpreter.computer.stop()
interpreter.computer.terminate()
