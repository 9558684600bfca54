#!/usr/bin/python3
"""The program against model servers over real HTTP: whole tasks, faults, retries, exit codes."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"), os.path.dirname(os.path.abspath(__file__))]
from harness import descendants, is_alive, main, until  # noqa: E402
from provider import Provider  # noqa: E402
from clouds import *  # noqa: E402,F403: their tests
from costs import *  # noqa: E402, F401, F403: the tests of costs.py
from keys import *  # noqa: E402, F401, F403: the tests of keys.py

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

SIGNED = (("claude-sonnet-4-5", ""), ("claude-opus-4-7", ""), ("gemini/gemini-3-pro", ""), ("deepseek/deepseek-reasoner", "/v1"),
          ("moonshot/kimi-k2-thinking", "/v1"), ("openrouter/anthropic/claude-sonnet-4.5", "/v1"), ("openai/responses/gpt-5", "/v1"),
          ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", ""))


def turns_of(body):
    """The messages of a request, whatever the format, without the marks of the cache, which move."""
    turns = json.loads(json.dumps(body.get("messages") or body.get("input") or body["contents"]))
    for turn in turns:
        content = turn.get("content")
        if isinstance(content, list):
            content[:] = [block for block in content if "cachePoint" not in block]
            for block in content:
                block.pop("cache_control", None)
            if len(content) == 1 and set(content[0]) == {"type", "text"}:
                turn["content"] = content[0]["text"]
    return turns


def test_thoughts_go_back_with_their_calls_to_vendors_that_refuse_without(room):
    """The server refuses a call whose thought, or its seal, is missing or changed: each request that is answered proves it."""
    cell = lambda code: {"call": {"language": "shell", "code": code}}
    for model, suffix in SIGNED:
        replies = [{"parts": [{"thought": "I think of two."}, {"text": "Two:"}, cell("echo a''b"), cell("echo c''d")]},
                   {"parts": [{"thought": "One more, the same."}, cell("echo a''b")]}, {"parts": [{"thought": "Done."}, {"text": "All ran."}]},
                   {"parts": [{"thought": "Again."}, cell("echo e''f")]}, {"text": "Once more."}]
        with Provider(replies) as provider:
            lines = "".join(json.dumps({"role": "user", "type": "message", "content": text}) + "\n" for text in ("go", "again"))
            result = ask(room, provider, "-y", "--frontend", "json", "--reasoning_effort", "low", model=model, suffix=suffix, stdin=lines)
            assert result.code == 0 and '"error"' not in result.out and len(provider.requests) == 5, (model, result)
            told = [json.loads(line) for line in result.out.splitlines()]
            thoughts = "".join(line["content"] for line in told if line.get("format") == "reasoning")
            assert thoughts == "I think of two.One more, the same.Done.Again.", (model, thoughts)
            assert "think of two" not in "".join(str(line.get("content")) for line in told if line["type"] == "message"), model
            bodies = [turns_of(provider.body(i)) for i in range(5)]
            for shorter, longer in zip(bodies, bodies[1:]):
                assert longer[:len(shorter)] == shorter, (model, shorter, longer)
            assert "skip_thought_signature" not in json.dumps(bodies), model
            # The parts of the reply that are lost with the process: what the vendor checks of an old turn is still there.
            resumed = ask(room, provider, "-y", "--resume", "and now?", "--reasoning_effort", "low", model=model, suffix=suffix)
            assert resumed.code == 0, (model, resumed)


def test_thoughts_are_shown_by_no_plain_run_and_every_format_reads_them(room):
    for model, suffix, *_ in FORMATS:
        with Provider([{"thought": "Hm, a greeting.", "text": "Good day."}]) as provider:
            result = ask(room, provider, "hi", model=model, suffix=suffix)
            assert (result.code, result.out, result.err) == (0, "Good day.\n", ""), (model, result)
            told = ask(room, provider, "hi", "--frontend", "json", model=model, suffix=suffix).out
            assert "Hm, a greeting." == "".join(json.loads(line)["content"] for line in told.splitlines() if '"reasoning"' in line), (model, told)
            loud = ask(room, provider, "-v", "hi", model=model, suffix=suffix)
            assert loud.out == "Good day.\n" and "\nHm, a greeting.\n" in loud.err, (model, loud)


def test_code_in_thoughts_never_runs(room):
    code = "```shell\ntouch ran\n```\n"
    for marks in ("<think>\n%s</think>\n\nNothing ran.", "%s</think>\n\nNothing ran.", "<think>\n%s"):
        with Provider([{"text": marks % code, "split": 3}, {"text": "Nothing ran."}]) as provider:
            result = ask(room, provider, "-y", "--no-llm_supports_functions", "go")
            assert not os.path.exists(os.path.join(room.folder, "ran")), (marks, result)
            if marks.startswith("%"):
                one_line(result, 1, "thoughts was not run", "go on")
            else:
                assert result.code == 0, (marks, result)


def test_a_model_whose_thoughts_have_no_beginning_is_understood_from_its_second_reply_on(room):
    code = "```shell\ntouch ran\n```\n"
    replies = [{"text": "I greet.\n</think>\n\nGood day."}, {"text": code + "</think>\n\nNothing ran."}]
    with Provider(replies) as provider:
        lines = "".join(json.dumps({"role": "user", "type": "message", "content": text}) + "\n" for text in ("hi", "go"))
        result = ask(room, provider, "-y", "--frontend", "json", "--no-llm_supports_functions", stdin=lines)
        told = [json.loads(line) for line in result.out.splitlines()]
        assert result.code == 0 and not os.path.exists(os.path.join(room.folder, "ran")), result
        assert code == "".join(line["content"] for line in told if line.get("format") == "reasoning"), result
        assert "Nothing ran." == "".join(line.get("content", "") for line in told if line["type"] == "message")[-12:], result


def test_an_effort_that_the_server_refuses_is_asked_for_once(room):
    refusal = {"status": 400, "error": "Unsupported parameter: 'reasoning_effort' is not supported with this model."}
    with Provider([refusal, {"text": "Hello."}]) as provider:
        result = ask(room, provider, "--reasoning_effort", "high", "hi")
        assert result.code == 0 and result.out == "Hello.\n" and "reasoning_effort" in result.err, result
        assert [body.get("reasoning_effort") for body in (provider.body(0), provider.body(1))] == ["high", None]
    with Provider([{"text": "Hello."}]) as provider:
        assert ask(room, provider, "--reasoning_effort", "high", "hi", model="ollama/tiny", suffix="").code == 0
        assert [body.get("think") for body in (provider.body(0), provider.body(1))] == [True, None]


def test_anthropics_cache_is_marked_and_its_tokens_are_told_apart(room):
    with Provider([{"text": "ok", "usage": [10, 5], "cached": 300, "cache_written": 70}]) as provider:
        out = ask(room, provider, "hi", "--frontend", "json", model="claude-2", suffix="").out
        usage = json.loads(out.splitlines()[-1])["usage"]
        assert (usage["input_tokens"], usage["output_tokens"], usage["cached_tokens"]) == (380, 5, 300), usage
        assert provider.body(0)["system"][0]["cache_control"] == {"type": "ephemeral"}
        assert provider.body(0)["messages"][-1]["content"][-1]["cache_control"] == {"type": "ephemeral"}


def test_pictures_from_models_are_saved_and_go_back(room):
    picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    for model, suffix in (("gemini/gemini-2.5-flash-image", ""), ("openrouter/google/gemini-2.5-flash-image", "/v1"), ("openai/responses/gpt-4o", "/v1")):
        with Provider([{"parts": [{"text": "Here it is."}, {"image": picture}]}, {"text": "Greener."}]) as provider:
            result = ask(room, provider, "-lsv", "draw", model=model, suffix=suffix)
            assert result.code == 0 and "Here it is." in result.out and "[image: " in result.out, (model, result)
            with open(result.out.split("[image: ")[1].split("]")[0], "rb") as file:
                assert file.read().startswith(b"\x89PNG"), model
            again = ask(room, provider, "-lsv", "--resume", "greener", model=model, suffix=suffix)
            assert again.code == 0 and picture in json.dumps(provider.body(1)), (model, again)


def test_models_lists_what_the_server_has(room):
    models = [{"id": "gpt-4o", "object": "model"}, {"id": "own/llama", "window": 4096}, {"id": "tiny"}]
    with Provider([{"text": "never"}], models=models) as provider:
        result = room.run("--models", "-ab", provider.base + "/v1", "-ak", "sk-test-0123456789")
        table = ("openai/gpt-4o      128000 tokens    $2.50 in  $10.00 out\n"
                 "openai/own/llama     4096 tokens     free\n"
                 "openai/tiny                          free\n")
        assert (result.code, result.out) == (0, table), result
        assert room.run("--models=LLAMA", "-ab", provider.base + "/v1", "-m", "groq").out == "groq/own/llama     4096 tokens     free\n"
        one_line(room.run("--models=openai", "-ab", provider.base + "/v1"), 1, "none of 3 models")
        nobody = room.run("--models", "-m", "groq")
        assert nobody.code == 1 and nobody.err.startswith("interpreter: there is no key for Groq ("), nobody
        assert len(room.run("--models=openai/", "-ab", provider.base + "/v1").out.splitlines()) == 3
        assert room.run("--models", "-ab", provider.base, "-m", "anthropic", "-ak", "k").out.startswith("anthropic/gpt-4o"), "any format"
        assert room.run("--models", "-ab", provider.base, "-m", "azure", "-ak", "k").out.startswith("gpt-4o"), "any format"
        for vendor in ("gemini", "cohere"):
            assert room.run("--models=own/", "-ab", provider.base, "-m", vendor, "-ak", "k").out == vendor + "/own/llama     4096 tokens     free\n", vendor
        assert room.run("--models=own/", "-ab", provider.base + "/v1", "-m", "ollama").out.split() == ["ollama/own/llama", "free"]
        one_line(room.run("--models=nothing", "-ab", provider.base + "/v1"), 1, "none of 3 models", "nothing")
        asked = [(entry["method"], entry["path"]) for entry in provider.entries if "method" in entry]
        assert asked == [("GET", "/v1/models")] * 4 + [("GET", "/v1/models?limit=1000"),
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
            sent = json.dumps((provider.body(1).get("messages") or provider.body(1).get("input") or provider.body(1)["contents"])[-4:])
            places = [sent.rindex(text) for text in ("echo one", "cat f", "wrote", "one\"")]
            assert places == sorted(places), ("both calls, then both results", model, sent)


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
        ask(room, provider, "-cw", "32000", "-x", "3000", "word " * 7000, model="ollama/test", suffix="")
        assert window() == 16384, "powers of two: the model is loaded anew for each other window"
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


def test_a_cell_that_the_program_did_not_outlive_is_told_to_the_model(room):
    for code, shown in (("echo started; sleep 984", "started\n["), ("touch begun; sleep 984", "[")):
        with Provider([{"calls": [{"language": "shell", "code": code}]}, {"text": "I see."}]) as provider:
            child = room.start("-m", "openai/test", "-ab", provider.base + "/v1", "-y", "--frontend", "json", "go")
            begun = lambda: os.path.exists(os.path.join(room.folder, "begun")) if "begun" in code else select_ready(child.stdout)
            until(begun, 10, "the cell's beginning")
            until(lambda: "sleep 984" in " ".join(command_of(pid) for pid in descendants(child.pid)), 10, "the cell's sleep")
            until(lambda: stored_marks(room) == ["cell_start"], 5, "the mark on disk")
            child.kill()
            child.communicate()
            for _ in range(2):  # after it was gone on with, too
                assert ask(room, provider, "--resume", "what happened?").code == 0
                results = [message["content"] for message in provider.body(len(provider.requests) - 1)["messages"] if message["role"] == "tool"]
                assert len(results) == 1 and results[0].startswith(shown + "The program ended before this cell did"), results
            os.remove(stored(room))


def stored(room):
    return os.path.join(room.home, ".local/share/open-interpreter/conversations.db")


def stored_marks(room):
    try:
        with contextlib.closing(sqlite3.connect(f"file:{stored(room)}?mode=ro", uri=True)) as database:
            return [event for event, in database.execute("SELECT event FROM entry WHERE event LIKE 'cell%' ORDER BY number")]
    except sqlite3.OperationalError:  # not made yet
        return []


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


def test_a_password_in_an_address_is_shown_nowhere(room):
    with Provider([{"text": "ok"}]) as provider:
        base = provider.base.replace("//", "//ada:geheim@") + "/v1"
        result = room.run("-m", "openai/test", "-ab", base, "--api_key", "sk-test-0123456789", "-v", "go")
        assert result.code == 0 and provider.requests and "geheim" not in result.err, result
    for arguments in (["go"], ["--models"], ["--doctor"]):
        result = room.run("-m", "openai/test", "-ab", base, "--retry_for", "0", *arguments)
        assert result.code == 1 and "geheim" not in result.out + result.err, result


def test_a_long_answer_that_does_not_fit_beside_the_conversation_becomes_shorter(room):
    refusal = {"status": 400, "error": "input length and `max_tokens` exceed context limit: 150000 + 64000 > 200000, decrease input length or `max_tokens` and try again"}
    with Provider([refusal, {"text": "ok"}]) as provider:
        result = ask(room, provider, "go", model="claude-sonnet-4-0", suffix="")
        assert result.code == 0 and "ok" in result.out, result
        assert provider.body(0)["max_tokens"] == 64000 and provider.body(1)["max_tokens"] == 50000, provider.requests
        assert provider.body(0)["messages"] == provider.body(1)["messages"]


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
    import doctor
    import faults
    import network
    import recording
    main({**globals(), **vars(faults), **vars(network), **vars(doctor), **vars(recording)})
