"""A model server as small as can be, so that what is measured is the client: canned OpenAI streams, time stamps."""

import json
import socket
import threading
import time


def chunk(delta, finish=None):
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "bench",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return "data: " + json.dumps(body) + "\n\n"


def text_reply(pieces):
    return "".join(chunk({"content": piece}) for piece in pieces) + chunk({}, "stop") + "data: [DONE]\n\n"


def call_reply(language, code, number=1):
    call = {"index": 0, "id": f"call_{number}", "type": "function",
            "function": {"name": "execute", "arguments": ""}}
    arguments = json.dumps({"language": language, "code": code})
    return (chunk({"role": "assistant", "content": None, "tool_calls": [call]})
            + chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]})
            + chunk({}, "tool_calls") + "data: [DONE]\n\n")


class Server:
    """Answers request N with replies[N]; `asked` and `answered` are times in seconds (monotonic clock)."""

    def __init__(self, replies, pid_of=None):
        self.replies = [("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: keep-alive\r\n"
                         f"Content-Length: {len(body.encode())}\r\n\r\n" + body).encode() for body in replies]
        self.asked, self.answered, self.bodies, self.peaks = [], [], [], []
        self.pid = None
        self.connections = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.base = "http://127.0.0.1:%d/v1" % self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            connection, _ = self.socket.accept()
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        buffer = b""
        while True:
            while b"\r\n\r\n" not in buffer:
                data = connection.recv(1 << 20)
                if not data:
                    return
                if not buffer:
                    first = time.monotonic()
                buffer += data
            head, buffer = buffer.split(b"\r\n\r\n", 1)
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            while len(buffer) < length:
                buffer += connection.recv(1 << 20)
            self.bodies.append(buffer[:length])
            buffer = buffer[length:]
            self.asked.append(first)
            self._note_memory()
            reply = self.replies[min(len(self.asked), len(self.replies)) - 1]
            connection.sendall(reply)
            self.answered.append(time.monotonic())

    def _note_memory(self):
        try:
            with open(f"/proc/{self.pid}/status") as status:
                self.peaks += [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
        except OSError:
            pass

    def close(self):
        self.socket.close()
