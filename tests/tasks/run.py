#!/usr/bin/python3
"""Whole jobs, as people give them: a scripted model works on a picture, a clip, a document and a large table with the programs that
people have, and what it made is checked here with other programs.

    run.py [--bin FOLDER] [FILTER]
"""

import base64
import json
import os
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from harness import main  # noqa: E402

PATH = "/usr/local/bin:/usr/bin:/bin"  # Debian's programs, not a version manager's
FENCE = "```"


def cell(language, code):
    return f"\n{FENCE}{language}\n{code.strip()}\n{FENCE}"


def do(room, *replies, timeout=120):
    """Runs the conversation; the chunks that the program told."""
    room.write("model", "\n---\n".join(replies) + "\n")
    done = room.run("--frontend", "json", "-y", "--model", "script:model", "go", env={"PATH": PATH}, timeout=timeout)
    assert done.code == 0 and not done.err, done
    return [json.loads(line) for line in done.out.splitlines()]


def output(chunks):
    return "".join(str(chunk.get("content", "")) for chunk in chunks if chunk.get("type") == "console" and chunk.get("format") == "output")


def tell(program, *arguments, room):
    return subprocess.run([program, *arguments], cwd=room.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True,
                          timeout=60).stdout


def test_a_picture_is_made_and_edited(room):
    chunks = do(room, "I draw it." + cell("python", """
from PIL import Image, ImageDraw
picture = Image.new("RGB", (320, 200), "white")
ImageDraw.Draw(picture).rectangle((40, 40, 159, 159), fill=(200, 30, 30))
picture.save("plan.png")
print(picture.size)
"""), "@expect (320, 200)\nNow half as large, turned, and gray on the right." + cell("python", """
picture = picture.rotate(180).resize((160, 100))
picture.paste(picture.crop((80, 0, 160, 100)).convert("L").convert("RGB"), (80, 0))
picture.save("plan.jpg", quality=90)
picture
"""), "Done: plan.jpg.")
    from PIL import Image  # pylint: disable=import-outside-toplevel
    with Image.open(os.path.join(room.folder, "plan.jpg")) as picture:
        assert (picture.format, picture.size) == ("JPEG", (160, 100))
        red, green, blue = picture.getpixel((120, 50))
        assert max(red, green, blue) - min(red, green, blue) < 12, "the right half is gray"
        assert picture.getpixel((20, 50))[0] > 240, "the left half is white"
    shown = [chunk for chunk in chunks if chunk.get("type") == "image" and chunk.get("content")]
    assert len(shown) == 1 and base64.b64decode(shown[0]["content"]).startswith(b"\x89PNG"), "the picture is shown once"


def test_a_clip_is_made_and_cut(room):
    chunks = do(room, cell("shell", """
ffmpeg -loglevel error -f lavfi -i testsrc=duration=4:size=320x240:rate=25 -f lavfi -i sine=frequency=440:duration=4 -shortest clip.mp4
ls clip.mp4
"""), "@expect clip.mp4\nNow seconds 1 to 3, smaller and without sound." + cell("shell", """
ffmpeg -loglevel error -ss 1 -i clip.mp4 -t 2 -vf scale=160:-2 -an short.mp4 && echo made
"""), "@expect made\nDone.")
    assert output(chunks) == "clip.mp4\nmade\n", output(chunks)
    facts = json.loads(tell("ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", "short.mp4", room=room))
    assert [stream["codec_type"] for stream in facts["streams"]] == ["video"]
    assert (facts["streams"][0]["width"], facts["streams"][0]["height"]) == (160, 120)
    assert abs(float(facts["format"]["duration"]) - 2) < 0.1


def test_a_document_is_put_together_and_turned(room):
    do(room, cell("python", """
from PIL import Image
for number, colour in enumerate(("red", "green", "blue"), 1):
    Image.new("RGB", (300 + number, 400), colour).save(f"page{number}.pdf")
"""), cell("shell", """
qpdf --empty --pages page3.pdf page1.pdf page2.pdf -- all.pdf
qpdf all.pdf --rotate=+90:2 turned.pdf && qpdf --show-npages turned.pdf
"""), "@expect 3\nDone.")
    assert "No syntax or stream encoding errors" in tell("qpdf", "--check", "turned.pdf", room=room)
    facts = json.loads(tell("qpdf", "--json", "turned.pdf", room=room))
    assert [page["images"][0]["width"] for page in facts["pages"]] == [303, 301, 302], "their order"
    leaves = [facts["qpdf"][1][f"obj:{page['object']}"]["value"] for page in facts["pages"]]
    assert [leaf.get("/Rotate", 0) for leaf in leaves] == [0, 90, 0]


def test_a_million_rows_are_analysed_and_plotted(room):
    chunks = do(room, cell("python", """
import csv, random
random.seed(7)
with open("sales.csv", "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(("region", "day", "amount"))
    for number in range(1_000_000):
        rows.writerow(("north south east west".split()[number % 4], number % 365, round(random.gauss(100 + 10 * (number % 4), 15), 2)))
print("written")
"""), "@expect written\n" + cell("python", """
import pandas
sales = pandas.read_csv("sales.csv")
print(len(sales), sales.amount.isna().sum())
means = sales.groupby("region").amount.mean().round(1)
means
"""), "@expect 1000000 0\n" + cell("python", """
import matplotlib.pyplot as plt
fig, axes = plt.subplots(1, 2, figsize=(8, 3))
means.plot.bar(ax=axes[0])
sales.groupby("day").amount.sum().plot(ax=axes[1])
plt.show()
"""), "Plotted.")
    told = output(chunks)
    for region, mean in (("north", 100.0), ("south", 110.0), ("east", 120.0), ("west", 130.0)):
        line = next(line for line in told.splitlines() if line.startswith(region))
        assert abs(float(line.split()[1]) - mean) < 0.2, line
    images = [chunk["content"] for chunk in chunks if chunk.get("type") == "image" and chunk.get("content")]
    assert len(images) == 1, "one figure, shown once"
    width, height = struct.unpack(">II", base64.b64decode(images[0])[16:24])
    assert width > 2 * height > 200, (width, height)


main(globals())
