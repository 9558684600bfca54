"""Conversations as files: written by the program, read by those that they are for."""

import base64
import json
import os
import subprocess

PICTURE = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")).decode()
PLOT = f"""
I draw.
```python
import base64
from IPython.display import Image, display
x = 20
print(x + 1)
display(Image(base64.b64decode("{PICTURE}")))
```
---
And look.
```shell
echo one; echo '```'
```
---
```python
x + 22
```
---
```python
1 / 0
```
---
It is **done**: <script>alert(1)</script>
"""


def talk(case, model=PLOT):
    window = case.terminal(model, "-y 'draw it, please'", columns=120)
    window.wait("It is done", 30)
    window.wait(r"^>$")
    return window


def export(window, line, pattern):
    window.type(line)
    window.keys("Enter")
    return window.wait(pattern)


def read(case, name, mode="r"):
    with open(os.path.join(case.folder.path, name), mode) as file:
        return file.read()


def test_a_notebook_is_valid_and_runs_again(case):
    window = talk(case)
    export(window, "%jupyter", r"Wrote .*/draw-it-please\.ipynb\.")
    export(window, "%jupyter", r"Wrote .*/draw-it-please-2\.ipynb\.")
    notebook = json.loads(read(case, "draw-it-please.ipynb"))
    outputs = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert outputs[0][0]["text"] == "21\n" and outputs[0][1]["data"]["image/png"], outputs
    check = """
import nbformat, nbclient
book = nbformat.read("draw-it-please.ipynb", as_version=4)
nbformat.validate(book)
nbclient.NotebookClient(book, timeout=60, kernel_name="python3").execute()
cells = [cell for cell in book.cells if cell.cell_type == "code"]
assert cells[0].outputs[0].text == "21\\n", cells[0]
assert any("image/png" in output.get("data", {}) for output in cells[0].outputs), cells[0]
assert "".join(output.text for output in cells[1].outputs) == "one\\n```\\n", cells[1]
assert cells[2].outputs[0].data["text/plain"] == "42", cells[2]
assert cells[3].outputs[0].ename == "ZeroDivisionError", cells[3]
print("all right")
"""
    ran = subprocess.run(["/usr/bin/python3", "-c", check], cwd=case.folder.path, env=case.folder.environment(), capture_output=True,
                         text=True, timeout=120, check=False)
    assert ran.stdout == "all right\n", ran.stdout + ran.stderr


def test_markdown_has_its_pictures_beside_it(case):
    window = talk(case)
    export(window, "%markdown notes", r"Wrote .*/notes\.md, and 1 picture beside it\.")
    text = read(case, "notes.md")
    assert "![](<notes-1.png>)" in text and "```python\nimport base64" in text and "````output\none\n```\n````" in text, text
    assert read(case, "notes-1.png", "rb") == base64.b64decode(PICTURE)


def test_a_page_shows_all_and_runs_nothing(case):
    window = talk(case)
    export(window, "%html ~/page.html", r"Wrote .*/page\.html\.")
    text = read(case, "page.html")
    assert "<script" not in text and "&lt;script&gt;" in text and "<strong>done</strong>" in text, text
    assert f'src="data:image/png;base64,{PICTURE}"' in text, text
    assert "ZeroDivisionError" in text and "default-src 'none'" in text, text


def test_a_place_that_cannot_be_written_is_named(case):
    os.mkdir(os.path.join(case.folder.path, "sub"))
    window = talk(case)
    export(window, "%html nowhere/page.html", r"nowhere/.*No such file or directory")
    export(window, "%markdown /proc/x.md", r"/proc/x\.md: No such file or directory")
    export(window, '%markdown "sub"', r"Wrote .*/sub/draw-it-please\.md")


def test_a_stored_conversation_is_exported_from_the_command_line(case):
    talk(case).keys("C-d")
    model = case.script("Not asked.\n")
    program = os.path.join(os.path.dirname(case.program), "interpreter")

    def run(*words):
        return subprocess.run([program, "--model", f"script:{model}", *words], cwd=case.folder.path, env=case.folder.environment(),
                              capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)

    ran = run("--resume", "%markdown", "talk.md")
    assert ran.returncode == 0 and "talk.md, and 1 picture" in ran.stderr, ran
    assert "It is **done**" in read(case, "talk.md")
    assert run("--resume", "%html", "/nowhere/x.html").returncode == 1
    assert "Not asked." in run("%d means what?").stdout
