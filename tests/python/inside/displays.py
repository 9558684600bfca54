"""display=True: plain text on stdout, cells in a notebook, questions on a terminal."""

import contextlib
import io
import json
import os
import pty
import subprocess
import sys

from support import main, runs, says, talking


def test_plain_text_shows_the_turn():
    with talking(runs("python", "print('out')", "I run it."), says("Done."), auto_run=True) as (interpreter, _):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            interpreter.chat("go")
        lines = [line for line in out.getvalue().splitlines() if line.strip()]
        assert lines == ["I run it.", "    print('out')", "    out", "Done."], out.getvalue()


def test_a_stream_can_be_shown_as_it_is_taken():
    with talking(says("Hello.")) as (interpreter, _):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            chunks = list(interpreter.chat("go", stream=True))
        assert "Hello." in out.getvalue() and chunks[-1]["end"]


ON_A_TERMINAL = """
from interpreter import OpenInterpreter
interpreter = OpenInterpreter(conversation_history=False)
interpreter.llm.model, interpreter.llm.api_base, interpreter.llm.api_key = "openai/test", %r, "sk-test-0123456789"
messages = interpreter.chat("go")
print("ENDED", [message["content"] for message in messages])
"""


def test_on_a_terminal_it_is_the_programs_own_and_asks():
    with talking(runs("python", "print(6*7)"), says("It is 42.")) as (source, provider):
        master, slave = pty.openpty()
        child = subprocess.Popen([sys.executable, "-c", ON_A_TERMINAL % (provider.base + "/v1")], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                                 env={**os.environ, "TERM": "xterm-256color"})
        os.close(slave)
        seen, is_answered = b"", False
        try:
            while True:
                piece = os.read(master, 65536)
                seen += piece
                if not is_answered and b"(y" in seen or b"[y" in seen and not is_answered:
                    os.write(master, b"y")
                    is_answered = True
                if not piece:
                    break
        except OSError:  # the other end was closed
            pass
        os.close(master)
        assert child.wait(30) == 0 and is_answered, seen
        assert b"ENDED ['print(6*7)', '42\\n', 'It is 42.']" in seen.replace(b"\\\\n", b"\\n"), seen[-600:]


NOTEBOOK = """
from interpreter import OpenInterpreter
interpreter = OpenInterpreter(conversation_history=False, auto_run=True)
interpreter.llm.model, interpreter.llm.api_base, interpreter.llm.api_key = "openai/test", %r, "sk-test-0123456789"
_ = interpreter.chat("go")
"""


def test_a_notebook_shows_markdown_code_pictures_and_tables():
    try:
        import nbclient
        import nbformat
    except ImportError:
        sys.path.append("/usr/lib/python3/dist-packages")
        import nbclient
        import nbformat
    code = ("class Table:\n    def _repr_html_(self): return '<table><tr><td>7</td></tr></table>'\n    def __repr__(self): return 'seven'\n"
            "class Dot:\n    def _repr_png_(self):\n        import base64\n        return base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')\n"
            "print('text')\ndisplay(Dot()) if 'display' in dir(__builtins__) else None\nTable()")
    with talking(runs("python", code, "A **table**:"), says("Done.")) as (source, provider):
        here = os.path.dirname(os.path.dirname(__import__("interpreter").__file__))
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"import sys; sys.path.insert(0, {here!r})" + NOTEBOOK % (provider.base + "/v1"))])
        os.makedirs("kernels/kernels/plain", exist_ok=True)
        with open("kernels/kernels/plain/kernel.json", "w") as file:
            json.dump({"argv": ["/usr/bin/python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "plain", "language": "python"}, file)
        os.environ["JUPYTER_PATH"] = os.path.abspath("kernels")
        nbclient.NotebookClient(notebook, timeout=120, kernel_name="plain").execute()
        outputs = notebook.cells[0].outputs
        kinds = {kind for output in outputs for kind in output.get("data", {})}
        shown = json.dumps(outputs)
        assert "text/markdown" in kinds and "text/html" in kinds, (kinds, shown[:2000])
        assert "A **table**:" in shown and "<td>7</td>" in shown and "```python" in shown and "Done." in shown, shown[:2000]


if __name__ == "__main__":
    main(globals())
