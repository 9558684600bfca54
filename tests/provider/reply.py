"""What a REPLY of server.py holds, cut into the pieces that a vendor would send."""
import hashlib
import json


def chunks(text, size):
    return [text[i:i + size] for i in range(0, len(text), size)] or [""]


def words(text):
    out, word = [], ""
    for c in text:
        word += c
        if c in " \n":
            out.append(word)
            word = ""
    return out + ([word] if word else [])


def seal(text):
    """What a vendor makes of a thought so that it can tell its own again."""
    return "sealed-" + hashlib.sha256(text.encode()).hexdigest()


def parts_of(reply):
    if "parts" in reply:
        return reply["parts"]
    parts = [{"thought": reply["thought"]}] if "thought" in reply else []
    if "deltas" in reply:
        parts.append({"deltas": reply["deltas"]})
    if "text" in reply:
        parts.append({"text": reply["text"]})
    return parts + [{"call": call} for call in reply.get("calls", [])]


def call_of(call):
    name = call.get("name", "execute")
    arguments = call.get("arguments")
    if arguments is None:
        arguments = json.dumps({"language": call["language"], "code": call["code"]})
    return name, arguments if isinstance(arguments, str) else json.dumps(arguments)


def text_pieces(part, reply):
    if "thought" in part:
        part = {"text": part["thought"]}
    if "deltas" in part:
        return ["%04d " % (i % 10000) for i in range(part["deltas"])]
    return chunks(part["text"], reply["split"]) if "split" in reply else words(part["text"])
