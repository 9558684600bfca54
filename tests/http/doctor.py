"""--doctor: what it finds where all is well, and where nothing is."""

import http.server
import json
import os
import socket
import threading
import time

from provider import Provider

KEY = "sk-test-0123456789"
CERTIFICATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "provider", "self_signed.pem")


def findings(room, *arguments, **more):
    """Exit status, and {check: (state, text, remedy)}."""
    result = room.run("--doctor", "--frontend", "json", *arguments, **more)
    assert KEY not in result.out + result.err, result
    found = [json.loads(line) for line in result.out.splitlines()]
    return result.code, {entry["check"]: (entry["state"], entry["text"], entry.get("remedy", "")) for entry in found}


def test_doctor_finds_all_well_at_a_server_that_has_the_model(room):
    with Provider([], models=[{"id": "gpt-4o"}]) as provider:
        code, found = findings(room, "-m", "openai/gpt-4o", "-ab", provider.base + "/v1", env={"OPENAI_API_KEY": KEY})
        assert code == 0 and {state for state, *_ in found.values()} <= {"ok", "note"}, found
        assert found["model"][1] == "openai/gpt-4o, asked for by -m" and found["key"][1] == "in OPENAI_API_KEY", found
        assert "127.0.0.1" in found["address"][1] and found["request"][1].startswith("the list of 1 model came after"), found
        assert found["window"][1] == "128000 tokens", found
        for language, version in (("python", "3."), ("shell", "5."), ("javascript", "v")):
            assert found[language][0] == "ok" and found[language][1].startswith(version) and "first cell" in found[language][1], found
        assert provider.entries[-1]["headers"]["authorization"] == "Bearer " + KEY, "the real request has the key"


def test_doctor_names_what_is_wrong_and_the_remedy(room):
    models = [{"id": "gpt-4o"}, {"id": "gpt-4o-mini"}, {"id": "tiny"}]
    with Provider([], models=models) as provider:
        at = ("-ab", provider.base + "/v1")
        code, found = findings(room, "-m", "openai/gpt4o", *at)
        assert code == 0 and found["name"][0] == "note" and "openai/gpt-4o" in found["name"][2], found
        code, found = findings(room, "-m", "openai/gpt-4o", *at, "-ak", f"'{KEY}'")
        assert code == 1 and found["key"] == ("bad", "given by -ak has blanks or quotes in it", "set it again without them"), found
    with Provider([], models={"status": 401, "error": "Incorrect API key provided: " + KEY}) as provider:
        code, found = findings(room, "-m", "openai/gpt-4o", "-ab", provider.base + "/v1", "-ak", KEY)
        assert code == 1 and found["request"][0] == "bad" and "401" in found["request"][1] and found["address"][0] == "ok", found
    code, found = findings(room, "-m", "openai/gpt-4o", "-ab", "http://127.0.0.1:9/v1")
    assert code == 1 and found["address"][0] == "bad" and "no connection" in found["address"][1], found
    code, found = findings(room, "-m", "groq/x", env={"https_proxy": "http://me:" + KEY + "@127.0.0.1:9"})
    assert code == 1 and "GROQ_API_KEY" in found["key"][2] and "the proxy http://127.0.0.1:9" in found["address"][1], found
    code, found = findings(room)
    assert code == 1 and found["model"][0] == "bad" and "OPENAI_API_KEY" in found["model"][2], found


def test_doctor_with_local_asks_nobody_and_looks_where_the_environment_says(room):
    with Provider([], models=["llama3:8b", "qwen"]) as provider:
        env = {"OLLAMA_HOST": provider.base, "OPENAI_API_KEY": KEY}
        code, found = findings(room, "--local", env=env)
        assert code == 0 and found["model"] == ("ok", "--local lets you choose among ollama/llama3:8b, ollama/qwen", ""), found
        assert found["local"] == ("ok", "Ollama with ollama/llama3:8b", ""), found
    code, found = findings(room, "--local", env={"OLLAMA_HOST": "127.0.0.1:9"})
    assert code == 1 and found["model"][0] == "bad" and found["model"][2] == "interpreter --local says how to get one", found


def test_doctor_reads_the_stored_conversations(room):
    path = os.path.join(room.home, ".local", "share", "open-interpreter", "conversations.db")
    _, found = findings(room)
    assert found["data"][0] == "ok" and not os.path.exists(path), (found, "it makes no file")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("no database " * 100)
    code, found = findings(room)
    assert code == 1 and found["data"][0] == "bad" and path in found["data"][1] and "move the file away" in found["data"][2], found


def test_doctor_opens_what_is_played(room):
    for model in ("script:none", "replay:none.jsonl", "replay:"):
        code, found = findings(room, "-m", model)
        assert code == 1 and found["model"][0] == "bad", (model, found)


class YesterdaysPage(http.server.BaseHTTPRequestHandler):
    """A server that is no model's, on which it is another time."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Hello</html>")

    def date_time_string(self, timestamp=None):
        return "Mon, 01 Jan 2024 00:00:00 GMT"

    def log_message(self, *_):
        pass


def test_doctor_looks_at_the_clock_and_at_what_answers(room):
    with http.server.HTTPServer(("127.0.0.1", 0), YesterdaysPage) as server:
        threading.Thread(target=server.handle_request).start()
        code, found = findings(room, "-m", "openai/gpt-4o", "-ab", f"http://127.0.0.1:{server.server_port}/v1")
        assert code == 1 and found["request"][0] == "note" and "list of models" in found["request"][1], found
        assert found["clock"][0] == "bad" and "ahead of" in found["clock"][1], found


def test_doctor_looks_at_certificates(room):
    with Provider([], tls=True, models=[{"id": "gpt-4o"}]) as provider:
        at = ("-m", "openai/gpt-4o", "-ab", provider.base.replace("127.0.0.1", "localhost") + "/v1")
        code, found = findings(room, *at)
        assert code == 1 and found["tls"][0] == "bad" and "certificate" in found["tls"][1] and found["address"][0] == "ok", found
        code, found = findings(room, *at, env={"SSL_CERT_FILE": CERTIFICATE})
        assert code == 0 and "certificate of" in found["tls"][1] and "until" in found["tls"][1], found


def test_doctor_works_where_everything_is_broken(room):
    profile = room.write("../.config/open-interpreter/profiles/default.yaml", "llm: [\n")
    os.mkdir(os.path.join(room.home, "bin"))
    broken = {"HOME": "", "XDG_DATA_HOME": "/proc/nowhere", "XDG_CONFIG_HOME": os.path.join(room.home, ".config"), "PATH": os.path.join(room.home, "bin"), "TERM": ""}
    code, found = findings(room, env=broken)
    assert code == 1, found
    assert found["settings"][0] == "bad" and profile.replace("work/../", "") + ":" in found["settings"][1].replace("work/../", ""), found
    assert found["data"][0] == "bad" and "XDG_DATA_HOME" in found["data"][2], found
    assert found["shell"] == ("bad", "bash: no such program", "apt install bash") and found["javascript"][0] == "note" and found["program"][0] == "ok", found


def test_doctor_ends_in_time_at_a_server_that_says_nothing(room):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begin = time.monotonic()
        code, found = findings(room, "-m", "openai/x", "-ab", f"http://127.0.0.1:{silent.getsockname()[1]}/v1")
        assert code == 1 and found["request"][0] == "bad" and "did not answer" in found["request"][1], found
        assert time.monotonic() - begin < 10


def test_doctor_fits_its_columns(room):
    result = room.run("--doctor", "-m", "groq/x", env={"NO_COLOR": "1"})
    lines = result.out.splitlines()
    assert result.code == 1 and "\x1b" not in result.out and lines[0].startswith("ok program "), result
    assert any(line.startswith("!! key ") for line in lines) and any(line.startswith("              -> ") for line in lines), result
    assert lines[-1] == f"{sum(line.startswith('!!') for line in lines)} things need a remedy.", result
