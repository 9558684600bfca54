#!/usr/bin/python3
"""The program against model servers over real HTTP: whole tasks, faults, retries, exit codes."""

import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from harness import descendants, is_alive, main, until  # noqa: E402
from provider import Provider  # noqa: E402
from clouds import *  # noqa: E402,F403: their tests

AZURE = "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21"
GEMINI = "/v1beta/models/gemini-test:streamGenerateContent?alt=sse"
VERTEX = "/v1/projects/a-project/locations/us-central1/publishers/"
# Model, what is added to the server's address, the path of its requests, the header that holds the key. One row a format,
# then other ways to the same.
FORMATS = (("openai/test", "/v1", "/v1/chat/completions", "authorization"), ("claude-2", "", "/v1/messages", "x-api-key"),
           ("openai/responses/gpt-4o", "/v1", "/v1/responses", "authorization"), ("azure/my-gpt", "", AZURE, "api-key"),
           ("gemini/gemini-test", "", GEMINI, "x-goog-api-key"), ("command-nightly", "", "/v2/chat", "authorization"),
           ("ollama/test", "", "/api/chat", "authorization"),
           ("bedrock/test", "", "/model/test/converse-stream", "authorization"),
           ("vertex_ai/gemini-test", "", VERTEX + "google/models/gemini-test:streamGenerateContent?alt=sse", "authorization"),
           ("vertex_ai/claude-test", "", VERTEX + "anthropic/models/claude-test:streamRawPredict", "authorization"))
VENDORS = FORMATS + (("claude-test", "/v1", "/v1/messages", "x-api-key"), ("gpt-4o", "/v1", "/v1/chat/completions", "authorization"),
                     ("gemini-test", "/v1beta", GEMINI, "x-goog-api-key"), ("cohere/test", "/v2", "/v2/chat", "authorization"),
                     ("ollama_chat/test", "/v1", "/api/chat", "authorization"))


def last_result(body):
    """What the last message of a request gives back of a tool call, in any of the formats."""
    last = (body.get("messages") or body.get("input") or body["contents"])[-1]
    if "output" in last:
        return last["output"]
    if "parts" in last:
        return last["parts"][0]["functionResponse"]["response"]["output"]
    if isinstance(last["content"], str):
        return last["content"]
    return last["content"][0].get("toolResult", last["content"][0])["content"][0]["text"]


def ask(room, provider, *arguments, model="openai/test", suffix="/v1", env=None, **more):
    return room.run("--model", model, "--api_base", provider.base + suffix, "--api_key", "sk-test-0123456789", *arguments,
                    env={"VERTEXAI_PROJECT": "a-project", **(env or {})}, **more)


def test_two_turn_task_speaks_each_vendors_format(room):
    for model, suffix, path, header in VENDORS:
        with Provider([{"text": "Let me see.", "calls": [{"language": "shell", "code": "echo h''i"}], "split": 3}, {"text": "It says **hi**."}]) as provider:
            result = ask(room, provider, "-y", "say hi", model=model, suffix=suffix)
            assert result.code == 0, result
            assert "Let me see." in result.out and "It says **hi**." in result.out and "\nhi\n" in result.out, result
            assert [request["path"] for request in provider.requests] == [path, path], provider.requests
            assert last_result(provider.body(1)) == "hi", provider.body(1)
            headers = provider.requests[0]["headers"]
            assert headers.get(header, "").removeprefix("Bearer ") == "sk-test-0123456789", headers
            assert provider.connections == 1, "the second turn opens no new connection"


def test_models_lists_what_the_server_has(room):
    models = [{"id": "gpt-4o", "object": "model"}, {"id": "own/llama", "window": 4096}, {"id": "tiny"}]
    with Provider([{"text": "never"}], models=models) as provider:
        result = room.run("--models", "-ab", provider.base + "/v1", "-ak", "sk-test-0123456789")
        assert (result.code, result.out) == (0, "openai/gpt-4o  128000 tokens\nopenai/own/llama  4096 tokens\nopenai/tiny\n"), result
        assert room.run("--models=LLAMA", "-ab", provider.base + "/v1", "-m", "groq").out == "groq/own/llama  4096 tokens\n"
        assert room.run("--models", "-ab", provider.base, "-m", "anthropic", "-ak", "k").out.startswith("anthropic/gpt-4o"), "any format"
        assert room.run("--models", "-ab", provider.base, "-m", "azure", "-ak", "k").out.startswith("gpt-4o"), "any format"
        for vendor in ("gemini", "cohere"):
            assert room.run("--models=own/", "-ab", provider.base, "-m", vendor, "-ak", "k").out == vendor + "/own/llama  4096 tokens\n", vendor
        assert room.run("--models=own/", "-ab", provider.base + "/v1", "-m", "ollama").out == "ollama/own/llama\n"
        one_line(room.run("--models=nothing", "-ab", provider.base + "/v1"), 1, "none of 3 models", "nothing")
        asked = [(entry["method"], entry["path"]) for entry in provider.entries if "method" in entry]
        assert asked == [("GET", "/v1/models"), ("GET", "/v1/models"), ("GET", "/v1/models?limit=1000"),
                         ("GET", "/openai/models?api-version=2024-10-21"), ("GET", "/v1beta/models?pageSize=1000"),
                         ("GET", "/v1/models?page_size=1000&endpoint=chat"), ("GET", "/api/tags"), ("GET", "/v1/models")], asked
        headers = provider.entries[0]["headers"]
        assert headers["authorization"] == "Bearer sk-test-0123456789" and "content-type" not in headers, headers
        one_line(room.run("--models", "-m", "groq", env={"GROQ_API_KEY": ""}), 1, "GROQ_API_KEY")
    one_line(room.run("--models", "-ab", provider.base + "/v1"), 1, "OpenAI", "no connection")
    with Provider([], models={"status": 200, "error": "no"}) as provider:
        one_line(room.run("--models", "-ab", provider.base + "/v1"), 1, "OpenAI", "list of models")
    with Provider([], models={"status": 401, "error": "Incorrect API key provided"}) as provider:
        one_line(room.run("--models", "-ab", provider.base + "/v1", "-ak", "sk-wrong-key"), 1, "OpenAI", "401", "Incorrect API key")


def test_first_request_is_small_and_the_only_kind(room):
    with Provider([{"text": "hello"}]) as provider:
        assert ask(room, provider, "hi").code == 0
        assert len(provider.requests) == 1
        assert provider.requests[0]["bytes"] < 5000, provider.requests[0]["bytes"]
        tools = provider.body(0)["tools"]
        assert len(tools) == 1 and tools[0]["function"]["name"] == "execute"


def test_models_without_tools_are_read_from_fenced_blocks(room):
    with Provider([{"text": "I'll use `echo`.\n\n```shell\necho \"a`echo b`c\"\n```\n", "split": 1}, {"text": "Done."}]) as provider:
        result = ask(room, provider, "-y", "--no-llm_supports_functions", "go")
        assert result.code == 0, result
        assert "I'll use `echo`." in result.out and "abc" in result.out, result
        assert "tools" not in provider.body(0)
        assert "abc" in provider.body(1)["messages"][-1]["content"], provider.body(1)


def test_parallel_calls_run_in_order_each_with_its_result(room):
    for model, suffix, *_ in FORMATS:
        calls = [{"language": "shell", "code": "echo one > f; echo wrote"}, {"language": "shell", "code": "cat f"}]
        with Provider([{"calls": calls}, {"text": "Both ran."}]) as provider:
            result = ask(room, provider, "-y", "go", model=model, suffix=suffix)
            assert result.code == 0, result
            assert result.out.index("wrote") < result.out.index("\none\n"), result
            assert len(provider.requests) == 2, provider.requests


def test_unattended_without_y_runs_nothing_and_names_the_flag(room):
    with Provider([{"calls": [{"language": "shell", "code": "touch ran"}]}]) as provider:
        result = ask(room, provider, "go", stdin="y\ny\n")
        assert result.code == 1, result
        assert "-y" in result.err and len(result.err.strip().splitlines()) == 1, result
        assert not os.path.exists(os.path.join(room.folder, "ran"))
        assert len(provider.requests) == 1


def test_words_on_stdin_are_the_message(room):
    with Provider([{"text": "ok"}]) as provider:
        assert ask(room, provider, stdin="what is\nthis?\n").code == 0
        assert provider.body(0)["messages"][-1]["content"] == "what is\nthis?"


def one_line(result, code, *words):
    assert result.code == code, result
    lines = [line for line in result.err.strip().splitlines() if not line.lower().startswith(("waiting", "retry"))]
    assert len(lines) >= 1 and "Traceback" not in result.err and "terminate" not in result.err, result
    for word in words:
        assert word.lower() in lines[-1].lower(), (word, result)


def test_faults_are_one_clear_line_each(room):
    cases = [
        ({"status": 401, "error": "Incorrect API key provided"}, ["401", "Incorrect API key provided"]),
        ({"status": 404, "error": "The model `test` does not exist"}, ["404", "does not exist"]),
        ({"status": 400, "error": "bad things"}, ["400", "bad things"]),
        ({"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<html><body>Login</body></html>"}, ["HTML"]),
        ({"text": "so far", "fault": "malformed"}, ["malformed"]),
        ({"text": "so far so good", "fault": "cut", "after": "good"}, ["cut"]),
        ({"text": "so far so good", "fault": "reset", "after": "good"}, ["cut"]),
        ({"text": "so far", "error": "The engine is overloaded"}, ["overloaded"]),
    ]
    for model, suffix, *_ in FORMATS:
        for reply, words in cases:
            with Provider([reply]) as provider:
                result = ask(room, provider, "--retry_for", "0", "go", model=model, suffix=suffix)
                one_line(result, 1, *words)
                assert "sk-test-0123456789" not in result.err
                if "text" in reply:
                    assert "so far" in result.out, result


def test_arguments_that_end_in_the_middle_of_code_run_nothing(room):
    for model, suffix in (("openai/test", "/v1"), ("claude-test", "")):
        with Provider([{"calls": [{"arguments": '{"language":"shell","code":"touch ran/a'}]}]) as provider:
            os.makedirs(os.path.join(room.folder, "ran"), exist_ok=True)
            one_line(ask(room, provider, "-y", "go", model=model, suffix=suffix), 1, "middle of code", "not run")
            assert os.listdir(os.path.join(room.folder, "ran")) == []


def test_the_model_is_told_the_size_of_a_flood(room):
    code = "import sys\nfor _ in range(1000): sys.stdout.write('0123456789' * 10000)"
    with Provider([{"calls": [{"language": "python", "code": code}]}, {"text": "ok"}]) as provider:
        result = ask(room, provider, "-y", "go")
        assert result.code == 0 and len(result.out) < 1_300_000, len(result.out)
        assert "of 100000000 bytes left out" in json.dumps(provider.body(1)), json.dumps(provider.body(1))[-3500:]


def test_a_line_is_active_before_its_output(room):
    for _ in range(10):
        with Provider([{"calls": [{"language": "python", "code": "print(1)"}]}, {"text": "ok"}]) as provider:
            lines = [json.loads(line) for line in ask(room, provider, "-y", "--frontend", "json", "go").out.splitlines()]
            console = [line["content"] for line in lines if line["type"] == "console" and "content" in line]
            assert console == [1, "1\n", None], console


def test_output_that_cannot_be_written_is_an_error(room):
    with open("/dev/full", "w", encoding="utf-8") as full:
        for arguments in (["--version"], ["--help"]):
            done = subprocess.run([room.program, *arguments], stdout=full, stderr=subprocess.PIPE, env=room.environment, text=True, check=False)
            assert done.returncode == 1 and "could not be written" in done.stderr, done


def test_an_unreachable_server_is_named(room):
    result = room.run("-m", "openai/test", "-ab", "http://127.0.0.1:9/v1", "go")
    one_line(result, 1, "127.0.0.1:9", "is the server running?")
    assert result.seconds < 2, result


def test_an_untrusted_certificate_is_named(room):
    with Provider([{"text": "never"}], tls=True) as provider:
        one_line(ask(room, provider, "--retry_for", "0", "go"), 1, "certificate")
        assert provider.requests == []


def test_too_many_requests_are_tried_again_after_the_time_the_server_names(room):
    for model, suffix, *_ in FORMATS:
        with Provider([{"status": 429, "error": "slow down", "headers": {"Retry-After": "1"}}, {"text": "there"}]) as provider:
            result = ask(room, provider, "go", model=model, suffix=suffix)
            assert result.code == 0 and "there" in result.out, result
            assert result.seconds >= 1.0, result
            assert "429" in result.err or "slow down" in result.err, "the wait is visible"


def test_server_errors_are_tried_again_and_given_up_in_time(room):
    with Provider([{"status": 500, "error": "oops"}, {"status": 529, "error": "busy"}, {"text": "there"}]) as provider:
        assert "there" in ask(room, provider, "go").out
    with Provider([{"status": 500, "error": "oops"}]) as provider:
        result = ask(room, provider, "--retry_for", "1", "go")
        one_line(result, 1, "500", "oops")
        assert result.seconds < 5, result
    with Provider([{"status": 429, "error": "quota", "headers": {"Retry-After": "3600"}}]) as provider:
        result = ask(room, provider, "--retry_for", "1", "go")
        one_line(result, 1, "429", "quota")
        assert result.seconds < 5, result


def test_a_server_that_ignores_streaming_and_one_that_compresses(room):
    for model, suffix, *_ in FORMATS:
        for reply in ({"text": "whole", "json": True}, {"text": "whole", "gzip": True}):
            with Provider([reply]) as provider:
                result = ask(room, provider, "go", model=model, suffix=suffix)
                assert result.code == 0 and "whole" in result.out, result


def test_keys_and_addresses_come_from_the_vendors_own_variables(room):
    cases = (("gemini/test", "GEMINI_API_KEY", "GEMINI_API_BASE", "x-goog-api-key"), ("gemini/test", "GOOGLE_API_KEY", "GEMINI_API_BASE", "x-goog-api-key"),
             ("command-r", "COHERE_API_KEY", "COHERE_API_BASE", "authorization"), ("command-r", "CO_API_KEY", "COHERE_BASE_URL", "authorization"))
    for model, key, base, header in cases:
        with Provider([{"text": "ok"}]) as provider:
            assert room.run("-m", model, "go", env={key: "key-0123456789", base: provider.base}).code == 0
            assert provider.requests[0]["headers"][header].removeprefix("Bearer ") == "key-0123456789"
    one_line(room.run("-m", "gemini/test", "go"), 1, "GEMINI_API_KEY")
    for host in ("127.0.0.1:%d", "http://localhost:%d"):
        with Provider([{"text": "ok"}]) as provider:
            assert room.run("-m", "ollama/test", "go", env={"OLLAMA_HOST": host % provider.port}).code == 0
            assert "authorization" not in provider.requests[0]["headers"]


def test_ollamas_window_is_what_the_request_needs(room):
    with Provider([{"text": "ok"}]) as provider:
        window = lambda: provider.body(len(provider.requests) - 1)["options"]["num_ctx"]
        ask(room, provider, "hi", model="ollama/test", suffix="")
        assert window() == 4096
        ask(room, provider, "-x", "3000", "word " * 7000, model="ollama/test", suffix="")
        assert 13000 < window() < 17000 and window() % 1024 == 0, window()
        assert provider.body(1)["options"]["num_predict"] == 3000
        ask(room, provider, "-cw", "6000", "word " * 3000, model="ollama/test", suffix="")
        assert 4096 < window() <= 6000, window()


def test_a_failed_turn_loses_nothing_and_the_conversation_goes_on(room):
    with Provider([{"text": "half an ans", "fault": "cut", "after": 900}, {"text": "the whole answer"}]) as provider:
        assert ask(room, provider, "--retry_for", "0", "first").code == 1
        result = ask(room, provider, "--resume", "second")
        assert result.code == 0, result
        words = [message["content"] for message in provider.body(1)["messages"][1:]]
        assert words[0] == "first" and words[-1] == "second", words


def test_a_long_conversation_is_summed_up_and_the_summary_is_kept(room):
    def step(number):
        return {"text": f"Step {number}.", "calls": [{"language": "shell", "code": f"printf 'lorem ipsum dolor sit amet %.0s' $(seq 100) # {number}"}]}

    replies = [step(1), step(2), step(3), {"text": "SUMMARY: lorem was printed.", "usage": [1000, 10]}, {"text": "All done."}]
    for model, suffix in (("openai/test", "/v1"), ("claude-2", "")):
        with Provider(replies + [{"text": "Yes."}]) as provider:
            result = ask(room, provider, "-y", "-cw", "3300", "-x", "500", "print it thrice, Ada asks", model=model, suffix=suffix)
            assert result.code == 0 and "All done." in result.out and "SUMMARY" not in result.out, result
            assert "is being summed up" in result.err and "tokens instead of" in result.err, result
            bodies = [request["body"] for request in provider.requests]
            assert len(bodies) == 5, [json.dumps(body)[-300:] for body in bodies]
            assert [("tools" in body) for body in bodies] == [True, True, True, False, True]
            sizes = [len(json.dumps(body)) for body in bodies]
            assert "Sum up" in json.dumps(bodies[3]["messages"][-1]) and sizes[4] < sizes[2] - 2000, sizes
            text = json.dumps(bodies[4]["messages"])
            assert "Ada asks" in text and "SUMMARY: lorem was printed." in text and "Step 1." not in text and "Step 3." in text, text
            again = ask(room, provider, "--resume", "-cw", "3300", "-x", "500", "Is it done?", model=model, suffix=suffix)
            assert again.code == 0 and "Yes." in again.out, again
            assert len(provider.requests) == 6, "no second summary is paid for"
            text = json.dumps(provider.body(5)["messages"])
            assert "SUMMARY: lorem was printed." in text and "Step 1." not in text and "Is it done?" in text, text


def test_what_cannot_fit_is_not_sent(room):
    with Provider([{"text": "never"}]) as provider:
        result = ask(room, provider, "-cw", "3000", "-x", "500", "word " * 4000)
        one_line(result, 1, "context window", "2500", "--max_tokens")
        assert not provider.requests


def test_resume_goes_on_with_the_last_conversation_of_this_folder(room):
    with Provider([{"text": "Nice to meet you."}]) as provider:
        ask(room, provider, "My name is Ada.")
        os.mkdir(os.path.join(room.folder, "other"))
        ask(room, provider, "--resume", "Who am I?")
        assert [message["content"] for message in provider.body(1)["messages"][1:]] == ["My name is Ada.", "Nice to meet you.", "Who am I?"]
        listed = room.run("--conversations")
        assert listed.code == 0 and "My name is Ada." in listed.out, listed
        number = listed.out.split()[0]
        ask(room, provider, f"--resume={number}", "And now?")
        assert provider.body(2)["messages"][1]["content"] == "My name is Ada."
    missing = room.run("--resume=12", "-m", "openai/x", "-ab", "http://127.0.0.1:9/v1", "hi")
    assert missing.code in (1, 2) and "12" in missing.err, missing


def test_interrupt_stops_a_hanging_model_at_once(room):
    with Provider([{"text": "thinking about it", "fault": "stall", "after": 900}]) as provider:
        child = room.start("-m", "openai/test", "-ab", provider.base + "/v1", "go")
        until(lambda: provider.requests, 5, "the request")
        until(lambda: select_ready(child.stdout), 5, "the first words")
        begin = time.monotonic()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=5)
        assert child.returncode == 130, (child.returncode, out, err)
        assert time.monotonic() - begin < 0.5
        assert "Traceback" not in err


def select_ready(stream):
    import select
    return bool(select.select([stream], [], [], 0)[0])


def test_nothing_lives_on_after_sigkill(room):
    code = "(setsid sleep 987 &) ; nohup sleep 986 >/dev/null 2>&1 & python3 -c 'import os,time\nif os.fork()==0:\n os.setsid(); time.sleep(985)' & echo started; sleep 984"
    with Provider([{"calls": [{"language": "shell", "code": code}]}]) as provider:
        child = room.start("-m", "openai/test", "-ab", provider.base + "/v1", "-y", "go")
        begun = lambda: len([p for p in descendants(child.pid) if "sleep" in command_of(p) or "python" in command_of(p)]) >= 4
        until(begun, 10, "the cell's processes")
        started = descendants(child.pid)
        child.kill()
        child.communicate()
        until(lambda: not any(is_alive(pid) for pid in started), 2, f"the end of {[command_of(p) for p in started if is_alive(p)]}")


def command_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def test_verbose_shows_requests_without_keys(room):
    with Provider([{"calls": [{"language": "shell", "code": "echo hi"}]}, {"text": "ok"}]) as provider:
        result = ask(room, provider, "-y", "-v", "go")
        assert result.code == 0, result
        assert "/chat/completions" in result.err and '"stream"' in result.err and " ms]" in result.err, result
        assert "sk-test-0123456789" not in result.err, result
        assert "bash" in result.err, "each command started"


def test_kernels_do_not_see_provider_keys(room):
    env = {"OPENAI_API_KEY": "sk-secret-1", "ANTHROPIC_API_KEY": "sk-secret-2", "MY_API_KEY": "sk-secret-3", "DEEPINFRA_TOKEN": "sk-secret-4", "HARMLESS": "yes"}
    calls = [{"language": "shell", "code": "env"}, {"language": "python", "code": "import os\nfor k in os.environ: print(k, os.environ[k])"}]
    with Provider([{"calls": calls}, {"text": "ok"}]) as provider:
        result = ask(room, provider, "-y", "-xo", "100000", "go", env=env)
        assert result.code == 0 and "HARMLESS" in result.out, result
        assert "sk-secret" not in result.out + json.dumps(provider.body(1))


def test_offline_contacts_nothing_but_the_models_endpoint(room):
    """In a network namespace whose default route is a counted dead end: not one packet takes it."""
    with open(os.path.join(room.folder, "inner.py"), "w", encoding="utf-8") as file:
        file.write(f"""
import json, subprocess, sys
sys.dont_write_bytecode = True
sys.path.insert(0, {os.path.dirname(sys.modules['provider'].__file__)!r})
from provider import Provider
def sh(command): subprocess.run(command, shell=True, check=True)
sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true")
sh("ip link set lo up && ip link add out type veth peer name far && ip addr add 10.9.9.1/24 dev out && ip link set far up && ip link set out up && ip route add default via 10.9.9.2 && ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:01 dev out")
def sent():
    with open("/proc/net/dev") as file: return next(int(line.split()[10]) for line in file if line.split()[0] == "out:")
import socket
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); before = sent(); probe.sendto(b"x", ("8.8.8.8", 53))
assert sent() > before, "the counter counts"
before = sent()
with Provider([{{"calls": [{{"language": "shell", "code": "echo hi"}}]}}, {{"text": "ok"}}]) as provider:
    done = subprocess.run([{room.program!r}, "-m", "openai/x", "-ab", provider.base + "/v1", "--offline", "-y", "go"], capture_output=True, text=True)
print(json.dumps([done.returncode, sent() - before, done.stderr]))
""")
    alone = ["unshare", "-n"] if os.getuid() == 0 else ["unshare", "-rn"]
    namespace = subprocess.run([*alone, "true"], capture_output=True, check=False)
    assert namespace.returncode == 0, "this test needs a network namespace: " + namespace.stderr.decode()
    done = subprocess.run([*alone, "/usr/bin/python3", "inner.py"], cwd=room.folder, env=room.environment, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done
    code, packets, err = json.loads(done.stdout)
    assert (code, packets) == (0, 0), (code, packets, err)


if __name__ == "__main__":
    import faults
    import network
    main({**globals(), **vars(faults), **vars(network)})
