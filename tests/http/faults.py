"""What goes wrong at vendors, in every wire format: refusals, broken and odd replies, turns that go on, fall-back models."""

import json
import os

from provider import Provider
from run import FORMATS, ask, one_line

KEY = "sk-test-0123456789"
NO_RETRY = ("--retry_for", "0")
# Where every format would take long: one of each way to frame a stream, and all of them when all is run.
SOME = FORMATS if os.environ.get("OI_TEST_GROUP") == "full" else [
    format_ for format_ in FORMATS if format_[0].split("/")[0] in ("openai", "ollama", "bedrock") and "responses" not in format_[0]]
REFUSALS = (({"status": 401, "error": "Incorrect API key provided"}, "401 Unauthorized", "check the key in"),
            ({"status": 403, "error": "Not from here"}, "403 Forbidden", "check the key in"),
            ({"status": 404, "error": "No such model"}, "404 Not Found", "check --model"),
            ({"status": 429, "error": "Slow down", "headers": {"Retry-After": "60"}}, "429 Too Many Requests", "--retry_for 60"),
            ({"status": 500, "error": "Oops"}, "500 Internal Server Error", "try again later"),
            ({"status": 503, "error": "Back soon"}, "503 Service Unavailable", "try again later"),
            ({"status": 529, "error": "Overloaded"}, "529 Overloaded", "another --model"),
            ({"status": 307, "headers": {"Location": "https://elsewhere.test/v2"}, "body": ""}, "307 Temporary Redirect", "https://elsewhere.test/v2"),
            ({"body": "<html><head><title>Hotel Wi-Fi</title></head></html>", "headers": {"Content-Type": "text/html"}}, "Hotel Wi-Fi", "--api_base"))
# What some vendors' users must do instead.
OWN_REMEDIES = {"ollama": {"401": "--api_key", "403": "--api_key", "404": "ollama pull"},
                "vertex_ai": {"401": "gcloud auth print-access-token", "403": "the role Vertex AI User"}}


def test_every_refusal_has_status_sentence_and_remedy_and_hides_the_key(room):
    for model, suffix, *_ in FORMATS:
        with Provider([reply for reply, *_ in REFUSALS]) as provider:
            for reply, status, remedy in REFUSALS:
                result = ask(room, provider, *NO_RETRY, "go", model=model, suffix=suffix)
                own = OWN_REMEDIES.get(model.split("/")[0], {})
                one_line(result, 1, status, own.get(status[:3], remedy), reply.get("error", ""))
                assert KEY not in result.err and result.out == "", result


def test_a_sentence_that_ends_goes_into_the_line_of_the_wait_without_its_end(room):
    with Provider([{"status": 429, "error": "Please try again in 0.1s."}, {"text": "ok"}]) as provider:
        result = ask(room, provider, "go")
        assert result.code == 0 and "Please try again in 0.1s; trying again in 1 s\n" in result.err, result


def test_half_code_is_never_run_and_comes_again(room):
    code = "echo once >> ran; echo fine"
    calls = [{"language": "shell", "code": code}]
    for model, suffix, *_ in SOME:
        for fault in ("cut", "reset") if model == "openai/test" else ("cut",):
            broken = {"text": "Let me see.", "calls": calls, "split": 10, "fault": fault, "after": " >> ran"}
            with Provider([broken, {"calls": calls}, {"text": "Done."}]) as provider:
                result = ask(room, provider, "-y", "go", model=model, suffix=suffix)
                assert result.code == 0 and result.out.count("\nfine\n") == 1 and "Done." in result.out, result
                assert "The reply broke off" in result.err, result
                assert result.out.count("Let me see.") == 1 and len(provider.requests) == 3, (result, provider.requests)
                with open(os.path.join(room.folder, "ran"), encoding="utf-8") as file:
                    assert file.read() == "once\n"
                os.remove(os.path.join(room.folder, "ran"))


def test_a_call_that_came_whole_runs_although_its_reply_broke(room):
    calls = [{"language": "shell", "code": "echo one >> ran"}, {"language": "shell", "code": "echo two >> ran; rm -f lost"}]
    for model, suffix, *_ in SOME:
        with Provider([{"calls": calls, "split": 10, "fault": "cut", "after": ">> ran; rm"}, {"calls": calls[1:]}, {"text": "Done."}]) as provider:
            result = ask(room, provider, "-y", "go", model=model, suffix=suffix)
            assert result.code == 0, result
            with open(os.path.join(room.folder, "ran"), encoding="utf-8") as file:
                assert file.read() == "one\ntwo\n", (model, result)
            os.remove(os.path.join(room.folder, "ran"))


def test_a_sentence_that_broke_off_is_gone_on_with(room):
    for model, suffix, *_ in SOME:
        overload = {"error": "The engine is overloaded", "type": "overloaded_error"}
        for fault in ({"fault": "cut", "after": "three"}, overload) if model == "openai/test" else (overload,):
            with Provider([{"text": "one two three", **fault}, {"text": "and four"}]) as provider:
                result = ask(room, provider, "count", model=model, suffix=suffix)
                assert result.code == 0 and "one two" in result.out and result.out.rstrip().endswith("and four"), result
                asked = json.dumps(provider.body(1))
                assert "one two" in asked and "Go on exactly where it stops" in asked, asked


def test_programs_are_told_that_code_is_withdrawn(room):
    calls = [{"language": "shell", "code": "echo once >> ran"}]
    with Provider([{"calls": calls, "split": 10, "fault": "cut", "after": " >> ran"}, {"calls": calls}, {"text": "Done."}]) as provider:
        lines = [json.loads(line) for line in ask(room, provider, "-y", "--frontend", "json", "go").out.splitlines()]
        withdrawn = [i for i, line in enumerate(lines) if line.get("format") == "withdrawn"]
        assert len(withdrawn) == 1, lines
        before = lines[withdrawn[0] - 1]
        assert before["type"] == "code" and before.get("end"), lines
        starts = [i for i, line in enumerate(lines) if line["type"] == "code" and line.get("start")]
        assert len(starts) == 2 and starts[0] < withdrawn[0] < starts[1], lines
        resumed = ask(room, provider, "--resume", "and?")
        assert resumed.code == 0, resumed
        assert json.dumps(provider.body(3)).count("echo once") == 1, "the half code is not in the store"


def test_the_fourth_break_ends_the_turn_and_keeps_what_came(room):
    with Provider([{"text": "one two", "fault": "cut", "after": "two"}]) as provider:
        result = ask(room, provider, "go")
        one_line(result, 1, "cut the reply")
        assert len(provider.requests) == 4 and result.out.count("one") == 4, result


def test_bodies_of_every_shape_are_read(room):
    shapes = [{"encoding": name} for name in ("gzip", "deflate", "br", "zstd")] + [
        {"chunks": [1, 3, 2000]}, {"headers": {"Content-Type": "text/plain"}}, {"newline": "\r\n", "ping": True}, {"delay": 0.1}]
    calls = [{"language": "shell", "code": "echo f''ine"}]
    for model, suffix, *_ in SOME:
        with Provider([reply for shape in shapes for reply in ({"calls": calls, **shape}, {"text": "Done.", **shape})]) as provider:
            for shape in shapes:
                result = ask(room, provider, "-y", "go", model=model, suffix=suffix)
                assert result.code == 0 and "fine" in result.out and "Done." in result.out, (model, shape, result)


def test_one_event_of_ten_megabytes_is_read(room):
    text = "0123456789" * 1_000_000
    for model, suffix, *_ in SOME:
        with Provider([{"text": text, "split": len(text)}]) as provider:
            result = ask(room, provider, "go", model=model, suffix=suffix)
            assert result.code == 0 and result.out.strip() == text, (model, result.code, len(result.out), result.err)


def fallbacks(room, provider, *arguments, env=None):
    return ask(room, provider, "--fallback_models", "claude-test", *arguments, env={"ANTHROPIC_API_KEY": "k", **(env or {})})


def test_a_fall_back_answers_when_the_first_model_fails_for_good(room):
    calls = [{"language": "shell", "code": "echo f''ine"}]
    for reply in REFUSALS[:4]:
        with Provider([reply[0]]) as first, Provider([{"calls": calls}, {"text": "Done."}]) as second:
            result = fallbacks(room, first, "-y", "go", env={"ANTHROPIC_BASE_URL": second.base})
            assert result.code == 0 and "Done." in result.out and result.seconds < 5, result
            assert "openai/test failed" in result.err and reply[1] in result.err and "claude-test answers instead" in result.err, result
            assert (len(first.requests), len(second.requests)) == (1, 2), "it stays on the one that works"


def test_a_fall_back_takes_over_soon_from_a_server_with_trouble(room):
    with Provider([{"status": 500, "error": "Oops"}]) as first, Provider([{"text": "Done."}]) as second:
        result = fallbacks(room, first, "go", env={"ANTHROPIC_BASE_URL": second.base})
        assert result.code == 0 and "Done." in result.out and result.seconds < 8, result
        assert len(first.requests) > 1, "it is tried again, shortly"


def test_a_fall_back_without_a_key_is_named_at_the_start(room):
    with Provider([{"text": "never"}]) as provider:
        one_line(fallbacks(room, provider, "go", env={"ANTHROPIC_API_KEY": ""}), 1, "fall-back model claude-test", "ANTHROPIC_API_KEY")
        assert provider.requests == []
