"""The server of the original's README, with two clients that ask at the same time; both get a whole answer."""

import json
import os
import socket
import sys
import threading
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support")]
from provider import Provider  # noqa: E402

# server.py

from fastapi import FastAPI  # noqa: E402
from fastapi.responses import StreamingResponse  # noqa: E402
from interpreter import interpreter  # noqa: E402

app = FastAPI()


@app.get("/chat")
def chat_endpoint(message: str):
    def event_stream():
        for result in interpreter.chat(message, stream=True):
            yield f"data: {result}\n\n"

    return StreamingResponse(event_stream(), media_type="text/event-stream")


@app.get("/history")
def history_endpoint():
    return interpreter.messages

# the test


def ask(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as reply:
        return reply.read().decode()


def main():
    import uvicorn

    with Provider([{"text": "One answer.", "delay": 0.5}, {"text": "Another answer."}]) as provider, socket.create_server(("127.0.0.1", 0)) as listener:
        os.environ.update(OPENAI_API_BASE=provider.base + "/v1", OPENAI_API_KEY="sk-test-0123456789")
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        serving.start()
        while not server.started:
            time.sleep(0.01)
        answers = {}

        def client(name):
            answers[name] = ask(port, "/chat?message=" + urllib.parse.quote(f"I am {name}"))

        clients = [threading.Thread(target=client, args=(name,)) for name in ("Ada", "Bob")]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join(60)
        history = json.loads(ask(port, "/history"))
        server.should_exit = True
        serving.join(20)
    texts = sorted("".join(eval(line[6:]).get("content", "") for line in answer.splitlines() if line.startswith("data: ")) for answer in answers.values())
    assert texts == ["Another answer.", "One answer."], answers
    assert all(answer.startswith("data: {'role': 'assistant', 'type': 'message', 'start': True}") for answer in answers.values()), answers
    assert [message["role"] for message in history] == ["user", "assistant"] * 2 and {message["content"] for message in history} >= {"I am Ada", "I am Bob"}, history
    print("both were answered")


main()
