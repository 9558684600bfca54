// Cohere's chat, version 2.
// https://docs.cohere.com/reference/chat-stream and https://docs.cohere.com/docs/tool-use-streaming
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/dialogue.h"
#include "llm/providers/event_json.h"
#include "llm/providers/openai_family.h"
#include "llm/thinking.h"
#include "llm/tool.h"
#include "llm/vendor_error.h"

#include <algorithm>

namespace oi::llm {

namespace {

// What the model says before its calls is their plan, and goes back as such.
void write_assistant(json::Writer& w, const Turn& turn)
{
    const std::string text = text_of(turn);
    const bool has_calls = has_call(turn);
    w.object([&] {
        w.field("role", "assistant");
        if (!text.empty()) w.field(has_calls ? "tool_plan" : "content", text);
        if (!has_calls) return;
        write_calls(w, turn);
    });
}

void write_user(json::Writer& w, const Turn& turn)
{
    for (const auto& part : turn.parts)
        if (const auto* result = std::get_if<CallResult>(&part))
            w.object([&] {
                w.field("role", "tool");
                w.field("tool_call_id", call_id(result->number));
                w.field("content", result->text);
            });
    const std::string text = text_of(turn);
    const auto images = images_of(turn);
    if (text.empty() && images.empty()) return;
    w.object([&] {
        w.field("role", "user");
        w.key("content");
        if (images.empty()) return w.value(text);
        w.array([&] {
            w.object([&] {
                w.field("type", "text");
                w.field("text", text.empty() ? images_caption : std::string_view{text});
            });
            for (const auto* image : images) write_image(w, *image);
        });
    });
}

// The address without a version: the chat's is 2, the list's is 1.
std::string_view host_of(const Endpoint& endpoint)
{
    std::string_view base = endpoint.base_url;
    for (const std::string_view version : {"/v1", "/v2"})
        if (base.ends_with(version)) base.remove_suffix(version.size());
    return base;
}

std::string models_url(const Endpoint& endpoint) { return cat(host_of(endpoint), "/v1/models?page_size=1000&endpoint=chat"); }

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    json::Writer w;
    const std::string system = system_text(request, endpoint);
    w.object([&] {
        w.field("model", endpoint.model);
        w.key("messages");
        w.array([&] {
            if (!system.empty())
                w.object([&] {
                    w.field("role", "system");
                    w.field("content", system);
                });
            for (const auto& turn : dialogue_for(request, endpoint))
                turn.role == Role::assistant ? write_assistant(w, turn) : write_user(w, turn);
        });
        if (declares_tool(request, endpoint)) write_function_tools(w, request.languages);
        w.field("stream", true);
        if (!endpoint.reasoning_effort.empty()) {  // https://docs.cohere.com/docs/reasoning
            w.key("thinking");
            w.object([&] { w.field("type", endpoint.reasoning_effort == "none" ? "disabled" : "enabled"); });
        }
        if (endpoint.max_tokens > 0) w.field("max_tokens", std::int64_t{endpoint.max_tokens});
        if (endpoint.temperature >= 0) w.field("temperature", std::min(endpoint.temperature, 1.0));  // its scale ends at 1
    });
    net::HttpRequest http;
    http.url = cat(host_of(endpoint), "/v2/chat");
    http.headers = {{"Content-Type", "application/json"}, {"Accept", "text/event-stream"}};
    if (!endpoint.key.empty()) http.headers.push_back({"Authorization", cat("Bearer ", endpoint.key)});
    http.body = valid_utf8(w.take());
    return http;
}

class CohereDecoder : public Decoder {
public:
    Result<void> event(const net::SseEvent& event, const DeltaSink& sink) override
    {
        if (event.text() == "[DONE]") return {};
        OI_TRY(const json::Value* body, json_.parse(event.data, event.size));
        if (auto error = error_in(*body)) return Fail{std::move(*error)};
        const auto type = json::text(*body, "type");
        if (type.empty()) return read_untyped(*body);
        if (type == "message-end") return read_end(json::find(*body, "delta"), sink);
        const json::Value* message = json::find(*body, {"delta", "message"});
        if (!message) return {};
        if (type == "content-delta" || type == "content-start") read_content(json::find(*message, "content"), sink);
        else if (type == "tool-plan-delta") say(Delta::Kind::text, json::text(*message, "tool_plan"), sink);
        else if (type == "tool-call-start") read_start(*message, sink);
        else if (type == "tool-call-delta") read_arguments(*message, sink);
        else if (type == "tool-call-end") end_call(sink);
        return {};
    }

    Result<void> whole(std::string body, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* parsed, json_.parse(body.data(), body.size()));
        if (auto error = error_in(*parsed)) return Fail{std::move(*error)};
        const json::Value* message = json::find(*parsed, "message");
        if (!message || !message->IsObject()) return fail(ErrorKind::protocol, "answered with JSON that is no chat", "check --api_base");
        say(Delta::Kind::text, json::text(*message, "tool_plan"), sink);
        if (const json::Value* content = json::find(*message, "content"); content && content->IsArray())
            for (const auto& part : content->GetArray()) read_content(&part, sink);
        if (const json::Value* calls = json::find(*message, "tool_calls"); calls && calls->IsArray())
            for (const auto& call : calls->GetArray()) {
                start_call(call, sink);
                end_call(sink);
            }
        return read_end(parsed, sink);
    }

    bool is_complete() const override { return is_complete_; }
    bool may_end() const override { return is_complete_; }

private:
    static void say(Delta::Kind kind, std::string_view text, const DeltaSink& sink)
    {
        if (!text.empty()) sink({.kind = kind, .text = text});
    }

    static void read_content(const json::Value* content, const DeltaSink& sink)
    {
        if (!content) return;
        say(Delta::Kind::reasoning, json::text(*content, "thinking"), sink);
        say(Delta::Kind::text, json::text(*content, "text"), sink);
    }

    // An error object in the middle of a stream has a message and no type.
    static Result<void> read_untyped(const json::Value& body)
    {
        const auto sentence = json::text(body, "message");
        if (sentence.empty()) return {};
        return fail(ErrorKind::network, cat("an error inside the stream: ", sentence), "try again later");
    }

    void read_start(const json::Value& message, const DeltaSink& sink)
    {
        if (const json::Value* call = json::find(message, "tool_calls")) start_call(*call, sink);
    }

    // Calls stream one after the other.
    void start_call(const json::Value& call, const DeltaSink& sink)
    {
        const json::Value* function = json::find(call, "function");
        sink({.kind = Delta::Kind::call_start, .call = ++call_, .text = function ? json::text(*function, "name") : ""});
        if (function) read_function(*function, sink);
    }

    void read_arguments(const json::Value& message, const DeltaSink& sink)
    {
        const json::Value* function = json::find(message, {"tool_calls", "function"});
        if (function && call_ >= 0) read_function(*function, sink);
    }

    void read_function(const json::Value& function, const DeltaSink& sink)
    {
        const auto arguments = json::text(function, "arguments");
        if (!arguments.empty()) sink({.kind = Delta::Kind::call_arguments, .call = call_, .text = arguments});
    }

    void end_call(const DeltaSink& sink)
    {
        if (call_ >= 0) sink({.kind = Delta::Kind::call_end, .call = call_});
    }

    Result<void> read_end(const json::Value* end, const DeltaSink& sink)
    {
        if (!end) return {};
        const auto reason = json::text(*end, "finish_reason");
        if (reason == "ERROR" || reason == "TIMEOUT") {
            const auto sentence = json::text(*end, "error", "no reason given");
            return fail(ErrorKind::network, cat("an error inside the stream: ", reason, ": ", sentence), "try again later");
        }
        is_complete_ = true;
        if (const json::Value* usage = json::find(*end, "usage")) read_usage(*usage, sink);
        if (!reason.empty()) sink({.kind = Delta::Kind::finish, .text = lower(reason)});
        return {};
    }

    // `tokens` is what the model read and wrote, `billed_units` what of it is paid for.
    static void read_usage(const json::Value& usage, const DeltaSink& sink)
    {
        const json::Value* counts = json::find(usage, "tokens");
        if (!counts) counts = json::find(usage, "billed_units");
        if (!counts) return;
        const auto count = [&](std::string_view key) {  // written as numbers with a point at times
            const json::Value* value = json::find(*counts, key);
            return value && value->IsNumber() ? static_cast<long>(value->GetDouble()) : 0;
        };
        sink({.kind = Delta::Kind::usage,
              .usage = {.input_tokens = count("input_tokens"),
                        .output_tokens = count("output_tokens"),
                        .cached_tokens = json::integer(usage, "cached_tokens")}});
    }

    EventJson json_;
    int call_ = -1;  // the one that streams
    bool is_complete_ = false;
};

std::unique_ptr<Decoder> decoder() { return std::make_unique<CohereDecoder>(); }

}  // namespace

const Provider cohere_provider{
    .name = "cohere",
    .title = "Cohere",
    .key_env = "COHERE_API_KEY CO_API_KEY",
    .base_url = "https://api.cohere.com",
    .encode = encode,
    .decoder = decoder,
    .classify = vendor_error,
    .models_url = models_url,
};

}  // namespace oi::llm
