// OpenAI's chat completions, and the many servers that speak them.
// https://platform.openai.com/docs/api-reference/chat
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/dialogue.h"
#include "llm/providers/event_json.h"
#include "llm/providers/openai_family.h"
#include "llm/thinking.h"
#include "llm/tool.h"
#include "llm/providers/thought_fields.h"
#include "llm/vendor_error.h"

#include <algorithm>

namespace oi::llm {

namespace {

enum class Cache : std::uint8_t { plain, marked };

// The field "content": a string, or the list of parts that alone can carry a mark.
void write_text(json::Writer& w, std::string_view text, Cache cache)
{
    if (cache == Cache::plain) return w.field("content", text);
    w.key("content");
    w.array([&] {
        w.object([&] {
            w.field("type", "text");
            w.field("text", text);
            write_cache_mark(w);
        });
    });
}

void write_assistant(json::Writer& w, const Turn& turn, const Endpoint& endpoint)
{
    const bool has_calls = has_call(turn);
    w.object([&] {
        w.field("role", "assistant");
        const std::string text = write_thoughts(w, turn, text_of(turn), endpoint);
        w.key("content");
        if (text.empty()) w.null();
        else w.value(text);
        if (!has_calls) return;
        write_calls(w, turn);
    });
}

// Results first, each a message of its own; then, as one message, what the user says and all images: the role "tool"
// takes text only.
void write_user(json::Writer& w, const Turn& turn, Cache cache)
{
    const std::vector<const Image*> images = images_of(turn);
    const std::string text = text_of(turn);
    const bool is_results_alone = images.empty() && text.empty();
    for (const auto& part : turn.parts)
        if (const auto* result = std::get_if<CallResult>(&part))
            w.object([&] {
                w.field("role", "tool");
                w.field("tool_call_id", call_id(result->number));
                const bool is_last = is_results_alone && &part == &turn.parts.back();
                write_text(w, result->text, is_last ? cache : Cache::plain);
            });
    if (is_results_alone) return;
    w.object([&] {
        w.field("role", "user");
        if (images.empty()) return write_text(w, text, cache);
        w.key("content");
        w.array([&] {
            w.object([&] {
                w.field("type", "text");
                w.field("text", text.empty() ? images_caption : std::string_view{text});
                if (cache == Cache::marked) write_cache_mark(w);
            });
            for (const auto* image : images) write_image(w, *image);
        });
    });
}

void write_messages(json::Writer& w, const Request& request, const Endpoint& endpoint)
{
    const std::string system = system_text(request, endpoint);
    const auto turns = dialogue_for(request, endpoint);
    const bool marks = endpoint.thinking.marks_cache && endpoint.model.starts_with("anthropic/");
    const auto marked = marks ? marked_turns(turns) : std::vector<std::size_t>{};
    w.key("messages");
    w.array([&] {
        if (!system.empty())
            w.object([&] {
                w.field("role", "system");
                write_text(w, system, marks ? Cache::marked : Cache::plain);
            });
        for (std::size_t i = 0; i < turns.size(); ++i) {
            const bool is_marked = std::find(marked.begin(), marked.end(), i) != marked.end();
            if (turns[i].role == Role::assistant) write_assistant(w, turns[i], endpoint);
            else write_user(w, turns[i], is_marked ? Cache::marked : Cache::plain);
        }
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
        write_effort(w, endpoint);
        if (is_openai(endpoint)) w.field("prompt_cache_key", conversation_key(request));
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
            keep_thoughts(sink);
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
        keep_thoughts(sink);
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
        read_thought(delta, sink);
        read_content(json::find(delta, "content"), sink);
        if (const json::Value* calls = json::find(delta, "tool_calls"); calls && calls->IsArray())
            for (rapidjson::SizeType i = 0; i < calls->Size(); ++i) read_call((*calls)[i], i, sink);
        if (const json::Value* call = json::find(delta, "function_call"))
            read_function(*call, open_call(-1, "", json::text(*call, "name"), sink), sink);
    }

    // One of the names is used; where both come they say the same.
    void read_thought(const json::Value& delta, const DeltaSink& sink)
    {
        for (const std::string_view key : {"reasoning_content", "reasoning"})
            if (const auto text = json::text(delta, key); !text.empty()) {
                thoughts_.add_text(text);
                sink({.kind = Delta::Kind::reasoning, .text = text});
                break;
            }
        if (const json::Value* details = json::find(delta, "reasoning_details"); details && details->IsArray())
            thoughts_.add_details(*details);
        if (const json::Value* images = json::find(delta, "images"); images && images->IsArray())
            for (const auto& image : images->GetArray()) read_image(json::find(image, {"image_url", "url"}), sink);
    }

    // "data:image/png;base64,...", as OpenRouter sends pictures.
    static void read_image(const json::Value* url, const DeltaSink& sink)
    {
        if (!url || !url->IsString()) return;
        const auto text = json::view(*url);
        const auto comma = text.find(";base64,");
        if (!text.starts_with("data:image/") || comma == std::string_view::npos) return;
        sink({.kind = Delta::Kind::image, .text = text.substr(comma + 8), .mime = text.substr(5, comma - 5)});
    }

    void keep_thoughts(const DeltaSink& sink)
    {
        if (const std::string kept = thoughts_.text(); !kept.empty()) sink({.kind = Delta::Kind::keepsake, .call = -1, .text = kept});
    }

    // A string, or (Mistral) a list of parts.
    static void read_content(const json::Value* content, const DeltaSink& sink)
    {
        if (content && content->IsString() && content->GetStringLength() > 0)
            sink({.kind = Delta::Kind::text, .text = json::view(*content)});
        if (!content || !content->IsArray()) return;
        for (const auto& part : content->GetArray())
            if (const json::Value* thought = json::find(part, "thinking"); thought && thought->IsArray()) {
                for (const auto& piece : thought->GetArray())
                    if (const auto text = json::text(piece, "text"); !text.empty()) sink({.kind = Delta::Kind::reasoning, .text = text});
            } else if (const auto text = json::text(part, "text"); !text.empty()) {
                sink({.kind = Delta::Kind::text, .text = text});
            }
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
        keep_thoughts(sink);
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
    ThoughtFields thoughts_;
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
