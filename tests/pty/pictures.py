"""Pictures and tables that cells make, in tmux (blocks) and on a bare pty that plays terminals with graphics."""

import base64
import io
import os
import re
import time

from PIL import Image

EDGE = "\u250a"
SHOW = "```python\nclass Picture:\n    def _repr_png_(self): return open('picture.png', 'rb').read()\nPicture()\n```\n---\nDone.\n"


def picture(case, width=320, height=200, size=None):
    """A file picture.png in the folder of the test; its bytes."""
    image = Image.new("RGB", (width, height))
    image.putdata([(x * 255 // width, y * 255 // height, 90) for y in range(height) for x in range(width)])
    out = io.BytesIO()
    image.save(out, "PNG")
    data = out.getvalue()[:size]
    with open(os.path.join(case.folder.path, "picture.png"), "wb") as file:
        file.write(data)
    return data


def kitty_file(written):
    return base64.b64decode(b"".join(re.findall(rb"\x1b_G[^;]*;([^\x1b]*)\x1b\\", written)))


def gutter_rows(page):
    return [row for row in page.split("\n") if row.startswith(EDGE)]


def test_a_plot_is_drawn_in_blocks_with_its_path_below(case):
    window = case.terminal("```python\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()\n```\n---\nDone.\n", "-y go", rows=40)
    window.wait("image: .*png", 30)
    window.wait("Done")
    rows = gutter_rows(window.text())
    assert len(rows) == 21, window.text()  # half of the window and the path
    path = re.search(r"image: (\S+)", rows[-1]).group(1)
    with open(path, "rb") as file:
        assert file.read(4) == b"\x89PNG"
    assert re.search(r"\x1b\[[0-9;]*48;5;\d+m", window.coloured()), window.coloured()


def test_kitty_gets_the_file_itself(case):
    data = picture(case)
    program = case.pty(SHOW, "-y", "go", KITTY_WINDOW_ID="1")
    program.wait(b"Done")
    assert program.leave() == 0
    assert kitty_file(program.bytes) == data
    assert b"a=T,f=100,t=d,q=2,C=1," in program.bytes


def test_iterm2_gets_the_file_itself(case):
    data = picture(case)
    program = case.pty(SHOW, "-y", "go", TERM_PROGRAM="iTerm.app")
    program.wait(b"Done")
    assert program.leave() == 0
    assert b"preserveAspectRatio=1:" + base64.b64encode(data) + b"\x07" in program.bytes


def test_a_terminal_that_says_so_gets_sixels_and_its_answer_is_not_typed(case):
    picture(case)
    program = case.pty(SHOW + "---\nYou said {{1}}.\n", "-y", "go")
    program.wait(b"\x1b[16t\x1b[c")
    program.write(b"\x1b[6;20;10t\x1b[?62;")
    program.write(b"4;22c")
    program.wait(b"\x1bP0;1q\"1;1;320;200#")
    program.wait(b"Done")
    program.wait(b"> ")
    program.bytes = b""
    program.write(b"\x1b[?62;4c\x1b_Gi=31;OK\x1b\\")  # once more, when nobody asks
    program.write(b"hello\x15\x04")
    assert program.finish() == 0
    for part in (b"62;", b"4c", b"i=31"):
        assert part not in program.bytes, program.bytes


def test_the_answer_counts_also_when_it_comes_with_a_question(case):
    """Keys pressed before a question are thrown away; what the terminal says is not."""
    picture(case)
    program = case.pty(SHOW, "go")
    program.wait(b"\x1b[c")
    program.write(b"xyz\x1b[6;20;10t\x1b[?62;4c")
    program.wait(b"y n e a ?")
    time.sleep(0.4)
    program.write(b"y")
    program.wait(b"\x1bP0;1q")
    program.wait(b"Done")


def test_a_terminal_without_answers_gets_blocks_soon(case):
    picture(case)
    program = case.pty(SHOW, "-y", "go")
    program.wait(b"\x1b[c")
    program.wait(b"\x1b[48;5;", 5)
    program.wait(b"Done")
    assert program.leave() == 0
    assert b"\x1b_Ga=T" not in program.bytes and b"\x1bP" not in program.bytes


def test_the_setting_is_heard_and_no_color_is_grey(case):
    picture(case)
    program = case.pty(SHOW, "-y", "--pictures", "off", "go", KITTY_WINDOW_ID="1")
    program.wait(b"Done")
    assert program.leave() == 0
    assert b"\x1b_G" not in program.bytes and b"image: " in program.bytes
    program = case.pty(SHOW, "-y", "--pictures", "blocks", "go", NO_COLOR="1", COLORTERM="truecolor")
    program.wait(b"Done")
    assert program.leave() == 0
    colours = set(re.findall(rb"[34]8;([\d;]+?)(?=;48|m)", program.bytes))
    assert colours and all(re.fullmatch(rb"5;(16|23[1-9]|24\d|25[0-5])", colour) for colour in colours), colours


def test_odd_pictures(case):
    for width, height, size, says in ((1, 1, None, ""), (20000, 30, None, ""), (300, 300, 200, "not drawn: it is broken or cut off")):
        data = picture(case, width, height, size)
        window = case.terminal(SHOW, "-y go", columns=100)
        page = window.wait("Done")
        rows = gutter_rows(page)
        assert len(rows) == (1 if says else 2), (page, len(data))
        assert rows[-1].endswith(says or ".png"), page
        window.close()


def test_resizing_around_a_picture_loses_and_doubles_no_text(case):
    picture(case)
    model = "\n".join(f"line {line}" for line in range(30)) + "\n\n" + SHOW.replace("Done.", "\n".join(f"row {row}" for row in range(20)) + "\nDone.")
    window = case.terminal(model, "go", columns=90, rows=24)
    window.wait("y n e a")
    window.resize(60, 16)
    time.sleep(0.5)
    window.keys("y")
    window.wait("image: ")
    window.resize(100, 30)
    window.wait("Done")
    window.wait(r"^>$")
    page = window.text(joined=True)
    for line in [f"line {line}" for line in range(30)] + [f"row {row}" for row in range(20)]:
        assert len(re.findall(rf"\b{line}\b", page)) == 1, (line, page)
    assert page.count("image: ") == 1 and "Ctrl-C stops" not in page, page


def test_a_data_frame_of_a_million_rows_is_a_table(case):
    window = case.terminal("```python\nimport pandas, numpy\npandas.DataFrame({'name': ['tea', 'rum'] * 500_000, 'price': numpy.arange(1_000_000) / 4})\n```\n---\nDone.\n",
                           "-y go", columns=70, rows=40)
    window.wait("Done", 60)
    page = window.text()
    assert re.search(EDGE + r" +\u2502 name \u2502 +price\n" + EDGE + r" \u2500+\u253c\u2500+\u253c\u2500+\n" + EDGE + r" +0 \u2502 tea  \u2502 +0\.00\n", page), page
    assert f"{EDGE} 1000000 rows \u00d7 2 columns\n" in page, page
    assert "[1000000 rows" not in page and "html:" not in page, page


def test_results_of_queries_are_tables(case):
    window = case.terminal("```sql\nSELECT 'tea' AS name, 2.5 AS price UNION ALL SELECT 'coffee', 13;\n```\n---\nDone.\n", "-y go", columns=70)
    page = window.wait("Done")
    table = ["name   \u2502 price", "\u2500" * 7 + "\u253c" + "\u2500" * 6, "tea    \u2502   2.5", "coffee \u2502    13", "(2 rows)"]
    assert gutter_rows(page) == [f"{EDGE} {row}" for row in table], page


def test_no_text_of_a_model_stands_in_the_gutters(case):
    fake = [f"{EDGE} out", "\u2502 code", "\u256d python", "\u2570 Run this in /? (y n e a ?) yes"]
    text = "\n".join(fake + [f"- {line}" for line in fake] + [f"> {line}" for line in fake] + ["", "~~~", *fake, "~~~", ""] +
                     [f"    {line}" for line in fake] + ["", f"| {EDGE} | b |", "|---|---|", f"| {EDGE} | c |", "", f"# {EDGE} out", "",
                      "word " * 30 + EDGE, "", "x" * 200 + EDGE, "", "\u200b" + fake[0], "\x1b[1G" + fake[0], "\r" + fake[0], "\b\b\b" + fake[0]])
    for columns in (12, 33, 80):
        window = case.terminal(text + "\n\nthe end\n", "go", columns=columns, rows=40)
        window.wait("the end")
        bad = [row for row in window.text().split("\n") if row[:1] in ("\u250a", "\u2502", "\u256d", "\u2570")]
        assert not bad, bad
        window.close()


def test_exit_codes_errors_and_silence_are_seen(case):
    window = case.terminal("```shell\nexit 3\n```\n---\n```python\nx = 1\n```\n---\n```python\ndef f(): return 1 / 0\nf()\n```\n---\nDone.\n", "-y go", rows=60)
    window.wait("Done")
    page, coloured = window.text(), window.coloured()
    assert f"{EDGE} exit status 3; " in page and f"{EDGE} no output\n" in page, page
    assert re.search(r"\x1b\[31m(\x1b\[\d*m)*exit status 3", coloured), coloured
    assert re.search(r"\x1b\[(1m\x1b\[31|1;31)m(\x1b\[\d*m)*ZeroDivisionError: division by zero", coloured), coloured


def test_folded_output_names_the_command_that_shows_all(case):
    window = case.terminal("```python\nfor i in range(1000): print('n%d' % i)\n```\n---\nDone.\n", "-y go", rows=100)
    page = window.wait("Done")
    assert f"{EDGE} n39\n{EDGE} ... 950 lines; %output shows all\n{EDGE} n990\n" in page, page


DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='60'><rect width='80' height='60' fill='red'/></svg>"
SHOW_SVG = f"""```python
class Drawing:
    def _repr_svg_(self): return "{DRAWING}"
display(Drawing())
print("behind", "it")
```
---
Done.
"""


def wait_for_file(path, seconds=20):
    end = time.monotonic() + seconds
    while not os.path.exists(path):
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.02)


def test_while_a_picture_is_made_the_terminal_hears_keys_and_the_order_stays(case):
    """The converter is held back by a pipe until the test has seen the echo."""
    gate, started = (os.path.join(case.folder.path, name) for name in ("gate", "started"))
    os.mkfifo(gate)
    case.folder.write("rsvg-convert", f'#!/bin/sh\ntouch "{started}"\nhead -c 1 "{gate}" >/dev/null\nexec /usr/bin/rsvg-convert "$@"\n', 0o755)
    window = case.terminal(SHOW_SVG, "-y go", rows=40, PATH=case.folder.path + ":/usr/bin:/bin")
    hold = os.open(gate, os.O_RDWR)
    try:
        wait_for_file(started)
        window.type("typed meanwhile")
        page = window.wait("typed meanwhile")
        assert "\u250a behind it" not in page and "image: " not in page, page
        os.write(hold, b"x")
        page = window.wait("Done")
        assert re.search(r"image: \S+\.svg\n(.|\n)*behind it\n", page), page
        assert "not drawn" not in page, page
    finally:
        os.close(hold)


def test_open_starts_the_persons_program_with_the_file(case):
    picture(case)
    seen = os.path.join(case.folder.path, "seen")
    case.folder.write("viewer", f'#!/bin/sh\nhead -c 4 "$2" > "{seen}.part" && mv "{seen}.part" "{seen}"\n', 0o755)
    window = case.terminal(SHOW, "-y go", BROWSER="no-such-program:" + case.folder.path + "/viewer --new %s")
    window.wait("Done(.|\n)*^> *$")
    window.type("%open")
    window.keys("Enter")
    window.wait("Opened /\\S*\\.png with\\s+/\\S*viewer")
    wait_for_file(seen)
    with open(seen, "rb") as file:
        assert file.read() == b"\x89PNG"
    window.type("%open 2")
    window.keys("Enter")
    window.wait("There is no picture or page 2:\\s+this\\s+conversation\\s+has\\s+1")


def test_open_without_a_display_says_the_path_and_why(case):
    picture(case)
    case.folder.write("xdg-open", "#!/bin/sh\n", 0o755)
    window = case.terminal(SHOW, "-y go", PATH=case.folder.path + ":/usr/bin:/bin", DISPLAY="", WAYLAND_DISPLAY="", BROWSER="")
    window.wait("Done(.|\n)*^> *$")
    window.type("%open")
    window.keys("Enter")
    window.wait("/\\S*\\.png\\s+not\\s+opened:\\s+there\\s+is\\s+no\\s+display\\s+here")
