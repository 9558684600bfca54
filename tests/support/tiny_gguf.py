#!/usr/bin/python3
"""Writes a GGUF file with random weights and a tokenizer of bytes: a model that says nonsense, for tests and benchmarks.

    tests/support/tiny_gguf.py FILE [--layers N] [--width N] [--context N] [--template TEXT]

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""
import argparse
import random
import struct

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
F32, F16 = 0, 1  # types of tensors
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6  # types of tokens
ALIGNMENT = 32

# ChatML with the calls of the Hermes and Qwen families.
TEMPLATE = """{%- if tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content }}

{% endif %}Tools: {% for tool in tools %}{{ tool | tojson }}
{% endfor %}Call one so: <tool_call>
{"name": NAME, "arguments": ARGUMENTS}
</tool_call><|im_end|>
{% elif messages[0].role == 'system' %}<|im_start|>system
{{ messages[0].content }}<|im_end|>
{% endif %}{%- for message in messages %}{%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% elif message.role == 'assistant' %}<|im_start|>assistant
{% if message.content %}{{ message.content }}{% endif %}{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% elif message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% endif %}{% endfor %}{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
PLAIN_TEMPLATE = """{% for message in messages %}[{{ message.role }}] {{ message.content }}
{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}"""


def text(value):
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def pair(key, kind, value):
    packed = {UINT32: lambda: struct.pack("<I", value), FLOAT32: lambda: struct.pack("<f", value),
              BOOL: lambda: struct.pack("<?", value), STRING: lambda: text(value)}[kind]()
    return text(key) + struct.pack("<I", kind) + packed


def array(key, kind, values):
    pack = text if kind == STRING else lambda value: struct.pack("<f" if kind == FLOAT32 else "<i", value)
    return text(key) + struct.pack("<IIQ", ARRAY, kind, len(values)) + b"".join(map(pack, values))


def vocabulary():
    tokens = [("<unk>", UNKNOWN, 0.0), ("<s>", CONTROL, 0.0), ("</s>", CONTROL, 0.0)]
    tokens += [(f"<0x{byte:02X}>", BYTE, 0.0) for byte in range(256)]
    tokens += [("<|im_start|>", CONTROL, 0.0), ("<|im_end|>", CONTROL, 0.0), ("<tool_call>", USER_DEFINED, 0.0), ("</tool_call>", USER_DEFINED, 0.0)]
    # A few merges: single characters, then pairs of them.
    letters = "\u2581abcdefghijklmnopqrstuvwxyz0123456789{}\":,.\n"
    tokens += [(letter, NORMAL, -100.0) for letter in letters]
    tokens += [(word, NORMAL, -float(rank)) for rank, word in enumerate(("th", "he", "in", "er", "an", "\u2581t", "\u2581a", "\u2581the"), 1)]
    return tokens


def half_floats(source, count):
    """Random numbers between 1/32 and 1/16, of both signs, as bytes of half precision: the exponent is fixed, the rest random."""
    block = min(count, 1 << 16)
    bits = int.from_bytes(source.randbytes(2 * block), "little")
    mask = int.from_bytes(struct.pack("<H", 0x83FF) * block, "little")
    exponent = int.from_bytes(struct.pack("<H", 10 << 10) * block, "little")
    raw = ((bits & mask) | exponent).to_bytes(2 * block, "little")
    return (raw * (count // block + 1))[:2 * count]


def tensors(source, words, width, layers, heads):
    """(name, dimensions, type, bytes): the innermost dimension first."""
    def matrix(name, *shape):
        count = 1
        for size in shape:
            count *= size
        return name, shape, F16, half_floats(source, count)

    def ones(name):
        return name, (width,), F32, struct.pack("<f", 1.0) * width

    inner = 2 * width
    kv = width // heads * max(heads // 2, 1)
    yield matrix("token_embd.weight", width, words)
    for layer in range(layers):
        block = f"blk.{layer}."
        yield ones(block + "attn_norm.weight")
        yield matrix(block + "attn_q.weight", width, width)
        yield matrix(block + "attn_k.weight", width, kv)
        yield matrix(block + "attn_v.weight", width, kv)
        yield matrix(block + "attn_output.weight", width, width)
        yield ones(block + "ffn_norm.weight")
        yield matrix(block + "ffn_gate.weight", width, inner)
        yield matrix(block + "ffn_up.weight", width, inner)
        yield matrix(block + "ffn_down.weight", inner, width)
    yield ones("output_norm.weight")
    yield matrix("output.weight", width, words)


def habit_tensors(words, habits):
    """A model that only looks at the last token: `habits` maps a text to {next text: how much it likes that}; "" is any text."""
    width = (len(words) + 31) // 32 * 32
    spelled = {}
    for number, (word, kind, _) in enumerate(words):
        shown = chr(int(word[3:5], 16)) if kind == BYTE else word.replace("\u2581", " ")
        spelled.setdefault(shown, []).append(number)
    liked = [[0.0] * width for _ in words]
    for text_before, nexts in sorted(habits.items()):
        for before in range(len(words)) if text_before == "" else spelled[text_before]:
            for text_after, liking in nexts.items():
                for after in spelled[text_after]:
                    liked[after][before] = liking
    for name, shape, kind, raw in tensors(random.Random(1), len(words), width, 1, 4):
        if name == "token_embd.weight":
            raw = b"".join(struct.pack(f"<{width}e", *(float(column == row) for column in range(width))) for row in range(len(words)))
        elif name == "output.weight":
            raw = b"".join(struct.pack(f"<{width}e", *row) for row in liked)
        elif kind == F16:
            raw = bytes(len(raw))
        yield name, shape, kind, raw


def write(path, layers=2, width=64, context=8192, template=TEMPLATE, seed=1, habits=None):
    heads = 4
    words = vocabulary()
    if habits:
        everything = list(habit_tensors(words, habits))
        layers, width = 1, everything[0][1][0]
    else:
        everything = list(tensors(random.Random(seed), len(words), width, layers, heads))
    pairs = [
        pair("general.architecture", STRING, "llama"), pair("general.name", STRING, "tiny"),
        pair("llama.context_length", UINT32, context), pair("llama.embedding_length", UINT32, width),
        pair("llama.block_count", UINT32, layers), pair("llama.feed_forward_length", UINT32, 2 * width),
        pair("llama.attention.head_count", UINT32, heads), pair("llama.attention.head_count_kv", UINT32, max(heads // 2, 1)),
        pair("llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-5), pair("llama.rope.dimension_count", UINT32, width // heads),
        pair("tokenizer.ggml.model", STRING, "llama"), pair("tokenizer.ggml.add_space_prefix", BOOL, False),
        array("tokenizer.ggml.tokens", STRING, [word for word, _, _ in words]),
        array("tokenizer.ggml.scores", FLOAT32, [score for _, _, score in words]),
        array("tokenizer.ggml.token_type", INT32, [kind for _, kind, _ in words]),
        pair("tokenizer.ggml.bos_token_id", UINT32, 1), pair("tokenizer.ggml.eos_token_id", UINT32, 260),
        pair("tokenizer.ggml.add_bos_token", BOOL, False), pair("tokenizer.chat_template", STRING, template),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(everything), len(pairs)) + b"".join(pairs)
    offset, body = 0, []
    for name, shape, kind, raw in everything:
        head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
        raw += b"\0" * (-len(raw) % ALIGNMENT)
        body.append(raw)
        offset += len(raw)
    with open(path, "wb") as file:
        file.write(head + b"\0" * (-len(head) % ALIGNMENT))
        for raw in body:
            file.write(raw)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--context", type=int, default=8192)
    parser.add_argument("--template", default=TEMPLATE)
    options = parser.parse_args()
    write(options.file, options.layers, options.width, options.context, options.template)
