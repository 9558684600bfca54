"""What requests cost, what they may cost, and what servers say of models that the catalogue does not have."""

import json
import os

from provider import Provider

KEY = "sk-test-0123456789"
LONG = "word " * 4000
MIDDLING = "word " * 2100  # long enough that the window matters


def ask(room, provider, *arguments, model="gpt-4o", suffix="/v1", **more):
    return room.run("--model", model, "--api_base", provider.base + suffix, "--api_key", KEY, *arguments, **more)


def complete(result):
    """The last line of a turn in JSON."""
    assert result.code == 0, result
    return json.loads(result.out.splitlines()[-1])


def own_catalogue(room, text):
    folder = os.path.join(room.home, ".config/open-interpreter")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "catalogue.txt"), "w", encoding="utf-8") as file:
        file.write(text)


def near(number, wanted):
    return number is not None and abs(number - wanted) < 1e-9


def test_the_cost_follows_the_models_name_and_the_kinds_of_tokens(room):
    reply = {"text": "ok", "usage": [10000, 1000], "cached": 4000, "cache_written": 2000}
    cases = (("gpt-4o", "/v1", 6000 * 2.5 + 4000 * 1.25 + 1000 * 10, 10000, 0),
             ("openai/responses/gpt-4o", "/v1", 6000 * 2.5 + 4000 * 1.25 + 1000 * 10, 10000, 0),
             # What Anthropic reads from its cache and writes to it is no part of its input_tokens.
             ("claude-haiku-4-5", "", 10000 * 1 + 4000 * 0.1 + 2000 * 1.25 + 1000 * 5, 16000, 2000),
             ("gemini-2.5-flash", "", 6000 * 0.3 + 4000 * 0.03 + 1000 * 2.5, 10000, 0))
    for model, suffix, cost, tokens, written in cases:
        with Provider([reply]) as provider:
            usage = complete(ask(room, provider, "--frontend", "json", "go", model=model, suffix=suffix))["usage"]
            assert (usage["input_tokens"], usage["cached_tokens"], usage["cache_write_tokens"]) == (tokens, 4000, written), (model, usage)
            assert near(usage["cost"], cost / 1e6), (model, usage, cost / 1e6)
            assert provider.questions == [], "known models are not asked about"


def test_local_servers_cost_nothing_and_unknown_prices_are_null(room):
    with Provider([{"text": "ok", "usage": [1000, 100]}]) as provider:
        assert complete(ask(room, provider, "--frontend", "json", "go", model="openai/test"))["usage"]["cost"] == 0
        assert complete(ask(room, provider, "--frontend", "json", "go", model="ollama/test"))["usage"]["cost"] == 0
        assert complete(ask(room, provider, "--frontend", "json", "go", model="litellm_proxy/unheard-of"))["usage"]["cost"] is None


def test_a_budget_holds_for_every_model_that_may_answer(room):
    keys = {"MISTRAL_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}
    with Provider([{"text": "ok", "usage": [1000, 100]}]) as provider:
        result = ask(room, provider, "-b", "1", "--fallback_models", "mistral/unheard-of", "go", env=keys)
        assert result.code == 1 and "no price for mistral/unheard-of" in result.err and provider.requests == [], result
        result = ask(room, provider, "-b", "0.02", "-x", "1000", "--fallback_models", "claude-opus-4-1", "go", env=keys)
        assert result.code == 1 and "the budget of $0.020 would be exceeded" in result.err and provider.requests == [], result
        assert ask(room, provider, "-b", "0.02", "-x", "1000", "go").code == 0


def test_the_sum_of_a_conversation_goes_on_when_it_is_resumed(room):
    with Provider([{"text": "ok", "usage": [1000, 100]}]) as provider:
        first = complete(ask(room, provider, "--frontend", "json", "go"))
        assert near(first["usage"]["cost"], 0.0035) and first["conversation"] == first["usage"], first
        second = complete(ask(room, provider, "--frontend", "json", "--resume", "on"))
        assert near(second["usage"]["cost"], 0.0035) and near(second["conversation"]["cost"], 0.007), second
        assert second["conversation"]["input_tokens"] == 2000, second


def test_plain_text_says_the_cost_only_when_asked_and_never_on_stdout(room):
    with Provider([{"text": "ok", "usage": [1234, 100]}]) as provider:
        assert ask(room, provider, "go").err == ""
        result = ask(room, provider, "--verbose", "go")
        assert "1.2k in \u00b7 100 out \u00b7 $0.004\n" in result.err and "$" not in result.out, result


def test_a_budget_stops_before_the_request_that_would_exceed_it(room):
    with Provider([{"text": "ok", "usage": [100000, 0]}]) as provider:
        result = ask(room, provider, "-b", "0.001", LONG)
        assert result.code == 1 and provider.requests == [], result
        for word in ("the budget of $0.001", "$0 are spent", "was not sent", "--max_budget DOLLARS"):
            assert word in result.err, (word, result)
        assert ask(room, provider, "-b", "0.2", "go").code == 0
        result = ask(room, provider, "-b", "0.25", "--resume", "go")
        assert result.code == 1 and "$0.25 are spent" in result.err and len(provider.requests) == 1, result
        assert ask(room, provider, "-b", "1", "--resume", "go").code == 0
        error = [json.loads(line) for line in ask(room, provider, "-b", "0.3", "--resume", "--frontend", "json", "go").out.splitlines()
                 if '"error"' in line]
        assert error[0]["format"] == "over_budget", error
        # The answer counts as far as its length is limited: 10000 tokens of output are $0.10.
        assert ask(room, provider, "-b", "0.05", "-x", "10000", "go").code == 1
        assert ask(room, provider, "-b", "0.15", "-x", "10000", "go").code == 0
        assert len(provider.requests) == 3


def test_a_budget_needs_a_price_and_the_own_catalogue_gives_one(room):
    with Provider([{"text": "ok", "usage": [1000, 0]}]) as provider:
        result = ask(room, provider, "-b", "1", "go", model="litellm_proxy/unheard-of")
        assert result.code == 2 and "litellm_proxy/unheard-of" in result.err and ".config/open-interpreter/catalogue.txt" in result.err, result
        own_catalogue(room, "# mine\nunheard-of 5000 - 2 4\nbad row\ngpt-4o 100000 - 7 7\n")
        result = ask(room, provider, "-b", "1", "--frontend", "json", "go", model="litellm_proxy/unheard-of")
        assert near(complete(result)["usage"]["cost"], 0.002), result
        assert "catalogue.txt:3: " in result.out and "left out" in result.out, result
        assert near(complete(ask(room, provider, "--frontend", "json", "go"))["usage"]["cost"], 0.007)


def test_openrouter_is_asked_for_the_prices_that_nobody_knows(room):
    listed = [{"id": "someone/new", "window": 9000, "pricing": {"prompt": "0.000002", "completion": "0.000004"}}, {"id": "someone/auto",
              "pricing": {"prompt": "-1", "completion": "-1"}}]
    with Provider([{"text": "ok", "usage": [1000, 100]}], models=listed) as provider:
        address = {"OPENROUTER_API_BASE": provider.base.replace("127.0.0.1", "localhost") + "/v1", "OPENROUTER_API_KEY": KEY}
        result = room.run("-m", "openrouter/someone/new", "-b", "1", "--frontend", "json", "go", env=address)
        assert near(complete(result)["usage"]["cost"], 0.0024), result
        result = room.run("-m", "openrouter/someone/auto", "-b", "1", "go", env=address)
        assert result.code == 1 and "no price for openrouter/someone/auto" in result.err and len(provider.requests) == 1, result
        table = room.run("--models=new", "-m", "openrouter", env=address).out
        assert table.split() == ["openrouter/someone/new", "9000", "tokens", "$2.00", "in", "$4.00", "out"], table


def test_a_server_is_asked_once_how_large_its_window_is(room):
    told = {"/props": {"default_generation_settings": {"n_ctx": 4000}},
            "/api/v0/models": {"data": [{"id": "other"}, {"id": "new", "type": "vlm", "loaded_context_length": 4000}]},
            "/api/show": {"model_info": {"llama.context_length": 4000, "llama.embedding_length": 1}, "capabilities": ["completion"]}}
    cases = (("ollama/new", "", ["POST /api/show"]), ("llamacpp/new", "/v1", ["GET /props"]), ("lm_studio/new", "/v1", ["GET /api/v0/models"]),
             ("openai/new", "/v1", ["GET /v1/models", "GET /props"]))
    for model, suffix, questions in cases:
        is_toolless = model == "ollama/new"  # its capabilities have no tools
        code = {"text": "```shell\necho hi\n```"} if is_toolless else {"calls": [{"language": "shell", "code": "echo hi"}]}
        with Provider([code, {"text": "ok"}], told=told) as provider:
            assert ask(room, provider, "-y", MIDDLING, model=model, suffix=suffix).code == 0
            assert provider.questions == questions, (model, provider.questions)
            assert len(provider.requests) == 2, "nothing is asked before the second request"
            assert ("tools" in provider.body(0)) == (not is_toolless)
            ask(room, provider, "--resume", LONG, model=model, suffix=suffix)
            result = ask(room, provider, "--resume", "short", model=model, suffix=suffix)
            assert "context window (4000 tokens)" in result.err, (model, result)


def test_a_local_server_that_says_nothing_delays_and_breaks_nothing(room):
    with Provider([{"text": "ok"}], models=["another"]) as provider:
        assert ask(room, provider, "go", model="openai/new").err == "" and not provider.questions, "a short message fits everywhere"
        result = ask(room, provider, MIDDLING, model="openai/new")
        assert result.code == 0 and "8000 tokens are assumed" in result.err and "--context_window" in result.err, result
        assert len(result.err.splitlines()) == 1, result
        assert ask(room, provider, "-cw", "9000", MIDDLING, model="openai/new").err == "", "what is set needs no question"
    with Provider([{"text": "ok"}], told="hang") as provider:
        result = ask(room, provider, MIDDLING, model="llamacpp/new")
        assert result.code == 0 and 1.5 < result.seconds < 8, result


def test_a_request_that_is_too_long_is_made_shorter_and_sent_again(room):
    refusal = {"status": 400, "error": "This model's maximum context length is 3000 tokens. However, your messages resulted in 5010 tokens."}
    with Provider([{"text": "first"}, refusal, {"text": "second"}, {"text": "third"}]) as provider:
        assert ask(room, provider, LONG).code == 0
        result = ask(room, provider, "--resume", "short")
        assert result.code == 0 and "second" in result.out and "context window (3000 tokens)" in result.err, result
        assert len(provider.requests) == 3, len(provider.requests)
        assert "word word" in json.dumps(provider.body(1)) and "word word" not in json.dumps(provider.body(2))
    with Provider([refusal]) as provider:
        result = ask(room, provider, "a message that cannot be made shorter")
        assert result.code == 1 and "maximum context length" in result.err, result
        assert len(provider.requests) == 1, "the same request is not sent twice"
    numberless = {"status": 400, "error": "Your input exceeds the context window of this model."}
    with Provider([{"text": "ok"}, numberless, numberless, numberless, numberless]) as provider:
        assert ask(room, provider, LONG).code == 0
        result = ask(room, provider, "--resume", "short")
        assert result.code == 1 and 2 <= len(provider.requests) <= 4, (result, len(provider.requests))
        bodies = [json.dumps(provider.body(number)) for number in range(1, len(provider.requests))]
        assert len(set(bodies)) == len(bodies), "nothing is sent twice"
