#!/usr/bin/python3
"""A scripted model provider for tests and benchmarks: the wire formats of several vendors on loopback.

usage: server.py [SCENARIO.json] [--port N] [--host ADDRESS] [--record FILE] [--tls] [--certificate FILE]

Prints its port as the first line and ends when its standard input does. The path of a POST says which
vendor answers: .../chat/completions OpenAI, .../openai/deployments/D/chat/completions Azure OpenAI, .../responses OpenAI's
Responses, .../messages Anthropic, ...:streamGenerateContent Gemini, .../v2/chat Cohere, .../api/chat Ollama,
.../converse-stream Bedrock, .../publishers/... Vertex AI, .../token Google's access tokens; a GET gives the list
of models of the vendor whose address it is. SCENARIO is a file, or "-" for one line of standard input, holding {"replies": [REPLY...],
"repeat": true, "models": [name or {"id", "window", ...}...] or {"status", "error"}, "told": {path: answer} or "hang", "lax": true,
"keys": [who is let in; all others get 401...], "open_list": true: the list of models is for everybody,
"google": see vertex.py}; request number N gets reply number N.
Every request is checked as the vendor would ("lax" turns that off): a wrong one gets status 400, takes no reply, and says why.

A REPLY, all keys optional:
  text                  prose; split into words, or pieces of `split` characters
  thought               what the model thinks before; in parts: {"thought": ..}
  calls                 [{"language", "code"} or {"name", "arguments": text}]; arguments in pieces of `split` (7) characters
  parts                 the same as a list, in order: [{"text": ..}, {"call": ..}, {"raw": bytes of an event's data}]
  deltas                this many pieces of five characters, rendered beforehand
  finish                the vendor's reason ("stop", "tool_calls", "length" / "end_turn", "tool_use", "max_tokens")
  usage                 [input, output]; `cached`, `cache_written`: of the input, where the vendor tells them
  status, headers, body a reply as it stands (body: text, or JSON for a vendor's error object)
  error                 the message of a vendor's error object, with `type`; alone: inside the stream
  json                  true: one JSON text, although a stream was asked for
  ping                  true: ping events / comments in between
  newline               "\\r\\n": line end of the events
  fault                 cut (the connection closes after `after` bytes of the body, or behind that text; chunked: without an end),
                        reset (RST after `after` bytes; 0: before any), stall (nothing after `after` bytes),
                        hang (no answer at all), slow (headers after `delay` seconds), drop (closes without a byte),
                        open (all is said, but the body never ends), malformed (one event is no JSON), corrupt (a wrong checksum; Bedrock),
                        no_end (closes properly without the last events), empty (status 200, no events), garbage (no HTTP)
  delay                 seconds before the answer
  gzip                  true: a compressed body
  encoding              gzip, deflate, br or zstd: the body as that; br and zstd store it, without making it smaller
  chunks                the sizes of the chunks, in turn; each has an extension, and a trailer follows
  then                  "close": the connection is closed after the whole reply, without a word about it
"""
import fnmatch
import gzip
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
from anthropic_messages import Anthropic  # noqa: E402
from azure import Azure  # noqa: E402
from bedrock import Bedrock  # noqa: E402
from cohere import Cohere  # noqa: E402
from gemini import Gemini  # noqa: E402
from ollama import Ollama  # noqa: E402
from openai_chat import OpenAI  # noqa: E402
from openai_responses import Responses  # noqa: E402
from vertex import Tokens, Vertex, VertexClaude  # noqa: E402

# Each is a class of static methods: check(headers, body), error(message, kind), events(reply, body) -> (type, data)...,
# whole(reply, body), models(models); `path` is how the address of its chat ends, `list_path` that of its list of models (* stands
# for anything, the first that fits counts), `lines` says that its stream is lines of JSON, `always_streams` that its address,
# not its body, asks for a stream, render(reply, body) -> bytes that it is no text. What is wrong with a request is a sentence, or
# (status, sentence, type); check_list(headers) looks at a GET. The headers hold the request, too: :method, :path, :raw.
FORMATS = (Azure, OpenAI, Responses, Anthropic, Vertex, VertexClaude, Gemini, Cohere, Ollama, Bedrock)


def format_of(path, which):
    """The format whose `path` or `list_path` this is; None: nobody's."""
    return next((format_ for format_ in FORMATS if fnmatch.fnmatchcase(path, "*" + getattr(format_, which))), None)


REASONS = {200: "OK", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           413: "Content Too Large",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable", 529: "Overloaded"}


def render(format_, reply, body):
    """The whole stream as bytes."""
    if hasattr(format_, "render"):
        return format_.render(reply, body)
    newline = reply.get("newline", "\n")
    out = []
    for i, (type_, data) in enumerate(format_.events(reply, body)):
        if not isinstance(data, str):
            data = json.dumps(data, separators=(",", ":"))
        if getattr(format_, "lines", False):
            out.append(data + newline + (newline if reply.get("ping") and i % 3 == 0 else ""))
            continue
        if type_:
            out.append(f"event: {type_}{newline}")
        out.append(f"data: {data}{newline}{newline}")
        if reply.get("ping") and i % 3 == 0:
            out.append(f"event: ping{newline}data: {{\"type\":\"ping\"}}{newline}{newline}" if format_ is Anthropic else f": keep-alive{newline}{newline}")
    return "".join(out).encode("utf-8", "surrogatepass")


# What a server has of which nobody said otherwise: the models of most tests, with windows, so that their programs need not ask twice.
WRONG_KEY = "Incorrect API key provided."
DEFAULT_MODELS = [{"id": name, "window": 128000} for name in ("scripted", "test", "bench", "llama3")]


def stored_brotli(body):
    """RFC 7932, section 9: one meta-block of at most 64 KiB that is not compressed, and an empty last one."""
    assert 0 < len(body) <= 1 << 16
    return (((len(body) - 1) << 4) | (1 << 20)).to_bytes(3, "little") + body + b"\x03"


def stored_zstd(body):
    """RFC 8878, section 3.1.1: a frame of raw blocks."""
    blocks = [body[i:i + 65536] for i in range(0, len(body), 65536)] or [b""]
    return b"\x28\xb5\x2f\xfd\x00\x40" + b"".join(
        ((len(block) << 3) | (i + 1 == len(blocks))).to_bytes(3, "little") + block for i, block in enumerate(blocks))


ENCODINGS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": stored_brotli, "zstd": stored_zstd}


def chunked(payload, sizes):
    """The payload in chunks of these sizes, over and over; none: one chunk."""
    if not sizes:
        return b"%x\r\n%s\r\n" % (len(payload), payload) if payload else b""
    out, at, i = [], 0, 0
    while at < len(payload):
        piece = payload[at:at + sizes[i % len(sizes)]]
        out.append(b"%04X;note=\"x\"\r\n%s\r\n" % (len(piece), piece))
        at, i = at + len(piece), i + 1
    return b"".join(out)


class Server:
    def __init__(self, scenario, record):
        self.scenario = scenario
        self.record = open(record, "a", encoding="utf-8") if record else None
        self.replies = scenario.get("replies", [])
        self.used = 0
        self.connections = 0
        self.lock = threading.Lock()
        self.rendered = {}

    def next_reply(self):
        with self.lock:
            if self.used >= len(self.replies):
                if not self.scenario.get("repeat") or not self.replies:
                    return {"status": 400, "error": "the scenario has no more replies"}
                return self.replies[-1]
            self.used += 1
            return self.replies[self.used - 1]

    def note(self, entry):
        if not self.record:
            return
        with self.lock:
            self.record.write(json.dumps(entry) + "\n")
            self.record.flush()

    def serve(self, connection, number):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pending = b""
        try:
            while True:
                while b"\r\n\r\n" not in pending:
                    got = connection.recv(65536)
                    if not got:
                        return
                    pending += got
                    if pending[:1] == b"\x16":  # TLS, to a server that does not speak it
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                        return
                head, pending = pending.split(b"\r\n\r\n", 1)
                lines = head.decode("latin-1").split("\r\n")
                method, path, _ = lines[0].split(" ", 2)
                headers = {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
                length = int(headers.get("content-length", 0))
                while len(pending) < length:
                    got = connection.recv(1 << 20)
                    if not got:
                        return
                    pending += got
                body, pending = pending[:length], pending[length:]
                if not self.answer(connection, number, method, path, headers, body):
                    return
        except (ConnectionError, OSError):
            self.note({"connection": number, "lost": True})
        finally:
            connection.close()

    def answer(self, connection, number, method, path, headers, raw):
        plain = path.split("?")[0].split("://")[-1]
        if plain.endswith("/api/show") or plain.endswith("/props") or plain.endswith("/api/v0/models"):
            self.note({"connection": number, "question": f"{method} {path}", "headers": headers})
            return self.send_told(connection, plain, raw)
        request = {**headers, ":method": method, ":path": path, ":raw": raw}
        if method == "GET":
            self.note({"connection": number, "method": method, "path": path, "headers": headers})
            if not self.scenario.get("open_list") and not self.opens(headers):
                return self.send_error(connection, format_of(path, "list_path") or OpenAI, 401, WRONG_KEY, "authentication_error")
            return self.send_models(connection, request, self.scenario.get("models", DEFAULT_MODELS))
        if plain == Tokens.path and Tokens.scenario:
            status, answer = Tokens.answer(raw)
            self.note({"connection": number, "token": status})
            return self.send(connection, status, {"Content-Type": "application/json"}, json.dumps(answer).encode())
        known = format_of(plain, "path")
        format_ = known or OpenAI
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        self.note({"connection": number, "method": method, "path": path, "headers": headers, "bytes": len(raw), "body": body})
        if not self.opens(headers):
            return self.send_error(connection, format_, 401, WRONG_KEY, "authentication_error")
        if not known:
            return self.send_error(connection, format_, 404, f"Unknown request URL: {method} {path}", "invalid_request_error")
        problem = "We could not parse the JSON body of your request." if body is None else None
        if not problem and not self.scenario.get("lax"):
            try:
                problem = format_.check(request, body)
            except (KeyError, TypeError, ValueError) as error:
                problem = f"malformed request: {error!r}"
        if problem:
            return self.send_problem(connection, format_, problem)
        return self.play(connection, format_, self.next_reply(), body)

    def opens(self, headers):
        """Whether the request has one of the keys that the scenario wants; without any, every request is let in."""
        given = headers.get("authorization", "").removeprefix("Bearer ") or headers.get("x-api-key") or headers.get("x-goog-api-key")
        return "keys" not in self.scenario or given in self.scenario["keys"]

    def send_told(self, connection, path, raw):
        """Ollama's /api/show, llama.cpp's /props and LM Studio's /api/v0/models: what `told` has under that path."""
        told = self.scenario.get("told", {})
        if told == "hang":
            return self.until_closed(connection)
        if path.endswith("/api/show") and "/api/show" not in told:
            listed = [model for model in self.scenario.get("models", DEFAULT_MODELS) if isinstance(model, dict)]
            window = next((model.get("window") for model in listed if model["id"] == json.loads(raw).get("model")), None)
            told = {"/api/show": {"details": {"family": "llama"}, "model_info": {"llama.context_length": window} if window else {}}}
        answer = next((told[key] for key in told if path.endswith(key)), None)
        if answer is None:
            return self.send(connection, 404, {"Content-Type": "application/json"}, b'{"error": "not found"}')
        return self.send(connection, 200, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    def send_problem(self, connection, format_, problem):
        status, message, kind = problem if isinstance(problem, tuple) else (400, problem, "invalid_request_error")
        return self.send_error(connection, format_, status, message, kind)

    def send_models(self, connection, request, models):
        path = request[":path"]
        format_ = format_of(path, "list_path")
        problem = format_.check_list(request) if hasattr(format_, "check_list") else None
        if problem:
            return self.send_problem(connection, format_, problem)
        if not format_:
            return self.send_error(connection, OpenAI, 404, f"Unknown request URL: GET {path}", "invalid_request_error")
        if isinstance(models, dict):
            return self.send_error(connection, format_, models["status"], models["error"], "invalid_request_error")
        listed = format_.models([model if isinstance(model, dict) else {"id": model} for model in models])
        return self.send(connection, 200, {"Content-Type": "application/json"}, json.dumps(listed).encode())

    def play(self, connection, format_, reply, body):
        fault = reply.get("fault")
        if fault == "hang":
            return self.until_closed(connection)
        if fault == "drop":
            return False
        if fault == "garbage":
            connection.sendall(b"\x15\x03\x01\x00\x02\x02\x16 this is no HTTP\n")
            return False
        if fault == "reset" and reply.get("after", 0) == 0:
            return self.reset(connection)
        time.sleep(reply.get("delay", 0))
        status = reply.get("status", 200)
        extra = reply.get("headers", {})
        if status != 200 and "error" in reply:
            return self.send_error(connection, format_, status, reply["error"], reply.get("type", "error"), extra)
        if "body" in reply:
            content = reply["body"] if isinstance(reply["body"], str) else json.dumps(reply["body"])
            return self.send(connection, status, {"Content-Type": "application/json", **extra}, content.encode())
        if fault == "empty":
            return self.send(connection, 200, {"Content-Type": "text/event-stream", **extra}, b"")
        if reply.get("json") or not (body.get("stream") or getattr(format_, "always_streams", False)):
            return self.send(connection, 200, {"Content-Type": "application/json", **extra}, json.dumps(format_.whole(reply, body)).encode())
        key = (id(reply), format_, body.get("model"), bool(body.get("stream_options")))
        if key not in self.rendered:
            self.rendered[key] = render(format_, reply, body)
        payload = self.rendered[key]
        usual = "application/x-ndjson" if getattr(format_, "lines", False) else "text/event-stream; charset=utf-8"
        headers = {"Content-Type": getattr(format_, "content_type", usual), **extra}
        encoding = "gzip" if reply.get("gzip") else reply.get("encoding")
        if encoding:
            payload = ENCODINGS[encoding](payload)
            headers["Content-Encoding"] = encoding
        return self.stream(connection, headers, payload, reply)

    def stream(self, connection, headers, payload, reply):
        fault, after = reply.get("fault"), reply.get("after")
        head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
        if isinstance(after, str):
            after = payload.index(after.encode()) + len(after)
        if after is not None:
            payload = payload[:after]
        sizes = reply.get("chunks")
        is_whole = fault not in ("cut", "reset", "stall", "open")
        end = b"0\r\nX-Trailer: yes\r\n\r\n" if sizes else b"0\r\n\r\n"
        connection.sendall(head.encode() + chunked(payload, sizes) + (end if is_whole else b""))
        if reply.get("then") == "close":
            return False
        if fault in ("stall", "open"):
            return self.until_closed(connection)
        if fault == "reset":
            return self.reset(connection)
        return is_whole

    def until_closed(self, connection):
        while connection.recv(4096):
            pass
        self.note({"closed": True, "time": time.time()})
        return False

    @staticmethod
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def send_error(self, connection, format_, status, message, kind, headers=None):
        own = format_.error_headers(kind) if hasattr(format_, "error_headers") else {}
        return self.send(connection, status, {"Content-Type": "application/json", **own, **(headers or {})}, json.dumps(format_.error(message, kind)).encode())

    @staticmethod
    def send(connection, status, headers, body):
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", f"Content-Length: {len(body)}"] + [f"{k}: {v}" for k, v in headers.items()]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return True


def main():
    arguments = sys.argv[1:]
    port, host, record, source, certificate = 0, "127.0.0.1", None, None, None
    while arguments:
        word = arguments.pop(0)
        if word == "--port":
            port = int(arguments.pop(0))
        elif word == "--record":
            record = arguments.pop(0)
        elif word == "--tls":
            certificate = certificate or os.path.join(HERE, "self_signed.pem")
        elif word == "--certificate":
            certificate = arguments.pop(0)
        elif word == "--host":
            host = arguments.pop(0)
        else:
            source = word
    scenario = {}
    if source == "-":
        scenario = json.loads(sys.stdin.readline())
    elif source:
        with open(source, encoding="utf-8") as file:
            scenario = json.load(file)
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=64)
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = Server(scenario, record)
    Tokens.scenario = scenario.get("google")
    print(listener.getsockname()[1], flush=True)

    def run(connection, number):
        try:
            server.serve(context.wrap_socket(connection, server_side=True) if context else connection, number)
        except (ssl.SSLError, OSError):
            connection.close()

    def accept():
        number = 0
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=run, args=(connection, number), daemon=True).start()
            number += 1

    threading.Thread(target=accept, daemon=True).start()
    while sys.stdin.readline():  # who started us has gone
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
