#!/usr/bin/python3
"""A model server for tests: speaks OpenAI chat completions and Anthropic Messages, plays a script, injects faults.

    server.py [--tls CERTIFICATE KEY] [--record FILE] SCENARIO     SCENARIO: a JSON file, or - for stdin

prints its port as the first line of stdout and serves until stdin ends or it is killed. In Python: `with Provider(replies) as p:`.

A scenario is a list of replies; request N gets reply N, the last one for ever after. A reply is an object:
  text, calls ([{language, code}] or [{name, arguments}]), pieces (bytes per delta, default 8), usage ({input, output})
  gzip                   the body compressed
  plain                  one JSON object instead of a stream (a server that ignores "stream")
  status, headers, body  an HTTP failure (body: text, or an object in the vendor's shape by `error`: "message")
  html                   200 with an HTML page
  malformed              an event in the middle that is no JSON
  vendor_error           an error object inside the 200 stream, after the text
  cut                    the stream ends after that many bytes of body, connection closed in good order
  reset                  the same, closed with a TCP reset
  stall                  the stream stops after that many bytes and stays open
  slow_headers           waits for the file named here to exist (or for ever) before it answers
  refuse_requests        not checked against the vendor's rules (default: a bad request gets the vendor's 400)
Which vendor's format is decided by the path of the request: .../chat/completions or .../messages.
"""

import argparse
import gzip
import json
import os
import socket
import ssl
import struct
import sys
import threading


def event(data, name=None):
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def cut_text(text, size):
    raw, pieces = text, []
    while raw:
        pieces.append(raw[:size])
        raw = raw[size:]
    return pieces


def arguments_of(call):
    if "arguments" in call:
        return call["arguments"]
    return json.dumps({"language": call["language"], "code": call["code"]})


class OpenAI:
    @staticmethod
    def chunk(delta, finish=None):
        return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "scripted",
                "system_fingerprint": "fp_1", "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    @classmethod
    def events(cls, reply, request):
        size, usage = reply.get("pieces", 8), reply.get("usage", {"input": 10, "output": 5})
        yield event(cls.chunk({"role": "assistant", "content": ""}))
        for piece in cut_text(reply.get("text", ""), size):
            yield event(cls.chunk({"content": piece}))
        for index, call in enumerate(reply.get("calls", [])):
            yield event(cls.chunk({"tool_calls": [{"index": index, "id": f"call_{index}", "type": "function",
                                                   "function": {"name": call.get("name", "execute"), "arguments": ""}}]}))
            for piece in cut_text(arguments_of(call), size):
                yield event(cls.chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
        if "malformed" in reply:
            yield b'data: {"choices": [{"delta": {"content": \n\n'
        if "vendor_error" in reply:
            yield event({"error": {"message": reply["vendor_error"], "type": "server_error", "code": None}})
            return
        yield event(cls.chunk({}, "tool_calls" if reply.get("calls") else "stop"))
        if (request.get("stream_options") or {}).get("include_usage"):
            tokens = {"prompt_tokens": usage["input"], "completion_tokens": usage["output"],
                      "total_tokens": usage["input"] + usage["output"], "prompt_tokens_details": {"cached_tokens": usage.get("cached", 0)}}
            yield event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "scripted",
                         "choices": [], "usage": tokens})
        yield event("[DONE]")

    @staticmethod
    def whole(reply):
        message = {"role": "assistant", "content": reply.get("text") or None}
        if reply.get("calls"):
            message["tool_calls"] = [{"id": f"call_{n}", "type": "function",
                                      "function": {"name": call.get("name", "execute"), "arguments": arguments_of(call)}}
                                     for n, call in enumerate(reply["calls"])]
        return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "scripted",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}

    @staticmethod
    def error(message, status):
        return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}

    FIELDS = {"model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls", "temperature",
              "max_tokens", "max_completion_tokens", "stop", "top_p", "user", "seed", "reasoning_effort", "response_format"}

    @classmethod
    def check(cls, request, headers):
        unknown = set(request) - cls.FIELDS
        if unknown:
            return f"Unrecognized request argument supplied: {sorted(unknown)[0]}"
        if not request.get("model") or not isinstance(request.get("messages"), list) or not request["messages"]:
            return "Missing required parameter: 'messages'."
        waiting = []
        for number, message in enumerate(request["messages"]):
            role = message.get("role")
            if role not in ("system", "developer", "user", "assistant", "tool"):
                return f"Invalid value: '{role}' for messages[{number}].role."
            if role == "tool":
                if message.get("tool_call_id") not in waiting:
                    return f"messages[{number}]: tool_call_id {message.get('tool_call_id')!r} answers no call that precedes it."
                waiting.remove(message["tool_call_id"])
                continue
            if waiting:
                return f"An assistant message with 'tool_calls' must be followed by tool messages; these did not have one: {waiting}"
            calls = message.get("tool_calls")
            if role == "assistant" and calls is None and not message.get("content"):
                return f"messages[{number}]: content is required without tool_calls."
            if role in ("user", "system") and not message.get("content"):
                return f"messages[{number}]: content is required."
            for call in calls or []:
                json.loads(call["function"]["arguments"])
                waiting.append(call["id"])
        if waiting:
            return f"An assistant message with 'tool_calls' must be followed by tool messages; these did not have one: {waiting}"
        return None


class Anthropic:
    @staticmethod
    def events(reply, request):
        size, usage = reply.get("pieces", 8), reply.get("usage", {"input": 10, "output": 5})
        start = {"id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": [], "stop_reason": None,
                 "stop_sequence": None, "usage": {"input_tokens": usage["input"], "cache_read_input_tokens": usage.get("cached", 0),
                                                  "cache_creation_input_tokens": 0, "output_tokens": 1}}
        yield event({"type": "message_start", "message": start}, "message_start")
        yield event({"type": "ping"}, "ping")
        index = 0
        if reply.get("text"):
            yield event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}, "content_block_start")
            for piece in cut_text(reply["text"], size):
                yield event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}},
                            "content_block_delta")
            yield event({"type": "content_block_stop", "index": 0}, "content_block_stop")
            index = 1
        for call in reply.get("calls", []):
            block = {"type": "tool_use", "id": f"toolu_{index}", "name": call.get("name", "execute"), "input": {}}
            yield event({"type": "content_block_start", "index": index, "content_block": block}, "content_block_start")
            for piece in [""] + cut_text(arguments_of(call), size):
                yield event({"type": "content_block_delta", "index": index,
                             "delta": {"type": "input_json_delta", "partial_json": piece}}, "content_block_delta")
            yield event({"type": "content_block_stop", "index": index}, "content_block_stop")
            index += 1
        if "malformed" in reply:
            yield b'event: content_block_delta\ndata: {"type": "content_block_delta", "del\n\n'
        if "vendor_error" in reply:
            yield event({"type": "error", "error": {"type": "overloaded_error", "message": reply["vendor_error"]}}, "error")
            return
        yield event({"type": "message_delta", "delta": {"stop_reason": "tool_use" if reply.get("calls") else "end_turn", "stop_sequence": None},
                     "usage": {"output_tokens": usage["output"]}}, "message_delta")
        yield event({"type": "message_stop"}, "message_stop")

    @staticmethod
    def whole(reply):
        content = [{"type": "text", "text": reply["text"]}] if reply.get("text") else []
        content += [{"type": "tool_use", "id": f"toolu_{n}", "name": call.get("name", "execute"), "input": json.loads(arguments_of(call))}
                    for n, call in enumerate(reply.get("calls", []))]
        return {"id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": content,
                "stop_reason": "end_turn", "usage": {"input_tokens": 10, "output_tokens": 5}}

    @staticmethod
    def error(message, status):
        kind = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error"}.get(
            status, "invalid_request_error" if status < 500 else "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}}

    FIELDS = {"model", "messages", "max_tokens", "system", "stream", "tools", "tool_choice", "temperature", "metadata",
              "stop_sequences", "top_p", "top_k", "thinking"}

    @classmethod
    def check(cls, request, headers):
        unknown = set(request) - cls.FIELDS
        if unknown:
            return f"{sorted(unknown)[0]}: Extra inputs are not permitted"
        if "max_tokens" not in request:
            return "max_tokens: Field required"
        if "anthropic-version" not in headers:
            return "anthropic-version: header is required"
        waiting, before = set(), None
        for number, message in enumerate(request.get("messages", [])):
            if message.get("role") not in ("user", "assistant"):
                return f"messages.{number}.role: Input should be 'user' or 'assistant'"
            if message["role"] == before:
                return f"messages: roles must alternate between \"user\" and \"assistant\", but found two {before!r} in a row"
            before = message["role"]
            content = message["content"]
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            if not blocks:
                return f"messages.{number}: all messages must have non-empty content"
            results = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
            if waiting - results:
                return f"messages.{number}: `tool_use` ids were found without `tool_result` blocks immediately after: {sorted(waiting)[0]}"
            if results - waiting:
                return f"messages.{number}: unexpected `tool_use_id` found in `tool_result` blocks: {sorted(results - waiting)[0]}"
            if any(block["type"] == "text" and not block["text"].strip() for block in blocks):
                return f"messages.{number}: text content blocks must contain non-whitespace text"
            waiting = {block["id"] for block in blocks if block["type"] == "tool_use"}
        if not request.get("messages") or request["messages"][0]["role"] != "user":
            return "messages: first message must use the \"user\" role"
        if waiting:
            return "messages: `tool_use` ids were found without `tool_result` blocks"
        return None


class Provider:
    """Serves on 127.0.0.1:port. `requests`: (path, headers in lower case, body) of each POST so far."""

    def __init__(self, replies, tls=None, record=None):
        self.replies, self.record, self.requests, self.connections = replies, record, [], 0
        self.lock = threading.Lock()
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*tls)
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.socket.getsockname()[1]
        self.base = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rb")
            while self._one_request(connection, stream):
                pass
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def _one_request(self, connection, stream):
        line = stream.readline().decode()
        if not line:
            return False
        method, path, _ = line.split(" ", 2)
        headers = {}
        while (line := stream.readline().decode().strip()):
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        if method == "GET":
            return self._answer(connection, 200, {"Content-Type": "application/json"},
                                json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "tests"}]}).encode())
        vendor = Anthropic if path.rstrip("/").endswith("/messages") else OpenAI
        with self.lock:
            number = len(self.requests)
            self.requests.append((path, headers, body))
            if self.record:
                with open(self.record, "a", encoding="utf-8") as file:
                    file.write(json.dumps({"path": path, "headers": headers, "body": json.loads(body)}) + "\n")
        reply = self.replies[min(number, len(self.replies) - 1)]
        request = json.loads(body)
        if not path.endswith(("/chat/completions", "/v1/messages")):
            return self._answer(connection, 404, {}, json.dumps(vendor.error(f"Invalid URL (POST {path})", 404)).encode())
        complaint = None if reply.get("refuse_requests") else vendor.check(request, headers)
        if complaint:
            return self._answer(connection, 400, {}, json.dumps(vendor.error(complaint, 400)).encode())
        return self._play(connection, vendor, reply, request)

    def _answer(self, connection, status, headers, body):
        head = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        connection.sendall(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body)
        return True

    def _play(self, connection, vendor, reply, request):
        if "slow_headers" in reply:
            while not os.path.exists(reply["slow_headers"]) and not self._is_gone(connection):
                threading.Event().wait(0.01)
        if "status" in reply:
            body = reply.get("body") or json.dumps(vendor.error(reply.get("error", "scripted failure"), reply["status"]))
            return self._answer(connection, reply["status"], reply.get("headers", {}), body.encode())
        if "html" in reply:
            return self._answer(connection, 200, {"Content-Type": "text/html"}, reply["html"].encode())
        if reply.get("plain") or not request.get("stream"):
            return self._answer(connection, 200, {}, json.dumps(vendor.whole(reply)).encode())
        body = b"".join(vendor.events(reply, request))
        headers = "Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
        if reply.get("gzip"):
            body = gzip.compress(body)
            headers += "Content-Encoding: gzip\r\n"
        limit = next((reply[fault] for fault in ("cut", "reset", "stall") if fault in reply), None)
        if limit is None:
            connection.sendall(f"HTTP/1.1 200 OK\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            return True
        # Chunked and never finished, so that the client can tell that the stream was cut.
        part = body[:limit]
        connection.sendall(f"HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode())
        if part:
            connection.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        if "stall" in reply:
            while not self._is_gone(connection):
                threading.Event().wait(0.01)
        if "reset" in reply:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    @staticmethod
    def _is_gone(connection):
        connection.setblocking(False)
        try:
            return connection.recv(1, socket.MSG_PEEK) == b""
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            connection.setblocking(True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--record")
    parser.add_argument("scenario")
    options = parser.parse_args()
    if options.scenario == "-":
        replies = json.loads(sys.stdin.readline())
    else:
        with open(options.scenario, encoding="utf-8") as file:
            replies = json.load(file)
    server = Provider(replies, options.tls, options.record)
    print(server.port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
