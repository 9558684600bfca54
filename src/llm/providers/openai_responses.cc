// OpenAI's Responses: items in, typed events out. Nothing is kept at the vendor's.
// https://platform.openai.com/docs/api-reference/responses and .../responses-streaming
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

void write_tool(json::Writer& w, std::span<const std::string> languages)
{
    w.key("tools");
    w.array([&] {
        w.object([&] {
            w.field("type", "function");
            w.field("name", "execute");
            w.field("description", tool_description);
            w.key("parameters");
            write_tool_schema(w, languages);
            w.field("strict", false);
        });
    });
}

void write_text(json::Writer& w, Role role, std::string_view text)
{
    w.object([&] {
        w.field("role", name(role));
        w.field("content", text);
    });
}

void write_images(json::Writer& w, const std::vector<const Image*>& images, std::string_view text)
{
    w.object([&] {
        w.field("role", "user");
        w.key("content");
        w.array([&] {
            w.object([&] {
                w.field("type", "input_text");
                w.field("text", text.empty() ? images_caption : text);
            });
            for (const auto* image : images)
                w.object([&] {
                    w.field("type", "input_image");
                    w.field("image_url", data_url(*image));
                });
        });
    });
}

void write_assistant(json::Writer& w, const Turn& turn)
{
    for (const auto& part : turn.parts) {
        const auto* text = std::get_if<Text>(&part);
        const auto* call = std::get_if<Call>(&part);
        // Items of reasoning stand before the one that they led to. https://platform.openai.com/docs/guides/reasoning
        if (text && !text->opaque.empty()) w.raw(text->opaque);
        if (call && !call->opaque.empty()) w.raw(call->opaque);
        if (text) write_text(w, Role::assistant, text->text);
        if (call)
            w.object([&] {
                w.field("type", "function_call");
                w.field("call_id", call_id(call->number));
                w.field("name", "execute");
                w.field("arguments", call_arguments(*call));
            });
    }
}

// Results first, each an item; then, as one message, what the user says and all images.
void write_user(json::Writer& w, const Turn& turn)
{
    for (const auto& part : turn.parts)
        if (const auto* result = std::get_if<CallResult>(&part))
            w.object([&] {
                w.field("type", "function_call_output");
                w.field("call_id", call_id(result->number));
                w.field("output", result->text);
            });
    const std::vector<const Image*> images = images_of(turn);
    const std::string text = text_of(turn);
    if (!images.empty()) write_images(w, images, text);
    else if (!text.empty()) write_text(w, Role::user, text);
}

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    json::Writer w;
    const std::string system = system_text(request, endpoint);
    const bool is_reasoning = is_reasoning_model(endpoint.model);
    w.object([&] {
        w.field("model", endpoint.model);
        if (!system.empty()) w.field("instructions", system);
        w.key("input");
        w.array([&] {
            for (const auto& turn : dialogue_for(request, endpoint))
                turn.role == Role::assistant ? write_assistant(w, turn) : write_user(w, turn);
        });
        if (declares_tool(request, endpoint)) write_tool(w, request.languages);
        w.field("stream", true);
        w.field("store", false);
        const bool has_effort = !endpoint.reasoning_effort.empty();
        if (is_reasoning) {
            w.key("include");
            w.array([&] { w.value("reasoning.encrypted_content"); });
        }
        if (has_effort || (is_reasoning && endpoint.asks_for_summaries)) {
            w.key("reasoning");
            w.object([&] {
                if (has_effort) w.field("effort", endpoint.reasoning_effort);
                if (is_reasoning && endpoint.asks_for_summaries) w.field("summary", "auto");
            });
        }
        if (is_openai(endpoint)) w.field("prompt_cache_key", conversation_key(request));
        if (endpoint.max_tokens > 0) w.field("max_output_tokens", std::int64_t{endpoint.max_tokens});
        if (endpoint.temperature >= 0 && !is_reasoning) w.field("temperature", endpoint.temperature);
    });
    net::HttpRequest http;
    http.url = cat(endpoint.base_url, "/responses");
    http.headers = {{"Content-Type", "application/json"}, {"Accept", "text/event-stream"}};
    if (!endpoint.key.empty()) http.headers.push_back({"Authorization", cat("Bearer ", endpoint.key)});
    http.body = valid_utf8(w.take());
    return http;
}

// The error of a response that failed, or of an event "error", which carries its fields at the top.
Result<void> failure_in(const json::Value& body)
{
    if (auto error = error_in(body)) return Fail{std::move(*error)};
    OI_TRY(const auto wrapped, json::parse(cat("{\"error\":", json::to_text(body), "}")));
    if (auto error = error_in(wrapped)) return Fail{std::move(*error)};
    return {};
}

class ResponsesDecoder : public Decoder {
public:
    Result<void> event(const net::SseEvent& event, const DeltaSink& sink) override
    {
        if (event.text() == "[DONE]") return {};  // some imitations end so
        OI_TRY(const json::Value* body, json_.parse(event.data, event.size));
        const auto type = json::text(*body, "type");
        if (type == "response.output_text.delta" || type == "response.refusal.delta") read_text(*body, sink);
        else if (type == "response.function_call_arguments.delta") read_arguments(*body, json::text(*body, "delta"), sink);
        else if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta")
            sink({.kind = Delta::Kind::reasoning, .text = json::text(*body, "delta")});
        else if (type == "response.reasoning_summary_part.added" && json::integer(*body, "summary_index") > 0)
            sink({.kind = Delta::Kind::reasoning, .text = "\n\n"});
        else if (type == "response.output_item.added") read_item(*body, sink);
        else if (type == "response.output_item.done") read_done(*body, sink);
        else if (type == "response.completed" || type == "response.incomplete") return read_end(json::find(*body, "response"), sink);
        else if (type == "response.failed") return read_failure(json::find(*body, "response"));
        else if (type == "error" || json::find(*body, "error")) return failure_in(*body);
        return {};  // created, in_progress, parts, annotations, and types of days to come
    }

    Result<void> whole(std::string text, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* body, json_.parse(text.data(), text.size()));
        if (json::find(*body, "error")) return failure_in(*body);
        const json::Value* output = json::find(*body, "output");
        if (!output || !output->IsArray()) return fail(ErrorKind::protocol, "answered with JSON that is no response", "check --api_base");
        return read_end(body, sink);
    }

    bool is_complete() const override { return is_complete_; }
    bool may_end() const override { return is_complete_; }

private:
    struct Item {
        std::int64_t index = 0;
        int call = -1;  // -1: no call
        bool has_content = false;
        bool is_done = false;
    };

    Item& item_at(std::int64_t index)
    {
        const auto found = std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.index == index; });
        if (found != items_.end()) return *found;
        items_.push_back({.index = index});
        return items_.back();
    }

    void read_text(const json::Value& body, const DeltaSink& sink)
    {
        const auto text = json::text(body, "delta");
        if (text.empty()) return;
        emit(item_at(json::integer(body, "output_index")), text, sink);
    }

    // Each message of an answer is a paragraph of its own.
    void emit(Item& item, std::string_view text, const DeltaSink& sink)
    {
        if (!has_part_ && !is_blank(text)) {
            keep(-1, sink);
            has_part_ = true;
        }
        if (!item.has_content && has_text_) sink({.kind = Delta::Kind::text, .text = "\n\n"});
        item.has_content = has_text_ = true;
        sink({.kind = Delta::Kind::text, .text = text});
    }

    // What the model thought, sealed: its id is of no use where nothing is stored.
    void add_reasoning(const json::Value& item)
    {
        const auto sealed = json::text(item, "encrypted_content");
        if (sealed.empty()) return;
        json::Writer kept;
        kept.object([&] {
            kept.field("type", "reasoning");
            kept.key("summary");
            if (const json::Value* summary = json::find(item, "summary")) kept.value(*summary);
            else kept.array([] {});
            kept.field("encrypted_content", sealed);
        });
        reasoning_ += cat(reasoning_.empty() ? "" : ",", kept.view());
    }

    void keep(int call, const DeltaSink& sink)
    {
        if (!reasoning_.empty()) sink({.kind = Delta::Kind::keepsake, .call = call, .text = reasoning_});
        reasoning_.clear();
    }

    static void read_image(const json::Value& item, const DeltaSink& sink)
    {
        const auto data = json::text(item, "result");
        const std::string mime = cat("image/", json::text(item, "output_format", "png"));
        if (!data.empty()) sink({.kind = Delta::Kind::image, .text = data, .mime = mime});
    }

    void read_arguments(const json::Value& body, std::string_view piece, const DeltaSink& sink)
    {
        Item& item = item_at(json::integer(body, "output_index"));
        if (item.call < 0 || piece.empty()) return;
        item.has_content = true;
        sink({.kind = Delta::Kind::call_arguments, .call = item.call, .text = piece});
    }

    void read_item(const json::Value& body, const DeltaSink& sink)
    {
        const json::Value* item = json::find(body, "item");
        if (item) open(item_at(json::integer(body, "output_index")), *item, sink);
    }

    void open(Item& known, const json::Value& item, const DeltaSink& sink)
    {
        if (json::text(item, "type") != "function_call" || known.call >= 0) return;
        known.call = calls_++;
        keep(has_part_ ? known.call : -1, sink);
        has_part_ = true;
        sink({.kind = Delta::Kind::call_start, .call = known.call, .text = json::text(item, "name")});
    }

    void read_done(const json::Value& body, const DeltaSink& sink)
    {
        const json::Value* item = json::find(body, "item");
        if (item) close(item_at(json::integer(body, "output_index")), *item, sink);
    }

    // An item as a whole: what did not come in pieces is taken from it.
    void close(Item& known, const json::Value& item, const DeltaSink& sink)
    {
        if (known.is_done) return;
        known.is_done = true;
        open(known, item, sink);
        if (known.call >= 0) {
            const auto arguments = json::text(item, "arguments");
            if (!known.has_content && !arguments.empty())
                sink({.kind = Delta::Kind::call_arguments, .call = known.call, .text = arguments});
            sink({.kind = Delta::Kind::call_end, .call = known.call});
            return;
        }
        const auto type = json::text(item, "type");
        if (type == "reasoning") add_reasoning(item);
        if (type == "image_generation_call") read_image(item, sink);
        const json::Value* content = json::find(item, "content");
        if (known.has_content || json::text(item, "type") != "message" || !content || !content->IsArray()) return;
        for (const auto& part : content->GetArray())
            for (const std::string_view key : {"text", "refusal"})
                if (const auto text = json::text(part, key); !text.empty()) emit(known, text, sink);
    }

    Result<void> read_end(const json::Value* response, const DeltaSink& sink)
    {
        is_complete_ = true;
        if (!response) return {};
        const bool is_whole = json::text(*response, "status") != "incomplete";
        const json::Value* output = json::find(*response, "output");
        // Half an item of an answer that was cut short is no call to run.
        if (is_whole && output && output->IsArray())
            for (rapidjson::SizeType i = 0; i < output->Size(); ++i) close(item_at(i), (*output)[i], sink);
        read_usage(json::find(*response, "usage"), sink);
        const json::Value* reason = json::find(*response, {"incomplete_details", "reason"});
        const auto word = reason && reason->IsString() ? json::view(*reason) : std::string_view{"stop"};
        sink({.kind = Delta::Kind::finish, .text = word == "max_output_tokens" ? "length" : word});
        return {};
    }

    static Result<void> read_failure(const json::Value* response)
    {
        if (response && json::find(*response, "error")) return failure_in(*response);
        return fail(ErrorKind::network, "the vendor says that the answer failed, and no more");
    }

    static void read_usage(const json::Value* usage, const DeltaSink& sink)
    {
        if (!usage) return;
        const json::Value* cached = json::find(*usage, {"input_tokens_details", "cached_tokens"});
        sink({.kind = Delta::Kind::usage,
              .usage = {.input_tokens = json::integer(*usage, "input_tokens"),
                        .output_tokens = json::integer(*usage, "output_tokens"),
                        .cached_tokens = cached && cached->IsInt64() ? cached->GetInt64() : 0}});
    }

    EventJson json_;
    std::vector<Item> items_;
    int calls_ = 0;
    std::string reasoning_;  // items that wait for what they lead to
    bool has_part_ = false;  // a call, or text, has begun
    bool has_text_ = false;
    bool is_complete_ = false;
};

std::unique_ptr<Decoder> decoder() { return std::make_unique<ResponsesDecoder>(); }

}  // namespace

const Provider openai_responses_provider{
    .name = "openai_responses",
    .title = "OpenAI",
    .key_env = "OPENAI_API_KEY",
    .base_url = "",
    .encode = encode,
    .decoder = decoder,
    .classify = vendor_error,
};

}  // namespace oi::llm
