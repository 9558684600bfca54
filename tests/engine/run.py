#!/usr/bin/python3
"""Models of this machine: --local and model files; in the group full also the engine itself and llama.cpp's server, both with a model
of random weights that is made here (OI_TEST_GROUP=full, ./dev engine server)."""

import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import tiny_gguf  # noqa: E402
from engine import ENGINE, Engine, LlamaServer, call_of, last, text_of  # noqa: E402
from harness import descendants, is_alive, main, until  # noqa: E402
from provider import Provider  # noqa: E402

NOBODY = "http://127.0.0.1:1/v1"
KINDS = ("OLLAMA", "LM_STUDIO", "LLAMACPP", "VLLM", "JAN", "KOBOLDCPP", "TEXT_GENERATION_WEBUI")
EXECUTE = {"type": "function", "function": {"name": "execute", "description": "runs code", "parameters": {
    "type": "object", "properties": {"language": {"type": "string", "enum": ["python", "shell"]}, "code": {"type": "string"}},
    "required": ["language", "code"]}}}


def places(**known):
    """The environment in which only these servers are looked for."""
    return {f"{kind}_API_BASE": known.get(kind, NOBODY) for kind in KINDS}


def models_folder(room, *names):
    folder = os.path.join(room.home, ".local/share/open-interpreter/models")
    os.makedirs(folder, exist_ok=True)
    for name in names:
        tiny_gguf.write(os.path.join(folder, name))
    return folder


def has_line(text, *words):
    return any(all(word in line for word in words) for line in text.splitlines())


def test_local_with_nothing_says_how_to_get_each(room):
    result = room.run("--local", "hi", env=places())
    assert result.code == 1, result
    for word in (".gguf", "Ollama", "ollama pull", "LM Studio", "llamafile", "Jan", "llama-server", "vllm serve", "open-interpreter/models"):
        assert word in result.err, (word, result)
    for arguments in (("--local",), ()):
        lines = room.run(*arguments, "hi", env=places()).err.replace(room.home, "").splitlines()
        assert max(map(len, lines)) < 80, (max(lines, key=len), "a terminal has 80 columns")


def test_local_lists_servers_and_files_and_how_to_choose(room):
    models_folder(room, "small-q4.gguf")
    with Provider([], models=["llama3:8b", "nomic-embed-text"]) as ollama, Provider([], models=["qwen"]) as studio:
        env = {**places(LM_STUDIO=studio.base + "/v1"), "OLLAMA_API_BASE": "", "OLLAMA_HOST": f"0.0.0.0:{ollama.port}"}
        result = room.run("--local", "hi", env=env)
        assert result.code == 1, result
        assert has_line(result.err, "--model ollama/llama3:8b", "Ollama"), result
        assert has_line(result.err, "--model lm_studio/qwen", "LM Studio"), result
        assert has_line(result.err, "--model small-q4.gguf", "file"), result
        assert "embed" not in result.err, result
        listed = room.run("--models=QWEN", "--local", env=env)
        assert (listed.code, listed.out) == (0, "lm_studio/qwen  LM Studio\n"), listed
        columns = {line.find(place) for line in room.run("--models", "--local", env=env).out.splitlines() for place in ("Ollama", "LM Studio", "file,") if place in line}
        assert len(columns) == 1, columns
        found = room.run("--models", env=env)
        assert found.code == 0 and "ollama/llama3:8b" in found.out, "an ordinary start looks there, too"


def test_local_takes_the_only_model_with_the_classic_limits(room):
    with Provider([{"text": "here I am"}], models=["one"]) as provider:
        result = room.run("--local", "hi", env={**places(VLLM=provider.base + "/v1"), "OPENAI_API_KEY": "sk-not-to-be-used"})
        assert (result.code, result.out.strip()) == (0, "here I am"), result
        request = provider.requests[0]
        assert request["body"]["model"] == "one" and request["body"]["max_tokens"] == 1000, request
        assert "authorization" not in request["headers"], request
    with Provider([{"text": "here I am"}], models=[{"id": "one", "window": 16384}]) as provider:
        assert room.run("--local", "hi", env=places(VLLM=provider.base + "/v1")).code == 0
        assert "max_tokens" not in provider.body(0), "the server says its window: its own limits apply"
    told = {"/api/v0/models": {"data": [{"id": "one", "loaded_context_length": 8192}]}}
    with Provider([{"text": "here I am"}], models=["one"], told=told) as provider:
        assert room.run("--local", "hi", env=places(LM_STUDIO=provider.base + "/v1")).code == 0
        assert "max_tokens" not in provider.body(0), "it says it elsewhere"


def test_local_asks_in_a_terminal(room):
    models_folder(room, "file.gguf")
    with Provider([{"text": "the second one speaks"}], models=["first", "second"]) as provider:
        master, slave = pty.openpty()
        child = subprocess.Popen([room.program, "--local", "--plain", "hi"], cwd=room.folder, stdin=slave, stdout=slave, stderr=slave,
                                 env={**room.environment, **places(JAN=provider.base + "/v1")}, start_new_session=True)
        os.close(slave)
        seen = ""

        def wait_for(words):
            nonlocal seen
            while words not in seen:
                assert select.select([master], [], [], 20)[0], seen
                seen += os.read(master, 65536).decode(errors="replace")
        wait_for("(1-3, Enter: 1) ")
        assert has_line(seen, "1  jan/first", "Jan") and has_line(seen, "3  file.gguf", "file"), seen
        os.write(master, b"9\n")
        wait_for("9\r\nWhich one? (1-3, Enter: 1) ")
        os.write(master, b"2\n")
        wait_for("the second one speaks")
        child.kill()
        child.wait()
        os.close(master)
        assert provider.body(0)["model"] == "second", provider.body(0)


def test_local_refuses_what_is_elsewhere(room):
    result = room.run("--local", "--model", "gpt-4o", "hi", env={"OPENAI_API_KEY": "sk-x"})
    assert result.code == 2 and "--local" in result.err and "gpt-4o" in result.err, result
    with Provider([{"text": "fine"}]) as provider:
        local = ("--local", "--model", "openai/x", "--api_base", provider.base + "/v1", "--fallback_models")
        result = room.run(*local, "gpt-4o,claude-3-opus", "hi", env={"ANTHROPIC_API_KEY": "sk-x"})
        assert result.code == 2 and "claude-3-opus" in result.err and provider.requests == [], result
        assert room.run(*local, "openai/y,ollama/z", "hi").code == 0, "all of this machine"


def test_a_model_file_without_an_engine_says_how_to_get_it(room):
    models_folder(room, "mine.gguf")
    for name in ("mine.gguf", "mine", "~/.local/share/open-interpreter/models/mine.gguf"):
        result = room.run("--model", name, "hi", env={"INTERPRETER_ENGINE": "/nonexistent"})
        assert result.code == 1 and "mine.gguf" in result.err and "./dev engine" in result.err, result


def test_files_that_are_no_models_are_named(room):
    tiny_gguf.write(os.path.join(room.folder, "whole.gguf"))
    with open(os.path.join(room.folder, "whole.gguf"), "rb") as file:
        whole = file.read()
    files = {"text.gguf": (b"hello", "no GGUF file"), "empty.gguf": (b"", "empty"), "half.gguf": (whole[:2000], "damaged"),
             "future.gguf": (b"GGUF" + struct.pack("<IQQ", 9, 0, 0), "version 9")}
    for name, (content, words) in files.items():
        with open(os.path.join(room.folder, name), "wb") as file:
            file.write(content)
        result = room.run("--model", name, "hi")
        assert result.code in (1, 2) and name in result.err and words in result.err, result
    result = room.run("--model", "missing/file.gguf", "hi")
    assert result.code == 1 and "missing/file.gguf" in result.err and "no model file" in result.err, result
    os.mkdir(os.path.join(room.folder, "folder.gguf"))
    assert "is no file" in room.run("--model", "folder.gguf", "hi").err


def test_a_file_larger_than_the_memory_is_warned_of(room):
    path = os.path.join(room.folder, "huge.gguf")
    tiny_gguf.write(path)
    os.truncate(path, 1 << 42)  # a hole
    result = room.run("--model", path, "hi", env={"INTERPRETER_ENGINE": "/bin/false"})
    assert has_line(result.err, "huge.gguf", "of memory there is"), result
    assert has_line(result.err, "the engine", "has ended", "exit code 1"), result


def test_a_file_is_chosen_by_its_name_only_where_no_vendor_claims_it(room):
    models_folder(room, "gpt-4o.gguf")
    result = room.run("--model", "gpt-4o", "hi", env={"INTERPRETER_ENGINE": "/nonexistent"})
    assert "OPENAI_API_KEY" in result.err, result


# From here on: the engine. It is there when ./dev engine has built it.


def full_test_one_file_answers(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    result = room.run("--model", path, "-x", "40", "hello", timeout=60)
    assert result.code == 0 and result.out.strip(), result
    result = room.run("--model", "./tiny.gguf", "--frontend", "json", "-x", "12", "hello", timeout=60)
    done = json.loads(result.out.splitlines()[-1])
    assert done["usage"]["output_tokens"] == 12 and done["usage"]["input_tokens"] > 500, done
    assert not any(name.startswith("interpreter-engine-") for name in os.listdir(room.home)), "the private folder is gone"


def full_test_a_following_turn_reads_only_what_is_new(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    lines = "".join(json.dumps({"role": "user", "type": "message", "content": words}) + "\n" for words in ("first", "second"))
    result = room.run("--model", path, "--frontend", "json", "-x", "5", stdin=lines, timeout=60)
    usages = [line["usage"] for line in map(json.loads, result.out.splitlines()) if "usage" in line]
    assert len(usages) == 2 and usages[0]["cached_tokens"] == 0, result
    assert usages[1]["cached_tokens"] >= usages[0]["input_tokens"], usages
    with Engine(path, room.folder) as engine:
        messages = [{"role": "system", "content": "word " * 300}, {"role": "user", "content": "one"}]
        first = engine.chat(messages, max_tokens=20, seed=3)
        before = last(first, "usage")
        assert before["prompt_tokens_details"]["cached_tokens"] == 0, before
        messages += [{"role": "assistant", "content": ""}, {"role": "user", "content": "two"}]
        second = engine.chat(messages, max_tokens=4)
        usage, timings = last(second, "usage"), last(second, "timings")
        assert usage["prompt_tokens_details"]["cached_tokens"] == before["prompt_tokens"], (before, usage)
        assert timings["prompt_n"] == usage["prompt_tokens"] - before["prompt_tokens"] < 60, timings
        again = last(engine.chat(messages, max_tokens=4), "timings")
        assert again["prompt_n"] == 1, again  # the last token is always evaluated: what follows it is wanted


def full_test_the_same_seed_says_the_same(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    with Engine(path, room.folder) as engine:
        ask = lambda seed: text_of(engine.chat([{"role": "user", "content": "x"}], max_tokens=50, seed=seed))  # noqa: E731
        assert ask(5) == ask(5) != ask(6)


# Begins its answer with a call, would then like to begin another one, and writes "id" where it may write what it likes.
CALLER = {"": {" ": -1, "\n": -1, "\t": -1}, "\n": {"<tool_call>": 2}, "<tool_call>": {"\n": 2}, '"': {"i": 2, "s": 1}, "i": {"d": 2}, "d": {'"': 2},
          "</tool_call>": {"<|im_end|>": 2}}


def full_test_a_call_is_held_to_its_schema_from_where_it_begins(room):
    path = os.path.join(room.folder, "caller.gguf")
    tiny_gguf.write(path, habits=CALLER)
    with Engine(path, room.folder) as engine:
        for more in ({}, {"tool_choice": "required"}):
            answer = engine.chat([{"role": "user", "content": "do it"}], tools=[EXECUTE], temperature=0, max_tokens=300, **more)
            name, arguments = call_of(answer)
            assert (name, json.loads(arguments)) == ("execute", {"language": "shell", "code": "id"}), (more, answer)
            assert [choice.get("finish_reason") for event in answer for choice in event.get("choices", [])][-1] == "tool_calls", answer
        free = engine.chat([{"role": "user", "content": "do it"}], temperature=0, max_tokens=30)
        assert text_of(free).startswith("<tool_call>\n<tool_call>\n"), free  # without tools nothing holds it
    result = room.run("--model", path, "-t", "0", "-x", "300", "-y", "do it", timeout=60)
    assert "uid=" in result.out, result


def full_test_prose_is_free_where_there_are_tools(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    with Engine(path, room.folder) as engine:
        prose = engine.chat([{"role": "user", "content": "do it"}], tools=[EXECUTE], max_tokens=40, seed=1)
        assert text_of(prose) and call_of(prose) == ("", ""), prose


def full_test_a_stop_stops_at_once(room):
    path = os.path.join(room.folder, "slow.gguf")
    tiny_gguf.write(path, layers=8, width=512, context=16384)
    with Engine(path, room.folder) as engine:
        engine.chat([{"role": "user", "content": "x"}], max_tokens=1)  # loaded
        connection = engine.send("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": "q" * 12000}], "stream": True})
        connection.recv(64)
        connection.close()  # in the middle of a prompt that takes many seconds
        seconds, properties = engine.get("/props")
        assert seconds < 2 and properties["cached_tokens"] < 6000, (seconds, properties)
        connection = engine.send("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}], "max_tokens": 9000})
        until(lambda: b'"content"' in connection.recv(65536), 20, "words")
        connection.close()
        seconds, properties = engine.get("/props")
        assert seconds < 2 and properties["cached_tokens"] < 4000, (seconds, properties)
        usage = last(engine.chat([{"role": "user", "content": "x"}], max_tokens=2), "usage")
        assert usage["prompt_tokens_details"]["cached_tokens"] > 0, usage  # what was read before the stop is still there


def full_test_a_prompt_that_does_not_fit_is_an_error(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    with Engine(path, room.folder, context=512) as engine:
        error = last(engine.chat([{"role": "user", "content": "q" * 3000}]), "error")
        assert "context window takes 512" in error["message"], error
        assert text_of(engine.chat([{"role": "user", "content": "q"}], max_tokens=4)), "it goes on serving"
        bad = engine.chat("no messages")
        assert "cannot be answered" in last(bad, "error")["message"], bad


def engine_of(pid):
    found = []
    for below in descendants(pid):
        try:
            if os.readlink(f"/proc/{below}/exe") == os.path.realpath(ENGINE):
                found.append(below)
        except OSError:
            pass
    return found[0] if found else None


def full_test_the_engine_ends_with_the_program_however_it_ends(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    child = room.start("--model", path, "--frontend", "json", stdin=subprocess.PIPE)
    child.stdin.write('{"role":"user","type":"message","content":"go on"}\n')
    child.stdin.flush()
    until(lambda: engine_of(child.pid), 20, "the engine runs")
    engine = engine_of(child.pid)
    child.send_signal(signal.SIGKILL)
    child.wait()
    until(lambda: not is_alive(engine), 5, "the engine is gone")
    left = [name for name in os.listdir(room.home) if name.startswith("interpreter-engine-")]
    assert len(left) == 1, left
    assert os.stat(os.path.join(room.home, left[0])).st_mode & 0o777 == 0o700
    assert room.run("--model", path, "-x", "4", "hi", timeout=60).code == 0
    assert not os.path.exists(os.path.join(room.home, left[0])), "the next start clears up"


def full_test_an_engine_that_dies_is_told_and_started_again(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    child = room.start("--model", path, "--frontend", "json", "-x", "4000", stdin=subprocess.PIPE)

    def say(words):
        child.stdin.write(json.dumps({"role": "user", "type": "message", "content": words}) + "\n")
        child.stdin.flush()
    say("go on")
    while '"content"' not in (line := child.stdout.readline()) or '"assistant"' not in line:
        assert line, "no answer"
    os.kill(engine_of(child.pid), signal.SIGKILL)
    while '"error"' not in (line := child.stdout.readline()):
        assert line, "no error"
    assert "tiny.gguf" in line and "SIGKILL" in line, line
    say("again")
    while '"start":true' not in (line := child.stdout.readline()) or '"assistant"' not in line:
        assert line, "no second answer"
    child.kill()
    child.communicate()


def full_test_a_template_without_tools_gets_fences(room):
    path = os.path.join(room.folder, "plain.gguf")
    tiny_gguf.write(path, template=tiny_gguf.PLAIN_TEMPLATE)
    result = room.run("--model", path, "-x", "20", "hello", timeout=60)
    assert result.code == 0 and "takes no tools" in result.err, result


def full_test_a_damaged_file_is_an_error_of_one_line(room):
    path = os.path.join(room.folder, "cut.gguf")
    tiny_gguf.write(path)
    os.truncate(path, os.path.getsize(path) // 2)
    result = room.run("--model", path, "hi", timeout=60)
    assert result.code == 1 and "cut.gguf" in result.err and "corrupted or incomplete" in result.err, result


def full_test_llama_server_is_spoken_to_in_three_formats(room):
    path = os.path.join(room.folder, "tiny.gguf")
    tiny_gguf.write(path)
    with LlamaServer(path) as server:
        until(server.is_ready, 30, "llama-server answers")
        for model, base in (("openai/tiny", "/v1"), ("openai/responses/tiny", "/v1"), ("anthropic/tiny", "")):
            result = room.run("--model", model, "--api_base", server.base + base, "--frontend", "json", "-x", "30", "hello", timeout=60)
            lines = [json.loads(line) for line in result.out.splitlines()]
            words = "".join(line.get("content", "") for line in lines if line["role"] == "assistant" and line["type"] == "message")
            assert words and not any(line["type"] == "error" for line in lines), (model, result)
            assert lines[-1]["usage"]["input_tokens"] > 500 and lines[-1]["usage"]["output_tokens"] == 30, (model, lines[-1])
        only = room.run("--local", "-x", "8", "hi", env=places(LLAMACPP=server.base + "/v1"), timeout=60)
        assert only.code == 0, only


def chosen():
    is_full = os.environ.get("OI_TEST_GROUP") == "full" and os.path.exists(ENGINE)
    found = {name: test for name, test in globals().items() if name.startswith("test_")}
    if is_full:
        found |= {name.removeprefix("full_"): test for name, test in globals().items() if name.startswith("full_test_")}
    return found


if __name__ == "__main__":
    os.environ.pop("XDG_RUNTIME_DIR", None)
    main(chosen())
