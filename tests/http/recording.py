"""--record and --model replay:FILE: what was recorded at a vendor's server comes back the same without the server."""

import json
import os
import stat

from clouds import bedrock
from provider import Provider
from run import FORMATS, ask, one_line

KEY = "sk-test-0123456789"
TASK = [{"text": "Let me see.", "calls": [{"language": "shell", "code": "echo h''i"}], "split": 3}, {"text": "It says **hi**, ä 😀."}]


def lines_of(room, name="run.jsonl"):
    with open(os.path.join(room.folder, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_a_recorded_task_plays_the_same_without_its_server(room):
    for model, suffix, *_ in FORMATS:
        with Provider(TASK) as provider:
            live = ask(room, provider, "-y", "--frontend", "json", "--record", "run.jsonl", "say hi", model=model, suffix=suffix)
            assert live.code == 0 and len(provider.requests) == 2, live
        path = os.path.join(room.folder, "run.jsonl")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert KEY not in text and stat.S_IMODE(os.stat(path).st_mode) == 0o600, model
        lines = lines_of(room)
        assert [next(iter(line)) for line in lines[:4]] == ["recording", "model", "request", "reply"], lines[:4]
        assert [line["method"] for line in lines if "request" in line].count("POST") == 2, lines
        replayed = room.run("--model", "replay:run.jsonl", "-y", "--frontend", "json", "say hi")
        assert replayed.code == 0 and replayed.out == live.out, (model, live, replayed)
        other = room.run("--model", "replay:run.jsonl", "-y", "say ho")
        one_line(other, 1, "request 1 differs", "say hi", "say ho", "run.jsonl:3")


def test_settings_of_the_recorded_run_need_not_be_given_again(room):
    given = ("--reasoning_effort", "high", "--temperature", "0.5", "--max_tokens", "900", "--context_window", "90000", "--no-llm_supports_functions")
    with Provider([{"text": "fine"}]) as provider:
        assert ask(room, provider, "--record", "run.jsonl", *given, "hi").code == 0 and provider.body(0)["reasoning_effort"] == "high"
    replayed = room.run("--model", "replay:run.jsonl", "hi")
    assert replayed.code == 0 and "fine" in replayed.out, replayed


def test_signatures_and_tokens_of_the_clouds_stay_out_of_the_file(room):
    key = {"AWS_ACCESS_KEY_ID": "ASIATEST0123456789", "AWS_SECRET_ACCESS_KEY": "another/Secret+0123456789", "AWS_SESSION_TOKEN": "session-token-0123456789"}
    with Provider(TASK) as provider:
        live = bedrock(room, provider, "-y", "--frontend", "json", "--record", "run.jsonl", "say hi", env=key)
        assert live.code == 0 and "Signature=" in provider.requests[0]["headers"]["authorization"], live
    with open(os.path.join(room.folder, "run.jsonl"), encoding="utf-8") as file:
        text = file.read()
    for hidden in (*key.values(), "Signature="):
        assert hidden not in text, text
    assert "authorization: AWS4-HMAC-SHA256 ***" in text.replace("Authorization", "authorization"), text
    replayed = room.run("--model", "replay:run.jsonl", "-y", "--frontend", "json", "say hi")
    assert (replayed.code, replayed.out) == (0, live.out), (live, replayed)


def test_a_replay_elsewhere_and_later_has_the_recorded_facts(room):
    with Provider([{"text": "fine"}]) as provider:
        assert ask(room, provider, "--record", "run.jsonl", "hi").code == 0
    lines = lines_of(room)
    text = json.dumps(lines[2]["body"])
    assert room.folder in text and lines[0]["surroundings"]["folder"] == room.folder
    path = os.path.join(room.folder, "run.jsonl")
    with open(path, encoding="utf-8") as file:
        moved = file.read().replace(room.folder, "/home/ada").replace(lines[0]["surroundings"]["date"], "1999-12-31")
    with open(path, "w", encoding="utf-8") as file:
        file.write(moved)
    result = room.run("--model", "replay:run.jsonl", "hi")
    assert result.code == 0 and "fine" in result.out, result
    one_line(room.run("--model", "replay:run.jsonl", "-ci", "Be brief.", "hi"), 1, "differs", "Be brief.")


def test_retries_and_faults_are_played_too(room):
    with Provider([{"status": 429, "error": "slow down", "headers": {"Retry-After": "1"}}, {"text": "there"}]) as provider:
        assert ask(room, provider, "--record", "run.jsonl", "go").code == 0
    replayed = room.run("--model", "replay:run.jsonl", "go")
    assert replayed.code == 0 and "there" in replayed.out and "slow down" in replayed.err, replayed
    assert replayed.seconds < 1, "nothing is waited for"
    timed = room.run("--model", "timed-replay:run.jsonl", "go")
    assert timed.code == 0 and timed.seconds >= 1, timed
    with Provider([{"status": 500, "error": "oops"}]) as provider:
        live = ask(room, provider, "--retry_for", "1", "--record", "run.jsonl", "go")
    replayed = room.run("--model", "replay:run.jsonl", "go")
    assert replayed.code == 1 and replayed.err.splitlines()[-1] == live.err.splitlines()[-1] and "oops" in live.err, (live, replayed)
    with Provider([{"text": "so far so good", "fault": "cut", "after": "good"}]) as provider:
        live = ask(room, provider, "--retry_for", "0", "--record", "run.jsonl", "go")
    replayed = room.run("--model", "replay:run.jsonl", "--retry_for", "0", "go")
    assert (replayed.code, replayed.out, replayed.err) == (live.code, live.out, live.err) and "cut" in live.err, (live, replayed)


def test_a_fall_back_model_and_a_reply_that_goes_on_are_played_too(room):
    with Provider([{"status": 503, "error": "down"}]) as first, Provider([{"text": "half an answer", "fault": "cut", "after": "answer"}, {"text": " that goes on"}]) as second:
        live = ask(room, first, "--fallback_models", "claude-test", "--record", "run.jsonl", "--frontend", "json", "go",
                   env={"ANTHROPIC_API_KEY": "another-key-0123456789", "ANTHROPIC_BASE_URL": second.base})
        assert live.code == 0 and "half an" in live.out and "goes on" in live.out and "go on" in live.out and len(second.requests) == 2, live
    assert [line["model"] for line in lines_of(room) if "model" in line] == ["openai/test", "claude-test"]
    assert "another-key" not in json.dumps(lines_of(room))
    replayed = room.run("--model", "replay:run.jsonl", "--frontend", "json", "go")
    words = lambda result: [line for line in map(json.loads, result.out.splitlines()) if line.get("format") != "countdown"]  # waits are random
    assert replayed.code == 0 and words(replayed) == words(live), (live, replayed)


def test_a_program_killed_in_a_reply_leaves_what_had_come(room):
    with Provider([{"text": "thinking about it", "fault": "stall", "after": 900}]) as provider:
        child = room.start("-m", "openai/test", "-ab", provider.base + "/v1", "--record", "run.jsonl", "go")
        assert child.stdout.read(5) == "think"
        child.kill()
        child.communicate()
    assert "thinking" in "".join(line.get("text", "") for line in lines_of(room) if "piece" in line)
    one_line(room.run("-m", "replay:run.jsonl", "go"), 1, "ended in the middle of this reply")


def test_what_cannot_be_recorded_or_played_is_named(room):
    room.write("mine.txt", "my thesis")
    with Provider([{"text": "never"}]) as provider:
        one_line(ask(room, provider, "--record", "mine.txt", "hi"), 2, "mine.txt", "no recording")
        one_line(ask(room, provider, "--record", "no/such/x", "hi"), 1, "no/such/x")
        assert provider.requests == []
    one_line(room.run("-m", "replay:mine.txt", "hi"), 2, "mine.txt:1:", "malformed")
    one_line(room.run("-m", "replay:nowhere", "hi"), 1, "nowhere")
    room.write("script.md", "hello")
    one_line(room.run("-m", "script:script.md", "--record", "x", "hi"), 2, "--record")
    assert not os.path.exists(os.path.join(room.folder, "x"))
    with Provider([{"text": "ok"}]) as provider:
        assert ask(room, provider, "--record", "run.jsonl", "hi").code == 0
    more = room.run("-m", "replay:run.jsonl", stdin='{"role":"user","type":"message","content":"hi"}\n{"role":"user","type":"message","content":"more"}\n',
                    env={"INTERPRETER_FRONTEND": "json"})
    assert "played to its end: after 1 request" in more.out, more
