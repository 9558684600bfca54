// HttpModel end to end: real HTTP to a scripted vendor on loopback, in every format, with everything that can go wrong.
#include "llm/open_model.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"
#include "sys/wait.h"
#include "testing/environment.h"
#include "testing/places.h"
#include "testing/provider_server.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <thread>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;
using testing::Environment;
using testing::ProviderServer;
using testing::TempDir;
using Messages = std::vector<Message>;

const std::vector<std::string> languages{"python", "javascript", "shell"};
const Messages go{user("go")};

// What a stream() gave.
struct Heard {
    Messages messages;
    std::vector<std::string> countdowns;
    std::vector<std::string> notices;
    Result<Usage> result = Usage{};
    std::chrono::milliseconds time{0};
};

struct Asking {
    Messages messages = go;
    std::string system = "You are brief.";
    std::function<void(const Event&)> on_event{};
    std::stop_token stop{};
    bool offers_tools = true;
};

Heard ask(LanguageModel& model, Asking asking = {})
{
    Heard heard;
    bool is_open = false;
    const auto start = sys::Clock::now();
    const EventSink sink = [&](const Event& event) {
        if (const auto* countdown = std::get_if<Countdown>(&event)) heard.countdowns.push_back(countdown->reason);
        if (const auto* notice = std::get_if<Notice>(&event)) heard.notices.push_back(notice->text);
        if (const auto* chunk = std::get_if<Chunk>(&event)) {
            const bool continues = is_open && heard.messages.back().type == chunk->type && heard.messages.back().format == chunk->format;
            is_open = !is_end_mark(*chunk);
            if (is_end_mark(*chunk)) {
            } else if (continues) {
                heard.messages.back().content += chunk->content;
            } else {
                heard.messages.push_back({chunk->role, chunk->type, chunk->format, chunk->content, ""});
            }
        }
        if (asking.on_event) asking.on_event(event);
    };
    const Request request{
        .system = asking.system, .messages = asking.messages, .languages = languages, .offers_tools = asking.offers_tools};
    heard.result = model.stream(request, sink, asking.stop);
    heard.time = std::chrono::duration_cast<std::chrono::milliseconds>(sys::Clock::now() - start);
    return heard;
}

// One wire format, and where it differs from the others.
struct Format {
    const char* name;
    const char* model;
    const char* title;  // of its vendor
    const char* key_header;
    const char* key_hint;              // what the remedy of a wrong key names
    bool counts_cached_apart = false;  // the prompt's tokens that came from the cache are no part of its count
    bool has_cached = true;
    bool has_error_types = true;  // an error inside a stream says its kind
};
constexpr Format formats[] = {
    {"OpenAI", "gpt-4o", "OpenAI", "Authorization", "OPENAI_API_KEY"},
    {"Responses", "openai/responses/gpt-4o", "OpenAI", "Authorization", "OPENAI_API_KEY"},
    {"Azure", "azure/gpt-4o", "Azure OpenAI", "api-key", "AZURE_API_KEY"},
    {"Anthropic", "claude-3-5-sonnet-20241022", "Anthropic", "x-api-key", "ANTHROPIC_API_KEY", true},
    {"Gemini", "gemini-2.5-flash", "Gemini", "x-goog-api-key", "GEMINI_API_KEY", false, true, false},
    {"Cohere", "command-r", "Cohere", "Authorization", "COHERE_API_KEY", false, true, false},
    {"Bedrock", "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", "Amazon Bedrock", "Authorization", "AWS_BEARER_TOKEN_BEDROCK", true,
     true, false},
    {"Ollama", "ollama/llama3", "Ollama", "Authorization", "--api_key", false, false, false},
};
void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

std::string as_bearer(std::string_view header, std::string_view key) { return cat(header == "Authorization" ? "Bearer " : "", key); }

// What runs for one format runs for all.
class Vendor : public ::testing::TestWithParam<Format> {
protected:
    std::string title() const { return GetParam().title; }
    ModelOptions options(const std::string& base) const
    {
        ModelOptions options;
        options.name = GetParam().model;
        options.api_base = base;
        options.api_key = "sk-secret";
        options.retry_for = 1s;
        return options;
    }
    std::unique_ptr<LanguageModel> open(const ProviderServer& server) const { return open_model(options(server.base())).value(); }
    Heard ask_once(const std::string& reply) const
    {
        const ProviderServer server{"{\"replies\":[" + reply + "],\"repeat\":true}"};
        return ask(*open(server));
    }
};

INSTANTIATE_TEST_SUITE_P(Formats, Vendor, ::testing::ValuesIn(formats), [](const auto& which) { return which.param.name; });

void skip_countdown(const Event& event)
{
    if (const auto* countdown = std::get_if<Countdown>(&event)) countdown->skip();
}

void expect_failure(const Heard& heard, ErrorKind kind, std::string_view words)
{
    ASSERT_FALSE(heard.result);
    EXPECT_EQ(name(heard.result.error().kind), name(kind)) << heard.result.error().what;
    EXPECT_NE(heard.result.error().what.find(words), std::string::npos) << heard.result.error().what;
}

}  // namespace

TEST_P(Vendor, DoesTheTwoTurnTask)
{
    const ProviderServer server{R"({"replies":[
        {"text":"Let me see.","calls":[{"language":"shell","code":"echo hi"}],"usage":[100,20],"cached":40},
        {"text":"It says hi."}]})"};
    auto model = open(server);
    const auto first = ask(*model);
    ASSERT_TRUE(first.result) << to_line(first.result.error());
    EXPECT_EQ(first.messages, (Messages{assistant("Let me see."), code("shell", "echo hi")}));
    EXPECT_EQ(first.result->output_tokens, 20);
    EXPECT_EQ(first.result->input_tokens, GetParam().counts_cached_apart ? 140 : 100);
    EXPECT_EQ(first.result->cached_tokens, GetParam().has_cached ? 40 : 0);

    Messages conversation = go;
    conversation.insert(conversation.end(), first.messages.begin(), first.messages.end());
    conversation.push_back(output("hi\n"));
    const auto second = ask(*model, {.messages = conversation});
    ASSERT_TRUE(second.result) << to_line(second.result.error());
    EXPECT_EQ(second.messages, (Messages{assistant("It says hi.")}));

    const auto records = server.records();
    ASSERT_EQ(records.size(), 2U);
    const auto request = json::parse(records[1]).value();
    EXPECT_EQ(json::integer(request, "connection"), 0) << "the second turn opened a new connection";
    const std::string_view header = GetParam().key_header;
    EXPECT_EQ(json::text(*json::find(request, "headers"), lower(header)), as_bearer(header, "sk-secret"));
    EXPECT_LT(json::integer(request, "bytes"), 5000);
}

TEST_P(Vendor, StreamsTwentyThousandDeltasAndParallelCalls)
{
    const ProviderServer server{R"({"replies":[{"deltas":20000},
        {"calls":[{"language":"python","code":"1"},{"code":"2","language":"shell"}],"split":1,"ping":true,"newline":"\r\n"}]})"};
    auto model = open(server);
    EXPECT_EQ(ask(*model).messages.at(0).content.size(), 100'000U);
    EXPECT_EQ(ask(*model).messages, (Messages{code("python", "1"), code("shell", "2")}));
}

TEST_P(Vendor, ReadsAReplyThatIsNotStreamedAndOneThatIsCompressed)
{
    const ProviderServer server{
        R"({"replies":[{"json":true,"text":"plain","calls":[{"language":"python","code":"1"}]},{"gzip":true,"text":"packed"}]})"};
    auto model = open(server);
    EXPECT_EQ(ask(*model).messages, (Messages{assistant("plain"), code("python", "1")}));
    EXPECT_EQ(ask(*model).messages, (Messages{assistant("packed")}));
}

TEST_P(Vendor, ARefusalNamesVendorStatusTheirSentenceAndTheRemedy)
{
    const auto wrong_key = ask_once(R"({"status":401,"error":"Incorrect API key provided: sk-abc.","type":"invalid_api_key"})");
    expect_failure(wrong_key, ErrorKind::auth, title() + ": 401 Unauthorized: Incorrect API key provided: sk-abc.");
    EXPECT_NE(wrong_key.result.error().hint.find(GetParam().key_hint), std::string::npos);
    expect_failure(ask_once(R"({"status":404,"error":"The model `gpt-9` does not exist"})"), ErrorKind::not_found,
                   "404 Not Found: The model `gpt-9` does not exist");
    expect_failure(ask_once(R"({"status":400,"error":"bad thing"})"), ErrorKind::invalid, "400 Bad Request: bad thing");
    expect_failure(ask_once(R"({"status":400,"error":"This model's maximum context length is 8192 tokens."})"), ErrorKind::context_overflow,
                   "maximum context");
    expect_failure(ask_once(R"({"status":403,"body":"<html><title>Blocked</title></html>"})"), ErrorKind::auth,
                   "an HTML page, \"Blocked\"");
    expect_failure(ask_once(R"({"status":307,"headers":{"Location":"http://elsewhere/"},"body":""})"), ErrorKind::protocol,
                   "307 Temporary Redirect");
}

TEST_P(Vendor, ARateLimitIsWaitedForWithACountdownAndThenItGoesOn)
{
    const ProviderServer server{
        R"({"replies":[{"status":429,"headers":{"Retry-After":"0.2"},"error":"Slow down"},{"status":529,"error":"Overloaded"},{"text":"ok"}]})"};
    auto options = this->options(server.base());
    options.retry_for = 20s;
    const auto heard = ask(*open_model(options).value());
    ASSERT_TRUE(heard.result) << to_line(heard.result.error());
    EXPECT_EQ(heard.messages, (Messages{assistant("ok")}));
    EXPECT_EQ(heard.countdowns,
              (std::vector<std::string>{title() + ": 429 Too Many Requests: Slow down", title() + ": 529 Overloaded: Overloaded"}));
    EXPECT_GE(heard.time, 200ms);
}

TEST_P(Vendor, WithNobodyWatchingRetriesEndInTime)
{
    const auto heard = ask_once(R"({"status":500,"error":"Something broke"})");
    expect_failure(heard, ErrorKind::network, "500 Internal Server Error: Something broke");
    EXPECT_GE(heard.countdowns.size(), 1U);
    EXPECT_LT(heard.time, 3s);
    const auto long_wait = ask_once(R"({"status":429,"headers":{"Retry-After":"300"},"error":"Slow down"})");
    expect_failure(long_wait, ErrorKind::rate_limited, "429");
    EXPECT_NE(long_wait.result.error().hint.find("300 s"), std::string::npos);
    EXPECT_LT(long_wait.time, 1s);
}

TEST_P(Vendor, ACountdownCanBeSkippedAndStopped)
{
    const ProviderServer server{R"({"replies":[{"status":429,"headers":{"Retry-After":"100"},"error":"Slow down"},{"text":"ok"},
                                              {"status":429,"headers":{"Retry-After":"100"},"error":"Slow down"}]})"};
    auto options = this->options(server.base());
    options.is_attended = true;
    auto model = open_model(options).value();
    const auto skipped = ask(*model, {.on_event = [](const Event& event) {
        if (const auto* countdown = std::get_if<Countdown>(&event)) std::thread{countdown->skip}.join();
    }});
    EXPECT_EQ(skipped.messages, (Messages{assistant("ok")}));
    EXPECT_LT(skipped.time, 5s);
    std::stop_source stop;
    const auto stopped = ask(*model, {.on_event =
                                          [&](const Event& event) {
                                              if (std::holds_alternative<Countdown>(event)) stop.request_stop();
                                          },
                                      .stop = stop.get_token()});
    expect_failure(stopped, ErrorKind::cancelled, "stopped");
    EXPECT_LT(stopped.time, 5s);
}

TEST_P(Vendor, AStreamThatIsCutKeepsWhatCameAndIsNeverSaidTwice)
{
    for (const char* fault : {"cut", "reset", "no_end"}) {
        SCOPED_TRACE(fault);
        const ProviderServer server{cat(R"({"replies":[{"text":"one two three","fault":")", fault, R"("},{"text":"again"}]})")};
        const ProviderServer part{
            cat(R"({"replies":[{"text":"one two three","fault":")", fault, R"(","after":"three"},{"text":"again"}]})")};
        for (const auto* which : {&server, &part}) {
            if (which == &server && std::string_view{fault} == "reset") continue;  // before any byte: another test
            const auto heard = ask(*open(*which));
            if (heard.result) {  // all that matters had come before the connection broke
                EXPECT_EQ(heard.messages, (Messages{assistant("one two three")}));
                continue;
            }
            EXPECT_EQ(name(heard.result.error().kind), "network");
            ASSERT_EQ(heard.messages.size(), 1U);
            EXPECT_TRUE(std::string_view{"one two three"}.starts_with(heard.messages[0].content));
            EXPECT_EQ(which->records().size(), 1U);
        }
    }
}

TEST_P(Vendor, ABreakBeforeTheFirstWordIsTriedAgain)
{
    const ProviderServer server{R"({"replies":[{"fault":"reset"},{"fault":"drop"},{"text":"there"}]})"};
    auto options = this->options(server.base());
    options.retry_for = 20s;
    const auto heard = ask(*open_model(options).value(), {.on_event = skip_countdown});
    EXPECT_EQ(heard.messages, (Messages{assistant("there")}));
    EXPECT_EQ(heard.countdowns.size(), 2U);
}

TEST_P(Vendor, WhatNoModelSendsIsNamed)
{
    expect_failure(
        ask_once(R"({"body":"<!DOCTYPE html><html><head><title>Sign in</title></head></html>","headers":{"Content-Type":"text/html"}})"),
        ErrorKind::protocol, "answered, but not as a model does: 200 OK: an HTML page, \"Sign in\"");
    expect_failure(ask_once(R"({"body":"welcome","headers":{"Content-Type":"text/plain"}})"), ErrorKind::protocol, "welcome");
    expect_failure(ask_once(R"({"body":"{\"hello\":1}"})"), ErrorKind::protocol, "JSON that is no");
    expect_failure(ask_once(R"({"body":"{\"hello\":"})"), ErrorKind::protocol, "malformed JSON");
    expect_failure(ask_once(R"({"fault":"empty"})"), ErrorKind::protocol, "nothing else");
    expect_failure(ask_once(R"({"fault":"garbage"})"), ErrorKind::protocol, "did not speak proper HTTP");
    const auto malformed = ask_once(R"({"text":"well","fault":"malformed"})");
    expect_failure(malformed, ErrorKind::protocol, "malformed JSON");
    EXPECT_EQ(malformed.messages, (Messages{assistant("well")}));
}

TEST_P(Vendor, AnErrorInsideAStreamIsTheVendorsOwn)
{
    const auto heard = ask_once(R"({"text":"so","error":"The engine is overloaded","type":"overloaded_error"})");
    expect_failure(heard, GetParam().has_error_types ? ErrorKind::rate_limited : ErrorKind::network,
                   title() + ": an error inside the stream: ");
    EXPECT_NE(heard.result.error().what.find("The engine is overloaded"), std::string::npos);
    EXPECT_EQ(heard.messages, (Messages{assistant("so")}));
}

TEST_P(Vendor, SilenceEndsAtTheIdleTimeout)
{
    for (const char* reply : {R"({"fault":"hang"})", R"({"text":"aa bb cc","fault":"stall","after":"cc"})"}) {
        const ProviderServer server{cat("{\"replies\":[", reply, "]}")};
        auto options = this->options(server.base());
        options.idle_timeout = 200ms;
        const auto heard = ask(*open_model(options).value());
        expect_failure(heard, ErrorKind::timeout, "0.2 s");
        EXPECT_LT(heard.time, 2s);
    }
}

TEST_P(Vendor, ABodyThatNeverEndsAfterTheLastEventDoesNotHoldTheTurn)
{
    const ProviderServer server{R"({"replies":[{"text":"done","fault":"open"}]})"};
    const auto heard = ask(*open(server));
    ASSERT_TRUE(heard.result) << to_line(heard.result.error());
    EXPECT_EQ(heard.messages, (Messages{assistant("done")}));
    EXPECT_LT(heard.time, 2s);
}

// If this hangs, that is the bug.
TEST_P(Vendor, StopClosesTheSocketAtOnce)
{
    const ProviderServer server{R"({"replies":[{"text":"aa bb cc","fault":"stall","after":"cc"}]})"};
    auto model = open(server);
    std::stop_source stop;
    sys::Clock::time_point asked;
    std::thread stopper;
    const auto heard = ask(*model, {.on_event =
                                        [&](const Event&) {
                                            if (!stopper.joinable())
                                                stopper = std::thread{[&] {
                                                    asked = sys::Clock::now();
                                                    stop.request_stop();
                                                }};
                                        },
                                    .stop = stop.get_token()});
    const auto stopped = sys::Clock::now();
    stopper.join();
    expect_failure(heard, ErrorKind::cancelled, "stopped");
    EXPECT_LT(stopped - asked, 100ms);
    EXPECT_NE(server.wait_for_record("\"closed\""), "") << "the socket stayed open";
}

TEST_P(Vendor, NobodyListeningIsOneClearLine)
{
    int port = 0;
    {
        const ProviderServer gone{"{}"};
        port = gone.port();
    }
    auto options = this->options(cat("http://127.0.0.1:", port));
    options.retry_for = 300ms;
    const auto heard = ask(*open_model(options).value());
    expect_failure(heard, ErrorKind::not_found, cat(title(), ": no connection to http://127.0.0.1:", port));
    EXPECT_NE(heard.result.error().hint.find("is the server running?"), std::string::npos);
}

TEST_P(Vendor, TlsFailuresAreNamedAndNotRetried)
{
    const ProviderServer server{R"({"replies":[{"text":"secret"}]})", {"--tls"}};
    const auto distrusted = ask(*open(server));
    expect_failure(distrusted, ErrorKind::protocol, cat("TLS with https://127.0.0.1:", server.port(), " failed"));
    EXPECT_TRUE(distrusted.countdowns.empty());
    Heard trusted;
    {
        const Environment own_authority{"CURL_CA_BUNDLE", cat(testing::source_folder(), "/tests/provider/self_signed.pem")};
        trusted = ask(*open(server));
    }
    ASSERT_TRUE(trusted.result) << to_line(trusted.result.error());
    EXPECT_EQ(trusted.messages, (Messages{assistant("secret")}));
    const ProviderServer plain{R"({"replies":[]})"};
    expect_failure(ask(*open_model(options(cat("https://127.0.0.1:", plain.port(), "/v1"))).value()), ErrorKind::protocol, "TLS with");
}

TEST_P(Vendor, AModelWithoutToolsGetsTheSameInFences)
{
    const ProviderServer server{R"({"replies":[{"text":"Look:\n```shell\necho hi\n```\n","split":3},{"text":"hi"}]})"};
    auto options = this->options(server.base());
    options.supports_functions = false;
    auto model = open_model(options).value();
    EXPECT_EQ(ask(*model).messages, (Messages{assistant("Look:\n"), code("shell", "echo hi")}));
    const auto second = ask(*model, {.messages = {user("go"), assistant("Look:\n"), code("shell", "echo hi"), output("hi\n")}});
    ASSERT_TRUE(second.result) << to_line(second.result.error());
    const auto records = server.records();
    const auto request = json::parse(records.at(1)).value();
    EXPECT_EQ(json::find(request, {"body", "tools"}), nullptr);
    EXPECT_NE(records.at(1).find("fenced Markdown block"), std::string::npos);
    EXPECT_NE(records.at(1).find(R"(Look:\n\n```shell\necho hi\n```)"), std::string::npos) << records.at(1);
    EXPECT_NE(records.at(1).find(R"(```output\nhi\n```)"), std::string::npos) << records.at(1);
}

TEST_P(Vendor, AServerThatSaysThatTheModelTakesNoToolsIsAskedWithoutThem)
{
    const ProviderServer server{
        R"({"replies":[{"status":400,"error":"registry.ollama.ai/library/phi3 does not support tools"},{"text":"```python\n1\n```"}]})"};
    const auto heard = ask(*open(server));
    EXPECT_EQ(heard.messages, (Messages{code("python", "1")}));
    ASSERT_EQ(heard.notices.size(), 1U);
}

TEST_P(Vendor, VerboseShowsBothSidesWithTheKeyMasked)
{
    const ProviderServer server{R"({"replies":[{"text":"hello sk-secret"}]})"};
    std::string trace;
    auto options = this->options(server.base());
    options.trace = [&](std::string_view line) { trace += cat(line, "\n"); };
    ask(*open_model(options).value());
    EXPECT_EQ(trace.find("sk-secret"), std::string::npos) << trace;
    const std::string_view header = GetParam().key_header;
    EXPECT_NE(trace.find(cat(header, ": ", as_bearer(header, "***"))), std::string::npos) << trace;
    EXPECT_NE(trace.find("> POST http://127.0.0.1"), std::string::npos);
    EXPECT_NE(trace.find("< 200 OK after"), std::string::npos);
    EXPECT_NE(trace.find("= complete after"), std::string::npos);
}

TEST_P(Vendor, EverySortOfConversationIsARequestThatTheVendorTakes)
{
    const TempDir folder;
    const std::string picture = folder.write("p.jpg", "JPEG");
    const Message image{Role::computer, Kind::image, "base64.png",
                        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", ""};
    const std::vector<Messages> conversations{
        {user("a"), user("b")},
        {assistant("first"), user("x")},
        {user("x"), assistant("last")},
        {user("x"), code("python", "1"), output("")},
        {user("x"), code("python", "1"), user("no, stop")},
        {user("x"), code("python", "1")},
        {user("x"), assistant("two calls"), code("python", "1"), code("shell", "ls"), output("1\n"), output("a\n")},
        {user("x"), code("python", "1"), code("shell", "ls"), output("1\n")},
        {user("x"), code("python", "plot()"), image, output("done"), assistant("see"), code("python", "2"), output("2")},
        {user("x"), code("python", "plot()"), image, user("nice")},
        {user("x"), {Role::user, Kind::image, "path", picture, ""}, {Role::user, Kind::file, "path", "/tmp/f.txt", ""}},
        {user("x"), output("an orphan"), image, user("  "), assistant(" \n")},
        {user("x"), {Role::computer, Kind::console, "output", "for the person only", "user"}, {Role::server, Kind::error, "", "no", ""}},
        {user("bad bytes \xFF\xC3"), code("python", "print('\xF0\x9F\x99\x82 \x01')"), output("\x80")},
        {},
    };
    const ProviderServer server{R"({"replies":[{"text":"ok"}],"repeat":true})"};
    for (const bool takes_images : {true, false}) {
        for (const bool takes_tools : {true, false}) {
            auto options = this->options(server.base());
            options.supports_vision = takes_images;
            options.supports_functions = takes_tools;
            auto model = open_model(options).value();
            for (std::size_t i = 0; i < conversations.size(); ++i) {
                for (const bool offers_tools : {true, false}) {
                    const auto heard = ask(*model, {.messages = conversations[i], .offers_tools = offers_tools});
                    EXPECT_TRUE(heard.result) << "conversation " << i << ": " << to_line(heard.result.error());
                }
            }
        }
    }
    for (const auto& record : server.records()) EXPECT_EQ(record.find("for the person only"), std::string::npos);
}

TEST_P(Vendor, TemperatureAndMaxTokensAreSentAsGiven)
{
    const ProviderServer server{R"({"replies":[{"text":"ok"}],"repeat":true})"};
    auto options = this->options(server.base());
    options.temperature = 0;
    options.max_tokens = 77;
    ask(*open_model(options).value());
    const auto sent = json::parse(server.records().at(0)).value();
    const json::Value& body = *json::find(sent, "body");
    const json::Value* place = &body;
    for (const std::string_view nested : {"generationConfig", "options", "inferenceConfig"})
        if (const json::Value* found = json::find(body, nested)) place = found;
    long max_tokens = 0;
    for (const std::string_view name : {"max_tokens", "max_output_tokens", "maxOutputTokens", "num_predict", "maxTokens"})
        max_tokens += json::integer(*place, name);
    EXPECT_EQ(max_tokens, 77);
    EXPECT_NE(json::find(*place, "temperature"), nullptr) << "temperature 0 is a temperature";
}

TEST(HttpModel, AFieldThatTheServerRefusesIsSentNoMore)
{
    const ProviderServer server{R"({"replies":[
        {"status":400,"error":"Unknown field: stream_options","type":"invalid_request_error"},
        {"status":400,"error":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.","type":"invalid_request_error"},
        {"text":"one"},{"text":"two"}]})"};
    const auto model = open_model({.name = "azure/deployed", .api_base = server.base(), .api_key = "k", .max_tokens = 77}).value();
    EXPECT_EQ(ask(*model).messages, (Messages{assistant("one")}));
    EXPECT_EQ(ask(*model).messages, (Messages{assistant("two")}));
    const auto records = server.records();
    ASSERT_EQ(records.size(), 4U) << "what is learnt is kept";
    EXPECT_NE(records[3].find("\"max_completion_tokens\": 77"), std::string::npos);
    EXPECT_EQ(records[3].find("stream_options"), std::string::npos);
}

TEST(HttpModel, SummariesThatTheVendorRefusesAreAskedForNoMore)
{
    const ProviderServer server{R"({"replies":[
        {"status":400,"error":"Your organization must be verified to generate reasoning summaries.","type":"invalid_request_error"},
        {"text":"ok"}]})"};
    const auto model = open_model({.name = "openai/responses/gpt-5", .api_base = server.base(), .api_key = "k"}).value();
    EXPECT_EQ(ask(*model).messages, (Messages{assistant("ok")}));
    const auto records = server.records();
    EXPECT_NE(records.at(0).find("\"summary\": \"auto\""), std::string::npos);
    EXPECT_EQ(records.at(1).find("\"summary\""), std::string::npos);
}

TEST(HttpModel, ReasoningModelsGetTheFieldsThatTheyTake)
{
    const ProviderServer server{R"({"replies":[{"text":"ok"}],"repeat":true})"};
    ModelOptions options{.name = "o3-mini", .api_base = server.base(), .temperature = 0.5, .max_tokens = 77};
    const auto heard = ask(*open_model(options).value());
    EXPECT_TRUE(heard.result) << to_line(heard.result.error());
    EXPECT_NE(server.records().at(0).find("\"max_completion_tokens\": 77"), std::string::npos);
    EXPECT_EQ(server.records().at(0).find("authorization"), std::string::npos) << "no key, no header";
}

TEST(HttpModel, AProxyFromTheEnvironmentIsUsedButNotForLoopback)
{
    const ProviderServer proxy{R"({"replies":[{"text":"through the proxy"}]})"};
    const ProviderServer local{R"({"replies":[{"text":"direct"}]})"};
    const Environment in_proxy{"http_proxy", cat("http://127.0.0.1:", proxy.port())};
    const Environment in_no_proxy{"no_proxy", ""};
    const auto far = ask(*open_model({.name = "openai/m", .api_base = "http://vendor.invalid/v1", .retry_for = 0s}).value());
    const auto near = ask(*open_model({.name = "openai/m", .api_base = local.base()}).value());
    EXPECT_EQ(far.messages, (Messages{assistant("through the proxy")}));
    EXPECT_EQ(near.messages, (Messages{assistant("direct")}));
}

TEST(HttpModel, AHostThatDoesNotExistIsNamed)
{
    const auto heard = ask(*open_model({.name = "openai/m", .api_base = "http://vendor.invalid/v1", .retry_for = 0s}).value());
    expect_failure(heard, ErrorKind::network, "the host vendor.invalid is not known");
}

TEST(HttpModel, AQuestionAboutTheWindowThatWasStoppedIsAskedAgain)
{
    ModelOptions options{.name = "openai/m", .api_base = "http://127.0.0.1:1/v1"};
    options.send = [](const net::HttpRequest&, const net::HttpSink& sink, std::stop_token) -> Result<void> {
        OI_CHECK(sink.head({200, {}}));
        return sink.body(R"({"data":[{"id":"m","max_model_len":5000}]})");
    };
    const auto model = open_model(options).value();
    std::stop_source stopped;
    stopped.request_stop();
    model->learn([](const Event&) {}, stopped.get_token());
    EXPECT_EQ(model->info().context_window, 0);
    model->learn([](const Event&) {}, {});
    EXPECT_EQ(model->info().context_window, 5000);
}

}  // namespace oi::llm
