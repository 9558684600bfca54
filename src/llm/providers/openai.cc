// OpenAI's chat completions, and the many servers that speak them.
// https://platform.openai.com/docs/api-reference/chat
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/dialogue.h"
#include "llm/event_json.h"
#include "llm/openai_family.h"
#include "llm/tool.h"
#include "llm/vendor_error.h"

#include <algorithm>

namespace oi::llm {

namespace {

void write_assistant(json::Writer& w, const Turn& turn)
{
    const std::string text = text_of(turn);
    const bool has_calls = has_call(turn);
    w.object([&] {
        w.field("role", "assistant");
        w.key("content");
        if (text.empty()) w.null();
        else w.value(text);
        if (!has_calls) return;
        write_calls(w, turn);
    });
}

// Results first, each a message of its own; then, as one message, what the user says and all images: the role "tool"
// takes text only.
void write_user(json::Writer& w, const Turn& turn)
{
    for (const auto& part : turn.parts)
        if (const auto* result = std::get_if<CallResult>(&part))
            w.object([&] {
                w.field("role", "tool");
                w.field("tool_call_id", call_id(result->number));
                w.field("content", result->text);
            });
    const std::vector<const Image*> images = images_of(turn);
    const std::string text = text_of(turn);
    if (images.empty() && text.empty()) return;
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

void write_messages(json::Writer& w, const Request& request, const Endpoint& endpoint)
{
    const std::string system = system_text(request, endpoint);
    w.key("messages");
    w.array([&] {
        if (!system.empty())
            w.object([&] {
                w.field("role", "system");
                w.field("content", system);
            });
        for (const auto& turn : make_dialogue(request.messages, dialogue_form(request, endpoint)))
            turn.role == Role::assistant ? write_assistant(w, turn) : write_user(w, turn);
    });
}

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    json::Writer w;
    const bool is_reasoning = is_reasoning_model(endpoint.model);
    w.object([&] {
        w.field("model", endpoint.model);
        write_messages(w, request, endpoint);
        if (declares_tool(request, endpoint)) write_function_tools(w, request.languages);
        w.field("stream", true);
        if (endpoint.usage_report == UsageReport::asked) {
            w.key("stream_options");
            w.object([&] { w.field("include_usage", true); });
        }
        const bool is_new_name = is_reasoning || endpoint.limit_field == LimitField::max_completion_tokens;
        if (endpoint.max_tokens > 0) w.field(is_new_name ? "max_completion_tokens" : "max_tokens", std::int64_t{endpoint.max_tokens});
        if (endpoint.temperature >= 0 && !is_reasoning) w.field("temperature", endpoint.temperature);
    });
    net::HttpRequest http;
    http.url = cat(endpoint.base_url, "/chat/completions");
    http.headers = {{"Content-Type", "application/json"}, {"Accept", "text/event-stream"}};
    if (!endpoint.key.empty()) http.headers.push_back({"Authorization", cat("Bearer ", endpoint.key)});
    http.body = valid_utf8(w.take());
    return http;
}

class OpenAiDecoder : public Decoder {
public:
    Result<void> event(const net::SseEvent& event, const DeltaSink& sink) override
    {
        if (event.text() == "[DONE]") {
            is_complete_ = true;
            return {};
        }
        OI_TRY(const json::Value* body, json_.parse(event.data, event.size));
        if (auto error = error_in(*body)) return Fail{std::move(*error)};
        if (const json::Value* progress = json::find(*body, "progress")) read_progress(*progress, sink);
        read_usage(*body, sink);
        const json::Value* choice = json::find(*body, {"choices", "0"});
        if (!choice) return {};
        if (const json::Value* delta = json::find(*choice, "delta")) read_delta(*delta, sink);
        read_finish(*choice, sink);
        return {};
    }

    Result<void> whole(std::string body, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* parsed, json_.parse(body.data(), body.size()));
        if (auto error = error_in(*parsed)) return Fail{std::move(*error)};
        const json::Value* choice = json::find(*parsed, {"choices", "0"});
        const json::Value* message = choice ? json::find(*choice, "message") : nullptr;
        if (!message) return fail(ErrorKind::protocol, "answered with JSON that is no chat completion", "check --api_base");
        read_usage(*parsed, sink);
        read_delta(*message, sink);
        read_finish(*choice, sink);
        is_complete_ = true;
        return {};
    }

    bool is_complete() const override { return is_complete_; }
    bool may_end() const override { return is_complete_ || has_finish_; }

private:
    // Of interpreter-engine.
    static void read_progress(const json::Value& progress, const DeltaSink& sink)
    {
        const std::string text = cat(json::text(progress, "what"), " ", json::integer(progress, "percent"), " %");
        sink({.kind = Delta::Kind::progress, .text = text});
    }

    void read_delta(const json::Value& delta, const DeltaSink& sink)
    {
        for (const std::string_view key : {"reasoning_content", "reasoning"})
            if (const auto text = json::text(delta, key); !text.empty()) sink({.kind = Delta::Kind::reasoning, .text = text});
        read_content(json::find(delta, "content"), sink);
        if (const json::Value* calls = json::find(delta, "tool_calls"); calls && calls->IsArray())
            for (rapidjson::SizeType i = 0; i < calls->Size(); ++i) read_call((*calls)[i], i, sink);
        if (const json::Value* call = json::find(delta, "function_call"))
            read_function(*call, open_call(-1, "", json::text(*call, "name"), sink), sink);
    }

    // A string, or (Mistral) a list of parts.
    static void read_content(const json::Value* content, const DeltaSink& sink)
    {
        if (content && content->IsString() && content->GetStringLength() > 0)
            sink({.kind = Delta::Kind::text, .text = json::view(*content)});
        if (!content || !content->IsArray()) return;
        for (const auto& part : content->GetArray())
            if (const auto text = json::text(part, "text"); !text.empty()) sink({.kind = Delta::Kind::text, .text = text});
    }

    void read_call(const json::Value& call, rapidjson::SizeType position, const DeltaSink& sink)
    {
        const json::Value* function = json::find(call, "function");
        const int index = static_cast<int>(json::integer(call, "index", position));
        const int number = open_call(index, json::text(call, "id"), function ? json::text(*function, "name") : "", sink);
        if (function) read_function(*function, number, sink);
    }

    void read_function(const json::Value& function, int number, const DeltaSink& sink)
    {
        const json::Value* arguments = json::find(function, "arguments");
        if (!arguments) return;
        // Some servers give the arguments as the object itself.
        const std::string object = arguments->IsObject() ? json::to_text(*arguments) : std::string{};
        const auto text = arguments->IsString() ? json::view(*arguments) : std::string_view{object};
        if (!text.empty()) sink({.kind = Delta::Kind::call_arguments, .call = number, .text = text});
    }

    // The number of the call that this piece belongs to. Servers that give every call the index 0 tell them apart by id.
    int open_call(int index, std::string_view id, std::string_view name, const DeltaSink& sink)
    {
        for (std::size_t i = calls_.size(); i-- > 0;)
            if (calls_[i].index == index && (id.empty() || calls_[i].id.empty() || calls_[i].id == id)) return static_cast<int>(i);
        calls_.push_back({index, std::string{id}});
        const int number = static_cast<int>(calls_.size()) - 1;
        sink({.kind = Delta::Kind::call_start, .call = number, .text = name});
        return number;
    }

    void read_finish(const json::Value& choice, const DeltaSink& sink)
    {
        const auto reason = json::text(choice, "finish_reason");
        if (reason.empty()) return;
        has_finish_ = true;
        sink({.kind = Delta::Kind::finish, .text = reason});
    }

    // xAI and Gemini leave what the model thinks out of completion_tokens; the total has it. DeepSeek and Moonshot name the
    // cached ones otherwise; OpenRouter says what the request cost.
    static void read_usage(const json::Value& body, const DeltaSink& sink)
    {
        const json::Value* usage = json::find(body, "usage");
        if (!usage || !usage->IsObject()) return;
        const json::Value* details = json::find(*usage, "prompt_tokens_details");
        const json::Value* cost = json::find(*usage, "cost");
        long cached = details ? json::integer(*details, "cached_tokens") : 0;
        for (const std::string_view key : {"prompt_cache_hit_tokens", "cached_tokens"})
            cached = std::max(cached, json::integer(*usage, key));
        const long input = json::integer(*usage, "prompt_tokens");
        const long rest = json::integer(*usage, "total_tokens") - input;
        sink({.kind = Delta::Kind::usage,
              .usage = {.input_tokens = input,
                        .output_tokens = std::max(json::integer(*usage, "completion_tokens"), rest),
                        .cached_tokens = std::min(cached, input),
                        .cache_write_tokens = details ? json::integer(*details, "cache_write_tokens") : 0,
                        .cost = cost && cost->IsNumber() ? std::max(0.0, cost->GetDouble()) : 0}});
    }

    struct Known {
        int index;
        std::string id;
    };
    EventJson json_;
    std::vector<Known> calls_;
    bool is_complete_ = false;
    bool has_finish_ = false;
};

std::unique_ptr<Decoder> decoder() { return std::make_unique<OpenAiDecoder>(); }

}  // namespace

const Provider openai_provider{
    .name = "openai",
    .title = "OpenAI",
    .key_env = "OPENAI_API_KEY",
    .base_url = "https://api.openai.com/v1",
    .encode = encode,
    .decoder = decoder,
    .classify = vendor_error,
};

}  // namespace oi::llm
