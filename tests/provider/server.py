#!/usr/bin/python3
"""A scripted model provider for tests and benchmarks: OpenAI chat completions and Anthropic Messages on loopback.

usage: server.py [SCENARIO.json] [--port N] [--record FILE] [--tls]

Prints its port as the first line and ends when its standard input does. POST .../chat/completions is answered as OpenAI
does, POST .../openai/deployments/D/chat/completions as Azure OpenAI does, POST .../responses as OpenAI's Responses, POST .../messages
as Anthropic does, GET .../models with a list. SCENARIO is a file, or "-" for one line of standard
input, holding {"replies": [REPLY...], "repeat": true, "models": [...] or {"status", "error"}, "lax": true}; request number N gets reply number N.
Every request is checked as the vendor would ("lax" turns that off): a wrong one gets status 400, takes no reply, and says why.

A REPLY, all keys optional:
  text                  prose; split into words, or pieces of `split` characters
  calls                 [{"language", "code"} or {"name", "arguments": text}]; arguments in pieces of `split` (7) characters
  parts                 the same as a list, in order: [{"text": ..}, {"call": ..}, {"raw": bytes of an event's data}]
  deltas                this many pieces of five characters, rendered beforehand
  finish                the vendor's reason ("stop", "tool_calls", "length" / "end_turn", "tool_use", "max_tokens")
  usage                 [input, output]
  status, headers, body a reply as it stands (body: text, or JSON for a vendor's error object)
  error                 the message of a vendor's error object, with `type`; alone: inside the stream
  json                  true: one JSON text, although a stream was asked for
  ping                  true: ping events / comments in between
  newline               "\\r\\n": line end of the events
  fault                 cut (the connection closes after `after` bytes of the body, or behind that text; chunked: without an end),
                        reset (RST after `after` bytes; 0: before any), stall (nothing after `after` bytes),
                        hang (no answer at all), slow (headers after `delay` seconds), drop (closes without a byte),
                        open (all is said, but the body never ends), malformed (one event is no JSON),
                        no_end (closes properly without the last events), empty (status 200, no events), garbage (no HTTP)
  delay                 seconds before the answer
  gzip                  true: a compressed body
"""
import gzip
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import azure  # noqa: E402
import openai_responses  # noqa: E402


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


def parts_of(reply):
    if "parts" in reply:
        return reply["parts"]
    parts = []
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
    if "deltas" in part:
        return ["%04d " % (i % 10000) for i in range(part["deltas"])]
    return chunks(part["text"], reply["split"]) if "split" in reply else words(part["text"])


class OpenAI:
    """https://platform.openai.com/docs/api-reference/chat-streaming"""

    known = {"model", "messages", "tools", "tool_choice", "stream", "stream_options", "max_tokens", "max_completion_tokens",
             "temperature", "top_p", "stop", "n", "user", "parallel_tool_calls"}

    @staticmethod
    def check(headers, body):
        for key in body:
            if key not in OpenAI.known:
                return f"Unrecognized request argument supplied: {key}"
        if not isinstance(body.get("model"), str) or not body["model"]:
            return "you must provide a model parameter"
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            return "[] is too short - 'messages'"
        waiting = []
        for i, message in enumerate(messages):
            role = message.get("role")
            content = message.get("content")
            if role not in ("system", "user", "assistant", "tool", "developer"):
                return f"Invalid value for messages[{i}].role: {role}"
            if role == "tool":
                if message.get("tool_call_id") not in waiting:
                    return "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                waiting.remove(message["tool_call_id"])
                if not isinstance(content, str):
                    return f"Invalid type for messages[{i}].content"
                continue
            if waiting:
                return ("An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                        f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}")
            calls = message.get("tool_calls")
            if calls is not None:
                if role != "assistant" or not calls:
                    return f"messages[{i}].tool_calls is not allowed here"
                for call in calls:
                    if call.get("type") != "function" or not isinstance(call["function"].get("arguments"), str):
                        return f"Invalid messages[{i}].tool_calls"
                    json.loads(call["function"]["arguments"])
                    waiting.append(call["id"])
            if content is None and not calls or content == "":
                return f"Invalid value for 'content' of messages[{i}]: expected a string, got null or empty."
            if isinstance(content, list):
                for part in content:
                    if part.get("type") not in ("text", "image_url") or not part.get(part["type"]):
                        return f"Invalid part in messages[{i}]"
        if waiting:
            return "tool calls without responses: " + ", ".join(waiting)
        for tool in body.get("tools", []):
            if tool.get("type") != "function" or "name" not in tool.get("function", {}):
                return "Invalid tools"
        if "stream_options" in body and not body.get("stream"):
            return "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        model = body["model"]
        if model.startswith(("o1", "o3", "o4", "gpt-5")):
            if "max_tokens" in body:
                return "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            if "temperature" in body:
                return "Unsupported value: 'temperature' does not support that value with this model."
        return None

    @staticmethod
    def error(message, kind):
        return {"error": {"message": message, "type": kind, "param": None, "code": kind}}

    @staticmethod
    def frame(model, delta, finish=None):
        return {"id": "chatcmpl-9wHcIJLwOWmS1cPmQkbjJeQ7vTHY3", "object": "chat.completion.chunk", "created": 1721075651,
                "model": model, "service_tier": "default", "system_fingerprint": "fp_5bd87c427a",
                "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    @staticmethod
    def events(reply, body):
        model = body["model"]
        frame = lambda delta, finish=None: (None, OpenAI.frame(model, delta, finish))
        yield frame({"role": "assistant", "content": "", "refusal": None})
        number = 0
        for part in parts_of(reply):
            if "raw" in part:
                yield (None, part["raw"])
            elif "call" in part:
                name, arguments = call_of(part["call"])
                index = part["call"].get("index", number)
                yield frame({"tool_calls": [{"index": index, "id": part["call"].get("id", "call_%d" % (number + 7)), "type": "function",
                                             "function": {"name": name, "arguments": ""}}]})
                for piece in chunks(arguments, reply.get("split", 7)):
                    yield frame({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
                number += 1
            else:
                for piece in text_pieces(part, reply):
                    yield frame({"content": piece})
        if reply.get("fault") == "malformed":
            yield (None, '{"id": "chatcmpl-1", "choices": [{"delta": {"content": ')
        if "error" in reply:
            yield (None, OpenAI.error(reply["error"], reply.get("type", "server_error")))
            return
        if reply.get("fault") == "no_end":
            return
        yield frame({}, reply.get("finish", "tool_calls" if number else "stop"))
        if body.get("stream_options", {}).get("include_usage"):
            final = OpenAI.frame(model, {})
            final["choices"] = []
            used = reply.get("usage", [12, 34])
            final["usage"] = {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used),
                              "prompt_tokens_details": {"cached_tokens": reply.get("cached", 0)}}
            yield (None, final)
        yield (None, "[DONE]")

    @staticmethod
    def whole(reply, body):
        message = {"role": "assistant", "content": None, "refusal": None}
        calls = []
        for part in parts_of(reply):
            if "call" in part:
                name, arguments = call_of(part["call"])
                calls.append({"id": "call_%d" % len(calls), "type": "function", "function": {"name": name, "arguments": arguments}})
            else:
                message["content"] = (message["content"] or "") + "".join(text_pieces(part, reply))
        if calls:
            message["tool_calls"] = calls
        return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
                "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if calls else "stop"}],
                "usage": {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46}}


class Anthropic:
    """https://docs.anthropic.com/en/docs/build-with-claude/streaming"""

    known = {"model", "messages", "system", "max_tokens", "tools", "tool_choice", "stream", "temperature", "top_p", "top_k",
             "stop_sequences", "metadata"}

    @staticmethod
    def check(headers, body):
        if not headers.get("anthropic-version"):
            return "anthropic-version: header is required"
        for key in body:
            if key not in Anthropic.known:
                return f"{key}: Extra inputs are not permitted"
        for key in ("model", "messages", "max_tokens"):
            if not body.get(key):
                return f"{key}: Field required"
        if not 0 <= body.get("temperature", 0) <= 1:
            return "temperature: range: 0..1"
        messages = body["messages"]
        if messages[0]["role"] != "user":
            return "messages: first message must use the \"user\" role"
        if messages[-1]["role"] != "user":
            return "This model does not support assistant message prefill. The conversation must end with a user message."
        waiting = []
        for i, message in enumerate(messages):
            if i and messages[i - 1]["role"] == message["role"]:
                return "messages: roles must alternate between \"user\" and \"assistant\""
            if message["role"] not in ("user", "assistant"):
                return f"messages.{i}.role: Input should be 'user' or 'assistant'"
            content = message["content"]
            if isinstance(content, str):
                content = [{"type": "text", "text": content}]
            if not content:
                return f"messages.{i}: all messages must have non-empty content"
            seen = []
            for j, block in enumerate(content):
                kind = block["type"]
                if kind == "text" and not block["text"].strip():
                    return "messages: text content blocks must contain non-whitespace text"
                if kind == "tool_use":
                    if message["role"] != "assistant" or not isinstance(block["input"], dict):
                        return f"messages.{i}.content.{j}: unexpected tool_use"
                    seen.append(block["id"])
                if kind == "tool_result":
                    if block["tool_use_id"] not in waiting:
                        return f"messages.{i}.content.{j}: unexpected `tool_use_id` found in `tool_result` blocks: {block['tool_use_id']}"
                    if any(b["type"] != "tool_result" for b in content[:j]):
                        return f"messages.{i}.content.{j}: tool_result blocks must come first"
                    waiting.remove(block["tool_use_id"])
                if kind == "image" and (message["role"] != "user" or block["source"]["type"] != "base64"):
                    return f"messages.{i}.content.{j}: unexpected image"
            if waiting:
                return ("messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s"
                        % (i - 1, ", ".join(waiting)))
            waiting = seen
        if waiting:
            return "`tool_use` ids were found without `tool_result` blocks: " + ", ".join(waiting)
        for tool in body.get("tools", []):
            if set(tool) - {"name", "description", "input_schema", "cache_control"} or tool["input_schema"]["type"] != "object":
                return "tools.0: Extra inputs are not permitted"
        return None

    @staticmethod
    def error(message, kind):
        return {"type": "error", "error": {"type": kind, "message": message}}

    @staticmethod
    def events(reply, body):
        def event(type_, **fields):
            return (type_, {"type": type_, **fields})

        used = reply.get("usage", [12, 34])
        yield event("message_start", message={
            "id": "msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY", "type": "message", "role": "assistant", "content": [], "model": body["model"],
            "stop_reason": None, "stop_sequence": None,
            "usage": {"input_tokens": used[0], "cache_creation_input_tokens": 0, "cache_read_input_tokens": reply.get("cached", 0), "output_tokens": 1}})
        yield event("ping")
        index, has_calls = -1, False
        for part in parts_of(reply):
            if "raw" in part:
                yield ("content_block_delta", part["raw"])
                continue
            index += 1
            if "call" in part:
                has_calls = True
                name, arguments = call_of(part["call"])
                yield event("content_block_start", index=index, content_block={"type": "tool_use", "id": f"toolu_0{index}T1x1fJ34", "name": name, "input": {}})
                yield event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": ""})
                for piece in chunks(arguments, reply.get("split", 7)):
                    yield event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": piece})
            else:
                yield event("content_block_start", index=index, content_block={"type": "text", "text": ""})
                for piece in text_pieces(part, reply):
                    yield event("content_block_delta", index=index, delta={"type": "text_delta", "text": piece})
            yield event("content_block_stop", index=index)
        if reply.get("fault") == "malformed":
            yield ("content_block_delta", '{"type": "content_block_delta", "delta": {"text": ')
        if "error" in reply:
            yield ("error", Anthropic.error(reply["error"], reply.get("type", "api_error")))
            return
        if reply.get("fault") == "no_end":
            return
        yield event("message_delta", delta={"stop_reason": reply.get("finish", "tool_use" if has_calls else "end_turn"), "stop_sequence": None},
                    usage={"output_tokens": used[1]})
        yield event("message_stop")

    @staticmethod
    def whole(reply, body):
        content = []
        for part in parts_of(reply):
            if "call" in part:
                name, arguments = call_of(part["call"])
                content.append({"type": "tool_use", "id": "toolu_%d" % len(content), "name": name, "input": json.loads(arguments)})
            else:
                content.append({"type": "text", "text": "".join(text_pieces(part, reply))})
        return {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": content,
                "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 12, "output_tokens": 34}}


Azure = azure.of(sys.modules[__name__])
Responses = openai_responses.of(sys.modules[__name__])


def format_of(path):
    """The vendor that answers this path; None: nobody does."""
    if "/openai/deployments/" in path and path.endswith("/chat/completions"):
        return Azure
    for ending, format_ in (("/messages", Anthropic), ("/chat/completions", OpenAI), ("/responses", Responses)):
        if path.endswith(ending):
            return format_
    return None


REASONS = {200: "OK", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable", 529: "Overloaded"}


def render(format_, reply, body):
    """The whole stream as bytes."""
    newline = reply.get("newline", "\n")
    out = []
    for i, (type_, data) in enumerate(format_.events(reply, body)):
        if not isinstance(data, str):
            data = json.dumps(data, separators=(",", ":"))
        if type_:
            out.append(f"event: {type_}{newline}")
        out.append(f"data: {data}{newline}{newline}")
        if reply.get("ping") and i % 3 == 0:
            out.append(f"event: ping{newline}data: {{\"type\":\"ping\"}}{newline}{newline}" if format_ is Anthropic else f": keep-alive{newline}{newline}")
    return "".join(out).encode("utf-8", "surrogatepass")


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
        if method == "GET":
            self.note({"connection": number, "method": method, "path": path, "headers": headers})
            models = self.scenario.get("models", ["scripted"])
            if isinstance(models, dict):
                return self.send_error(connection, OpenAI, models["status"], models["error"], "invalid_request_error")
            data = [model if isinstance(model, dict) else {"id": model, "object": "model", "owned_by": "test"} for model in models]
            return self.send(connection, 200, {"Content-Type": "application/json"}, json.dumps({"object": "list", "data": data}).encode())
        format_ = format_of(plain)
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        self.note({"connection": number, "method": method, "path": path, "headers": headers, "bytes": len(raw), "body": body})
        if not format_:
            return self.send_error(connection, OpenAI, 404, f"Unknown request URL: {method} {path}", "invalid_request_error")
        problem = "We could not parse the JSON body of your request." if body is None else None
        if not problem and not self.scenario.get("lax"):
            try:
                problem = format_.check({**headers, ":path": path}, body)
            except (KeyError, TypeError, ValueError) as error:
                problem = f"malformed request: {error!r}"
        if problem:
            return self.send_error(connection, format_, 400, problem, "invalid_request_error")
        return self.play(connection, format_, self.next_reply(), body)

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
        if reply.get("json") or not body.get("stream"):
            return self.send(connection, 200, {"Content-Type": "application/json", **extra}, json.dumps(format_.whole(reply, body)).encode())
        key = (id(reply), format_, body["model"], bool(body.get("stream_options")))
        if key not in self.rendered:
            self.rendered[key] = render(format_, reply, body)
        payload = self.rendered[key]
        headers = {"Content-Type": "text/event-stream; charset=utf-8", **extra}
        if reply.get("gzip"):
            payload = gzip.compress(payload)
            headers["Content-Encoding"] = "gzip"
        return self.stream(connection, headers, payload, reply)

    def stream(self, connection, headers, payload, reply):
        fault, after = reply.get("fault"), reply.get("after")
        head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
        if isinstance(after, str):
            after = payload.index(after.encode()) + len(after)
        if after is not None:
            payload = payload[:after]
        framed = b"%x\r\n%s\r\n" % (len(payload), payload) if payload else b""
        is_whole = fault not in ("cut", "reset", "stall", "open")
        connection.sendall(head.encode() + framed + (b"0\r\n\r\n" if is_whole else b""))
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
        return self.send(connection, status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(format_.error(message, kind)).encode())

    @staticmethod
    def send(connection, status, headers, body):
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", f"Content-Length: {len(body)}"] + [f"{k}: {v}" for k, v in headers.items()]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return True


def main():
    arguments = sys.argv[1:]
    port, record, is_tls, source = 0, None, False, None
    while arguments:
        word = arguments.pop(0)
        if word == "--port":
            port = int(arguments.pop(0))
        elif word == "--record":
            record = arguments.pop(0)
        elif word == "--tls":
            is_tls = True
        else:
            source = word
    scenario = {}
    if source == "-":
        scenario = json.loads(sys.stdin.readline())
    elif source:
        with open(source, encoding="utf-8") as file:
            scenario = json.load(file)
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    context = None
    if is_tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(HERE, "self_signed.pem"))
    server = Server(scenario, record)
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
