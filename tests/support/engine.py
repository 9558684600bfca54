"""Engine: interpreter-engine started by itself, asked over its Unix socket; and llama.cpp's own server."""

import json
import os
import socket
import subprocess
import time

from harness import PROJECT



def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


BUILT = os.path.join(PROJECT, "build", "engine", "build", "bin")
ENGINE = os.path.join(BUILT, "interpreter-engine")
SERVER = os.path.join(BUILT, "llama-server")


class Engine:
    def __init__(self, model, folder, context=0, threads=1):
        self.path = os.path.join(folder, "engine.socket")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path)
        listener.listen(8)
        self.child = subprocess.Popen([ENGINE, model, str(listener.fileno()), str(context), str(threads)], pass_fds=[listener.fileno()])
        listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()

    def send(self, method, path, body=None):
        """A connection on which that request was sent."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(self.path)
        raw = json.dumps(body).encode() if body is not None else b""
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw)
        return connection

    def get(self, path):
        """(seconds, JSON)"""
        start = time.monotonic()
        with self.send("GET", path) as connection:
            answer = b""
            while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
                answer += connection.recv(65536)
        return time.monotonic() - start, json.loads(answer.split(b"\r\n\r\n", 1)[1])

    def chat(self, messages, **more):
        """Every event of the answer."""
        with self.send("POST", "/v1/chat/completions", {"messages": messages, "stream": True, **more}) as connection:
            answer = b""
            while not answer.endswith(b"\r\n0\r\n\r\n"):
                got = connection.recv(65536)
                assert got, answer
                answer += got
        return events(answer)


def events(answer):
    found = []
    for line in answer.decode(errors="replace").split("\n"):
        if line.startswith("data: ") and line != "data: [DONE]":
            found.append(json.loads(line[6:]))
    return found


def text_of(answer):
    return "".join(choice["delta"].get("content", "") for event in answer for choice in event.get("choices", []))


def call_of(answer):
    """(name, arguments) of the first call."""
    name, arguments = "", ""
    for event in answer:
        for choice in event.get("choices", []):
            for call in choice["delta"].get("tool_calls", []):
                name += call["function"].get("name", "")
                arguments += call["function"].get("arguments", "")
    return name, arguments


def last(answer, key):
    return next(event[key] for event in reversed(answer) if key in event)


class LlamaServer:
    def __init__(self, model):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.child = subprocess.Popen([SERVER, "-m", model, "--host", "127.0.0.1", "--port", str(self.port), "-t", "1", "-c", "8192", "-np", "1"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()

    def is_ready(self):
        assert self.child.poll() is None, "llama-server has ended"
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return connection.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False
