// Anthropic's Messages.
// https://docs.anthropic.com/en/api/messages and .../messages-streaming
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/dialogue.h"
#include "llm/providers/event_json.h"
#include "llm/providers/anthropic_thinking.h"
#include "llm/providers/thought_blocks.h"
#include "llm/thinking.h"
#include "llm/tool.h"
#include "llm/vendor_error.h"

#include <algorithm>
#include <utility>

namespace oi::llm {

namespace {

enum class Cache : std::uint8_t { plain, marked };

void write_text(json::Writer& w, std::string_view text, Cache cache = Cache::plain)
{
    w.object([&] {
        w.field("type", "text");
        w.field("text", text);
        if (cache == Cache::marked) write_cache_mark(w);
    });
}

void write_image(json::Writer& w, const Image& image, Cache cache = Cache::plain)
{
    w.object([&] {
        w.field("type", "image");
        w.key("source");
        w.object([&] {
            w.field("type", "base64");
            w.field("media_type", image.mime);
            w.field("data", image.data);
        });
        if (cache == Cache::marked) write_cache_mark(w);
    });
}

void write_part(json::Writer& w, const Part& part, Cache cache)
{
    if (const auto* text = std::get_if<Text>(&part)) return write_text(w, text->text, cache);
    if (const auto* image = std::get_if<Image>(&part)) return write_image(w, *image, cache);
    w.object([&] {
        if (const auto* call = std::get_if<Call>(&part)) {
            w.field("type", "tool_use");
            w.field("id", cat("toolu_", call->number));
            w.field("name", "execute");
            w.key("input");
            w.object([&] {
                w.field("language", call->language);
                w.field("code", call->code);
            });
        } else if (const auto* result = std::get_if<CallResult>(&part)) {
            w.field("type", "tool_result");
            w.field("tool_use_id", cat("toolu_", result->number));
            w.key("content");
            w.array([&] {
                write_text(w, result->text);
                for (const auto& image : result->images) write_image(w, image);
            });
        }
        if (cache == Cache::marked) write_cache_mark(w);
    });
}

// The blocks of thoughts stand before the part that they led to, unchanged.
// https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
void write_turn(json::Writer& w, const Turn& turn, Cache cache)
{
    w.object([&] {
        w.field("role", name(turn.role));
        w.key("content");
        w.array([&] {
            for (const auto& part : turn.parts) {
                const auto* text = std::get_if<Text>(&part);
                const auto* call = std::get_if<Call>(&part);
                if (text && !text->opaque.empty()) w.raw(text->opaque);
                if (call && !call->opaque.empty()) w.raw(call->opaque);
                write_part(w, part, &part == &turn.parts.back() ? cache : Cache::plain);
            }
        });
    });
}

// Of the four marks that a request may have, two are on the messages.
void write_messages(json::Writer& w, const std::vector<Turn>& turns)
{
    const auto marked = marked_turns(turns);
    w.key("messages");
    w.array([&] {
        for (std::size_t i = 0; i < turns.size(); ++i)
            write_turn(w, turns[i], std::find(marked.begin(), marked.end(), i) == marked.end() ? Cache::plain : Cache::marked);
    });
}

void write_tool(json::Writer& w, std::span<const std::string> languages)
{
    w.key("tools");
    w.array([&] {
        w.object([&] {
            w.field("name", "execute");
            w.field("description", tool_description);
            w.key("input_schema");
            write_tool_schema(w, languages);
            write_cache_mark(w);
        });
    });
}

std::string versioned(std::string_view base) { return cat(base, base.ends_with("/v1") ? "" : "/v1"); }

std::string models_url(const Endpoint& endpoint) { return cat(versioned(endpoint.base_url), "/models?limit=1000"); }

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    json::Writer w;
    const std::string system = system_text(request, endpoint);
    const auto turns = dialogue_for(request, endpoint);
    const Thought thought = thought_for(endpoint, turns);
    const bool thinks = thought.form == Thought::Form::budget || thought.form == Thought::Form::adaptive;
    w.object([&] {
        // On Vertex AI the address holds the model, and the body the version.
        if (endpoint.api_version.starts_with("vertex-")) w.field("anthropic_version", endpoint.api_version);
        else w.field("model", endpoint.model);
        w.field("max_tokens", std::int64_t{thought.max_tokens});
        if (!system.empty()) {
            w.key("system");
            w.array([&] { write_text(w, system, Cache::marked); });
        }
        write_messages(w, turns);
        if (declares_tool(request, endpoint)) write_tool(w, request.languages);
        w.field("stream", true);
        write_thinking(w, thought, endpoint.reasoning_effort);
        // Its scale ends at 1; beside thoughts none is taken.
        if (endpoint.temperature >= 0 && !thinks) w.field("temperature", std::min(endpoint.temperature, 1.0));
    });
    net::HttpRequest http;
    http.url = cat(versioned(endpoint.base_url), "/messages");
    http.headers = {{"Content-Type", "application/json"},
                    {"Accept", "text/event-stream"},
                    {"anthropic-version", endpoint.api_version.empty() ? "2023-06-01" : endpoint.api_version}};
    if (!endpoint.key.empty()) http.headers.push_back({"x-api-key", endpoint.key});
    http.body = valid_utf8(w.take());
    return http;
}

std::string thinking_block(std::string_view thought, std::string_view signature)
{
    json::Writer block;
    block.object([&] {
        block.field("type", "thinking");
        block.field("thinking", valid_utf8(std::string{thought}));
        block.field("signature", signature);
    });
    return block.take();
}

class AnthropicDecoder : public Decoder {
public:
    Result<void> event(const net::SseEvent& event, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* body, json_.parse(event.data, event.size));
        const auto type = json::text(*body, "type");
        if (type == "content_block_delta") read_delta(*body, sink);
        else if (type == "content_block_start") read_start(*body, sink);
        else if (type == "content_block_stop") read_stop(*body, sink);
        else if (type == "message_start") read_usage(json::find(*body, {"message", "usage"}), sink);
        else if (type == "message_delta") read_message_delta(*body, sink);
        else if (type == "message_stop") is_complete_ = true;
        else if (auto error = error_in(*body)) return Fail{std::move(*error)};
        return {};  // ping, and types of days to come
    }

    Result<void> whole(std::string text, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* body, json_.parse(text.data(), text.size()));
        if (auto error = error_in(*body)) return Fail{std::move(*error)};
        const json::Value* content = json::find(*body, "content");
        if (!content || !content->IsArray()) return fail(ErrorKind::protocol, "answered with JSON that is no message", "check --api_base");
        for (const auto& block : content->GetArray()) {
            if (json::text(block, "type") == "text") read_text(json::text(block, "text"), sink);
            if (json::text(block, "type") == "tool_use") start_call(static_cast<int>(block_calls_.size()), block, sink);
            start_thought(block, sink);
            thoughts_.end();
        }
        read_usage(json::find(*body, "usage"), sink);
        if (const auto reason = json::text(*body, "stop_reason"); !reason.empty()) sink({.kind = Delta::Kind::finish, .text = reason});
        is_complete_ = true;
        return {};
    }

    bool is_complete() const override { return is_complete_; }
    bool may_end() const override { return is_complete_ || has_reason_; }

private:
    void read_start(const json::Value& body, const DeltaSink& sink)
    {
        const json::Value* block = json::find(body, "content_block");
        if (!block) return;
        const int index = static_cast<int>(json::integer(body, "index"));
        if (json::text(*block, "type") == "tool_use") start_call(index, *block, sink);
        if (const auto text = json::text(*block, "text"); !text.empty()) read_text(text, sink);
        start_thought(*block, sink);
    }

    void read_text(std::string_view text, const DeltaSink& sink)
    {
        thoughts_.before_text(text, sink);
        sink({.kind = Delta::Kind::text, .text = text});
    }

    void start_thought(const json::Value& block, const DeltaSink& sink)
    {
        const auto type = json::text(block, "type");
        if (type == "redacted_thinking") thoughts_.add(json::to_text(block));
        if (type != "thinking") return;
        thoughts_.think(json::text(block, "thinking"), sink);
        thoughts_.sign(json::text(block, "signature"));
    }

    void start_call(int index, const json::Value& block, const DeltaSink& sink)
    {
        const int number = static_cast<int>(block_calls_.size());
        block_calls_.push_back(index);
        thoughts_.before_call(number, sink);
        sink({.kind = Delta::Kind::call_start, .call = number, .text = json::text(block, "name")});
        // Streamed arguments start from an empty object; a filled one is all there is.
        if (const json::Value* input = json::find(block, "input"); input && input->IsObject() && input->MemberCount() > 0) {
            const std::string arguments = json::to_text(*input);
            sink({.kind = Delta::Kind::call_arguments, .call = number, .text = arguments});
        }
    }

    void read_delta(const json::Value& body, const DeltaSink& sink)
    {
        const json::Value* delta = json::find(body, "delta");
        if (!delta) return;
        const auto type = json::text(*delta, "type");
        if (type == "text_delta") {
            read_text(json::text(*delta, "text"), sink);
        } else if (type == "input_json_delta") {
            const auto piece = json::text(*delta, "partial_json");
            if (const int call = call_of(body); call >= 0 && !piece.empty())
                sink({.kind = Delta::Kind::call_arguments, .call = call, .text = piece});
        } else if (type == "thinking_delta") {
            thoughts_.think(json::text(*delta, "thinking"), sink);
        } else if (type == "signature_delta") {
            thoughts_.sign(json::text(*delta, "signature"));
        }
    }

    void read_stop(const json::Value& body, const DeltaSink& sink)
    {
        thoughts_.end();
        if (const int call = call_of(body); call >= 0) sink({.kind = Delta::Kind::call_end, .call = call});
    }

    void read_message_delta(const json::Value& body, const DeltaSink& sink)
    {
        if (const json::Value* reason = json::find(body, {"delta", "stop_reason"}); reason && reason->IsString()) {
            has_reason_ = true;
            sink({.kind = Delta::Kind::finish, .text = json::view(*reason)});
        }
        read_usage(json::find(body, "usage"), sink);
    }

    // The number of the call in the content block of this event, or -1.
    int call_of(const json::Value& body) const
    {
        const auto found = std::find(block_calls_.begin(), block_calls_.end(), json::integer(body, "index", -1));
        return found == block_calls_.end() ? -1 : static_cast<int>(found - block_calls_.begin());
    }

    // Counts come in two parts, the input at the start and the output at the end. What was read from or written to the
    // cache is not in input_tokens.
    void read_usage(const json::Value* usage, const DeltaSink& sink)
    {
        if (!usage) return;
        const auto update = [&](long& value, std::string_view key) { value = json::integer(*usage, key, value); };
        update(fresh_, "input_tokens");
        update(usage_.cache_write_tokens, "cache_creation_input_tokens");
        update(usage_.cached_tokens, "cache_read_input_tokens");
        update(usage_.output_tokens, "output_tokens");
        usage_.input_tokens = fresh_ + usage_.cache_write_tokens + usage_.cached_tokens;
        sink({.kind = Delta::Kind::usage, .usage = usage_});
    }

    EventJson json_;
    std::vector<std::int64_t> block_calls_;  // call number -> index of its content block
    Usage usage_;
    long fresh_ = 0;
    ThoughtBlocks thoughts_{thinking_block};
    bool is_complete_ = false;
    bool has_reason_ = false;
};

std::unique_ptr<Decoder> decoder() { return std::make_unique<AnthropicDecoder>(); }

}  // namespace

const Provider anthropic_provider{
    .name = "anthropic",
    .title = "Anthropic",
    .key_env = "ANTHROPIC_API_KEY",
    .base_url = "https://api.anthropic.com",
    .encode = encode,
    .decoder = decoder,
    .classify = vendor_error,
    .models_url = models_url,
};

}  // namespace oi::llm
