// Amazon Bedrock: Converse, streamed, in Amazon's own framing (net/eventstream.h), signed or with a bearer token.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/accounts/aws_account.h"
#include "llm/providers/bedrock_error.h"
#include "llm/dialogue.h"
#include "llm/providers/event_json.h"
#include "llm/providers/anthropic_thinking.h"
#include "llm/providers/thought_blocks.h"
#include "llm/thinking.h"
#include "llm/tool.h"
#include "sys/files.h"

#include <algorithm>

namespace oi::llm {

namespace {

// Models that keep the beginning of a conversation at a cachePoint; others refuse the field.
// https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
constexpr std::string_view caching_families[] = {
    "anthropic.claude-3-5-haiku",
    "anthropic.claude-3-5-sonnet-20241022",
    "anthropic.claude-3-7",
    "anthropic.claude-sonnet-",
    "anthropic.claude-opus-",
    "anthropic.claude-haiku-",
    "amazon.nova-micro",
    "amazon.nova-lite",
    "amazon.nova-pro",
    "amazon.nova-premier",
    "amazon.nova-2",
};

bool takes_cache_points(std::string_view model)
{
    return std::any_of(std::begin(caching_families), std::end(caching_families),
                       [&](auto family) { return model.find(family) != std::string_view::npos; });
}

void write_cache_point(json::Writer& w)
{
    w.object([&] {
        w.key("cachePoint");
        w.object([&] { w.field("type", "default"); });
    });
}

void write_text(json::Writer& w, std::string_view text)
{
    w.object([&] { w.field("text", text); });
}

void write_image(json::Writer& w, const Image& image)
{
    w.object([&] {
        w.key("image");
        w.object([&] {
            w.field("format", image.mime.substr(image.mime.find('/') + 1));
            w.key("source");
            w.object([&] { w.field("bytes", image.data); });
        });
    });
}

void write_call(json::Writer& w, const Call& call)
{
    w.object([&] {
        w.key("toolUse");
        w.object([&] {
            w.field("toolUseId", cat("tooluse_", call.number));
            w.field("name", "execute");
            w.key("input");
            write_call_arguments(w, call.language, call.code);
        });
    });
}

void write_result(json::Writer& w, const CallResult& result)
{
    w.object([&] {
        w.key("toolResult");
        w.object([&] {
            w.field("toolUseId", cat("tooluse_", result.number));
            w.key("content");
            w.array([&] {
                write_text(w, result.text);
                for (const auto& image : result.images) write_image(w, image);
            });
        });
    });
}

void write_part(json::Writer& w, const Part& part)
{
    if (const auto* text = std::get_if<Text>(&part)) write_text(w, text->text);
    else if (const auto* image = std::get_if<Image>(&part)) write_image(w, *image);
    else if (const auto* call = std::get_if<Call>(&part)) write_call(w, *call);
    else if (const auto* result = std::get_if<CallResult>(&part)) write_result(w, *result);
}

// Signed thoughts stand before the part that they led to.
void write_thoughts_of(json::Writer& w, const Part& part)
{
    const auto* text = std::get_if<Text>(&part);
    const auto* call = std::get_if<Call>(&part);
    if (text && !text->opaque.empty()) w.raw(text->opaque);
    if (call && !call->opaque.empty()) w.raw(call->opaque);
}

void write_messages(json::Writer& w, const std::vector<Turn>& turns, bool has_cache_point)
{
    w.key("messages");
    w.array([&] {
        for (const auto& turn : turns)
            w.object([&] {
                w.field("role", name(turn.role));
                w.key("content");
                w.array([&] {
                    for (const auto& part : turn.parts) {
                        write_thoughts_of(w, part);
                        write_part(w, part);
                    }
                    if (has_cache_point && &turn == &turns.back()) write_cache_point(w);
                });
            });
    });
}

void write_tool(json::Writer& w, std::span<const std::string> languages)
{
    w.key("toolConfig");
    w.object([&] {
        w.key("tools");
        w.array([&] {
            w.object([&] {
                w.key("toolSpec");
                w.object([&] {
                    w.field("name", "execute");
                    w.field("description", tool_description);
                    w.key("inputSchema");
                    w.object([&] {
                        w.key("json");
                        write_tool_schema(w, languages);
                    });
                });
            });
        });
    });
}

// Claude is asked to think as at Anthropic; other models have ways of their own, which are left to them.
// https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
void write_config(json::Writer& w, const Endpoint& endpoint, const std::vector<Turn>& turns)
{
    const bool is_claude = endpoint.model.find("claude") != std::string::npos;
    const Thought thought = is_claude ? thought_for(endpoint, turns) : Thought{};
    const bool thinks = thought.form == Thought::Form::budget || thought.form == Thought::Form::adaptive;
    const long max_tokens = thought.form == Thought::Form::budget ? thought.max_tokens : endpoint.max_tokens;
    const bool has_temperature = endpoint.temperature >= 0 && !thinks;  // beside thoughts none is taken
    if (max_tokens > 0 || has_temperature) {
        w.key("inferenceConfig");
        w.object([&] {
            if (max_tokens > 0) w.field("maxTokens", std::int64_t{max_tokens});
            if (has_temperature) w.field("temperature", std::min(endpoint.temperature, 1.0));  // its scale ends at 1
        });
    }
    if (thought.form == Thought::Form::unasked) return;
    w.key("additionalModelRequestFields");
    w.object([&] { write_thinking(w, thought, endpoint.reasoning_effort); });
}

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    json::Writer w;
    const bool has_cache_points = takes_cache_points(endpoint.model);
    const auto turns = dialogue_for(request, endpoint);
    const std::string system = system_text(request, endpoint);
    w.object([&] {
        if (!system.empty()) {
            w.key("system");
            w.array([&] {
                write_text(w, system);
                if (has_cache_points) write_cache_point(w);
            });
        }
        write_messages(w, turns, has_cache_points);
        if (declares_tool(request, endpoint)) write_tool(w, request.languages);
        write_config(w, endpoint, turns);
    });
    net::HttpRequest http;
    http.url = cat(endpoint.base_url, "/model/", net::percent_encoded(endpoint.model), "/converse-stream");
    http.headers = {{"Content-Type", "application/json"}};
    if (!endpoint.key.empty()) http.headers.push_back({"Authorization", cat("Bearer ", endpoint.key)});
    http.body = valid_utf8(w.take());
    return http;
}

std::string reasoning_block(std::string_view thought, std::string_view signature)
{
    json::Writer block;
    block.object([&] {
        block.key("reasoningContent");
        block.object([&] {
            block.key("reasoningText");
            block.object([&] {
                block.field("text", valid_utf8(std::string{thought}));
                block.field("signature", signature);
            });
        });
    });
    return block.take();
}

std::string redacted_block(std::string_view data)
{
    json::Writer block;
    block.object([&] {
        block.key("reasoningContent");
        block.object([&] { block.field("redactedContent", data); });
    });
    return block.take();
}

class BedrockDecoder : public Decoder {
public:
    Result<void> event(const net::SseEvent& event, const DeltaSink& sink) override
    {
        for (const std::string_view failure : {"exception:", "error:"})
            if (event.type.starts_with(failure)) return Fail{bedrock_exception(event.type.substr(failure.size()), event.text())};
        OI_TRY(const json::Value* body, json_.parse(event.data, event.size));
        if (event.type == "contentBlockDelta") read_delta(*body, sink);
        else if (event.type == "contentBlockStart") read_start(*body, sink);
        else if (event.type == "contentBlockStop") read_stop(*body, sink);
        else if (event.type == "messageStop") read_reason(*body, sink);
        else if (event.type == "metadata") read_usage(*body, sink);
        return {};  // messageStart, and types of days to come
    }

    Result<void> whole(std::string text, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* body, json_.parse(text.data(), text.size()));
        const json::Value* content = json::find(*body, {"output", "message", "content"});
        if (!content || !content->IsArray()) return fail(ErrorKind::protocol, "answered with JSON that is no message", "check --api_base");
        for (const auto& block : content->GetArray()) {
            if (const json::Value* thought = json::find(block, "reasoningContent")) read_whole_thought(*thought, sink);
            if (const auto words = json::text(block, "text"); !words.empty()) read_text(words, sink);
            if (const json::Value* call = json::find(block, "toolUse")) read_whole_call(*call, sink);
        }
        read_reason(*body, sink);
        read_usage(*body, sink);
        return {};
    }

    bool is_complete() const override { return has_reason_ && has_usage_; }
    bool may_end() const override { return has_reason_; }

private:
    void read_start(const json::Value& body, const DeltaSink& sink)
    {
        const json::Value* call = json::find(body, {"start", "toolUse"});
        if (!call) return;
        const int number = static_cast<int>(block_calls_.size());
        block_calls_.push_back(json::integer(body, "contentBlockIndex"));
        thoughts_.before_call(number, sink);
        sink({.kind = Delta::Kind::call_start, .call = number, .text = json::text(*call, "name")});
    }

    void read_whole_call(const json::Value& call, const DeltaSink& sink)
    {
        const int number = static_cast<int>(block_calls_.size());
        block_calls_.push_back(-1);
        thoughts_.before_call(number, sink);
        const json::Value* input = json::find(call, "input");
        const std::string arguments = input ? json::to_text(*input) : "{}";
        sink({.kind = Delta::Kind::call_start, .call = number, .text = json::text(call, "name")});
        sink({.kind = Delta::Kind::call_arguments, .call = number, .text = arguments});
        sink({.kind = Delta::Kind::call_end, .call = number});
    }

    void read_text(std::string_view text, const DeltaSink& sink)
    {
        thoughts_.before_text(text, sink);
        sink({.kind = Delta::Kind::text, .text = text});
    }

    void read_thought(const json::Value& piece, const DeltaSink& sink)
    {
        thoughts_.think(json::text(piece, "text"), sink);
        thoughts_.sign(json::text(piece, "signature"));
        if (const auto data = json::text(piece, "redactedContent"); !data.empty()) thoughts_.add(redacted_block(data));
    }

    void read_whole_thought(const json::Value& block, const DeltaSink& sink)
    {
        const json::Value* text = json::find(block, "reasoningText");
        read_thought(text ? *text : block, sink);
        thoughts_.end();
    }

    void read_delta(const json::Value& body, const DeltaSink& sink)
    {
        const json::Value* delta = json::find(body, "delta");
        if (!delta) return;
        if (const auto text = json::text(*delta, "text"); !text.empty()) read_text(text, sink);
        if (const json::Value* thought = json::find(*delta, "reasoningContent")) read_thought(*thought, sink);
        const json::Value* call = json::find(*delta, "toolUse");
        const auto piece = call ? json::text(*call, "input") : std::string_view{};
        if (const int number = call_of(body); number >= 0 && !piece.empty())
            sink({.kind = Delta::Kind::call_arguments, .call = number, .text = piece});
    }

    void read_stop(const json::Value& body, const DeltaSink& sink)
    {
        thoughts_.end();
        if (const int call = call_of(body); call >= 0) sink({.kind = Delta::Kind::call_end, .call = call});
    }

    void read_reason(const json::Value& body, const DeltaSink& sink)
    {
        has_reason_ = true;
        if (const auto reason = json::text(body, "stopReason"); !reason.empty()) sink({.kind = Delta::Kind::finish, .text = reason});
    }

    // inputTokens is without what was read from or written to the cache.
    void read_usage(const json::Value& body, const DeltaSink& sink)
    {
        has_usage_ = true;
        const json::Value* usage = json::find(body, "usage");
        if (!usage) return;
        const long read = json::integer(*usage, "cacheReadInputTokens");
        const long written = json::integer(*usage, "cacheWriteInputTokens");
        sink({.kind = Delta::Kind::usage,
              .usage = {.input_tokens = json::integer(*usage, "inputTokens") + read + written,
                        .output_tokens = json::integer(*usage, "outputTokens"),
                        .cached_tokens = read,
                        .cache_write_tokens = written}});
    }

    // The number of the call in the content block of this event, or -1.
    int call_of(const json::Value& body) const
    {
        const auto found = std::find(block_calls_.begin(), block_calls_.end(), json::integer(body, "contentBlockIndex", -1));
        return found == block_calls_.end() ? -1 : static_cast<int>(found - block_calls_.begin());
    }

    EventJson json_;
    std::vector<std::int64_t> block_calls_;  // call number -> index of its content block
    ThoughtBlocks thoughts_{reasoning_block};
    bool has_reason_ = false;
    bool has_usage_ = false;
};

std::unique_ptr<Decoder> decoder() { return std::make_unique<BedrockDecoder>(); }

// The service that lists models has a host of its own.
std::string models_url(const Endpoint& endpoint)
{
    return cat(replace_all(endpoint.base_url, "://bedrock-runtime.", "://bedrock."), "/foundation-models?byOutputModality=TEXT");
}

bool is_region(std::string_view word)
{
    return std::count(word.begin(), word.end(), '-') >= 2 && word.find('.') == std::string_view::npos && word.back() >= '0' &&
           word.back() <= '9' && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

// LiteLLM's spellings: converse/ID, REGION/ID. Takes them off the model's name; the region that an ARN or they name, or "".
std::string take_region(std::string& model)
{
    for (const std::string_view way : {"converse/", "invoke/", "converse_like/"})
        if (model.starts_with(way)) model.erase(0, way.size());
    if (const auto parts = split(model, ':'); parts.size() > 4 && parts[0] == "arn") return std::string{parts[3]};
    const auto slash = model.find('/');
    std::string region = slash == std::string::npos || slash == 0 ? "" : model.substr(0, slash);
    if (region.empty() || !is_region(region)) return {};
    model.erase(0, slash + 1);
    return region;
}

Fail no_region()
{
    return fail(ErrorKind::invalid, "the region of Amazon Bedrock is not known: AWS_REGION is not set",
                "set AWS_REGION to one where the model is, such as us-east-1");
}

Result<void> find_account(Endpoint& endpoint)
{
    std::string region = take_region(endpoint.model);
    if (region.empty()) region = find_aws_region();
    if (endpoint.base_url.empty()) endpoint.base_url = sys::environment("AWS_ENDPOINT_URL_BEDROCK_RUNTIME");
    while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
    const bool is_theirs = endpoint.base_url.empty();
    if (is_theirs && region.empty()) return no_region();
    if (is_theirs)
        endpoint.base_url = cat("https://bedrock-runtime.", region, region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
    if (!endpoint.key.empty()) return {};
    OI_TRY(auto key, find_aws_key());
    if (!key && is_theirs)
        return fail(ErrorKind::auth, cat("there is no key for Amazon Bedrock, which serves ", endpoint.model),
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or AWS_BEARER_TOKEN_BEDROCK");
    if (!key) return {};
    if (region.empty()) return no_region();
    endpoint.authorizer = aws_authorizer(std::move(*key), std::move(region), "bedrock");
    return {};
}

}  // namespace

const Provider bedrock_provider{
    .name = "bedrock",
    .title = "Amazon Bedrock",
    .key_env = "AWS_BEARER_TOKEN_BEDROCK",
    .base_url = "https://bedrock-runtime.{AWS_REGION}.amazonaws.com",
    .encode = encode,
    .decoder = decoder,
    .classify = bedrock_error,
    .models_url = models_url,
    .framing = Framing::frames,
    .find_account = find_account,
};

}  // namespace oi::llm
