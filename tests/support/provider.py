"""Provider: the scripted model server of tests/provider/server.py, started for one test and asked what it saw."""

import json
import os
import subprocess
import sys
import tempfile

SERVER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "provider", "server.py")


class Provider:
    def __init__(self, replies, tls=False, models=None, flags=(), **scenario):
        self.log = tempfile.NamedTemporaryFile(prefix="oi-provider-", suffix=".jsonl")
        command = ["/usr/bin/python3", "-B", SERVER, "-", "--record", self.log.name] + (["--tls"] if tls else []) + list(flags)
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        self.child.stdin.write(json.dumps({"replies": replies, "repeat": True, **scenario, **({"models": models} if models is not None else {})}) + "\n")
        self.child.stdin.flush()
        self.port = int(self.child.stdout.readline().split()[0])
        self.base = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait(10)
        self.child.stdout.close()
        self.log.close()

    @property
    def entries(self):
        with open(self.log.name, encoding="utf-8") as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    @property
    def requests(self):
        """Each POST so far: {path, headers (names in lower case), bytes, body, connection}."""
        return [entry for entry in self.entries if entry.get("method") == "POST"]

    @property
    def questions(self):
        """What was asked about the model besides: "GET /props"."""
        return [entry.get("question") or f"{entry['method']} {entry['path']}" for entry in self.entries
                if "question" in entry or entry.get("method") == "GET"]

    @property
    def connections(self):
        return len({entry["connection"] for entry in self.requests})

    def body(self, number):
        return self.requests[number]["body"]
