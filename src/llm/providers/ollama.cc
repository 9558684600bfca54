// Ollama's own chat: lines of JSON instead of events, and the window that the request needs.
// https://github.com/ollama/ollama/blob/main/docs/api.md
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/dialogue.h"
#include "llm/providers/event_json.h"
#include "llm/thinking.h"
#include "llm/tool.h"
#include "llm/vendor_error.h"

#include <algorithm>

namespace oi::llm {

namespace {

// Ollama cuts the front of a conversation off without a word when num_ctx is too small, and its default is small.
// It loads the model anew for each other num_ctx, so that few of them must do: powers of two from here on.
constexpr long least_window = 4096;
constexpr long answer_room = 1024;  // when the person set no --max_tokens
constexpr long tokens_an_image = 1024;
constexpr long most_answer = 1L << 30;  // what is more is no number of tokens

void write_images(json::Writer& w, const std::vector<const Image*>& images)
{
    if (images.empty()) return;
    w.key("images");
    w.array([&] {
        for (const auto* image : images) w.value(image->data);
    });
}

void write_assistant(json::Writer& w, const Turn& turn)
{
    w.object([&] {
        w.field("role", "assistant");
        w.field("content", text_of(turn));
        if (const auto thought = opaque_of(turn); !thought.empty()) {
            w.key("thinking");
            w.raw(thought);
        }
        if (!has_call(turn)) return;
        w.key("tool_calls");
        w.array([&] {
            for (const auto& part : turn.parts)
                if (const auto* call = std::get_if<Call>(&part))
                    w.object([&] {
                        w.key("function");
                        w.object([&] {
                            w.field("name", "execute");
                            w.key("arguments");
                            write_call_arguments(w, call->language, call->code);
                        });
                    });
        });
    });
}

// Results first, in the order of their calls; then, as one message, what the user says and all images.
void write_user(json::Writer& w, const Turn& turn)
{
    for (const auto& part : turn.parts)
        if (const auto* result = std::get_if<CallResult>(&part))
            w.object([&] {
                w.field("role", "tool");
                w.field("content", result->text);
                w.field("tool_name", "execute");
            });
    const auto images = images_of(turn);
    const std::string text = text_of(turn);
    if (images.empty() && text.empty()) return;
    w.object([&] {
        w.field("role", "user");
        w.field("content", text.empty() ? images_caption : std::string_view{text});
        write_images(w, images);
    });
}

// The window for a request of that many bytes besides its images.
long window_for(std::size_t bytes, std::size_t images, const Endpoint& endpoint)
{
    const long prompt = static_cast<long>(static_cast<double>(bytes) / 3.5) + static_cast<long>(images) * tokens_an_image;
    const long needed = prompt + (endpoint.max_tokens > 0 ? std::min(endpoint.max_tokens, most_answer) : answer_room);
    long window = least_window;
    while (window < needed) window *= 2;
    return endpoint.context_window > 0 ? std::min(window, endpoint.context_window) : window;
}

void write_options(json::Writer& w, long window, const Endpoint& endpoint)
{
    w.key("options");
    w.object([&] {
        w.field("num_ctx", std::int64_t{window});
        if (endpoint.max_tokens > 0) w.field("num_predict", std::int64_t{endpoint.max_tokens});
        if (endpoint.temperature >= 0) w.field("temperature", endpoint.temperature);
    });
}

// Only gpt-oss knows degrees. https://docs.ollama.com/capabilities/thinking
void write_think(json::Writer& w, const Endpoint& endpoint)
{
    const std::string& effort = endpoint.reasoning_effort;
    if (effort.empty()) return;
    if (effort == "none" || endpoint.model.find("gpt-oss") == std::string::npos) return w.field("think", effort != "none");
    w.field("think", effort == "minimal" ? "low" : effort);
}

std::string_view host_of(const Endpoint& endpoint)
{
    std::string_view base = endpoint.base_url;
    if (base.ends_with("/v1")) base.remove_suffix(3);  // the address of the same server's OpenAI imitation
    return base;
}

std::string models_url(const Endpoint& endpoint) { return cat(host_of(endpoint), "/api/tags"); }

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    json::Writer w;
    const std::string system = system_text(request, endpoint);
    const auto dialogue = dialogue_for(request, endpoint);
    std::size_t images = 0;
    std::size_t image_bytes = 0;
    w.object([&] {
        w.field("model", endpoint.model);
        w.key("messages");
        w.array([&] {
            if (!system.empty())
                w.object([&] {
                    w.field("role", "system");
                    w.field("content", system);
                });
            for (const auto& turn : dialogue) {
                turn.role == Role::assistant ? write_assistant(w, turn) : write_user(w, turn);
                for (const auto* image : images_of(turn)) {
                    ++images;
                    image_bytes += image->data.size();
                }
            }
        });
        if (declares_tool(request, endpoint)) write_function_tools(w, request.languages);
        w.field("stream", true);
        write_think(w, endpoint);
        write_options(w, window_for(w.view().size() - image_bytes, images, endpoint), endpoint);
    });
    net::HttpRequest http;
    http.url = cat(host_of(endpoint), "/api/chat");
    http.headers = {{"Content-Type", "application/json"}, {"Accept", "application/x-ndjson"}};
    if (!endpoint.key.empty()) http.headers.push_back({"Authorization", cat("Bearer ", endpoint.key)});
    http.body = valid_utf8(w.take());
    return http;
}

class OllamaDecoder : public Decoder {
public:
    Result<void> event(const net::SseEvent& event, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* body, json_.parse(event.data, event.size));
        if (auto error = error_in(*body)) return Fail{std::move(*error)};
        const json::Value* message = json::find(*body, "message");
        const bool is_end = json::boolean(*body, "done");
        if (!message && !is_end) return fail(ErrorKind::protocol, "answered with JSON that is no chat", "check --api_base");
        if (message) read_message(*message, sink);
        if (is_end) read_end(*body, sink);
        return {};
    }

    // Only what is no object arrives here: an unstreamed reply is a stream of one line.
    Result<void> whole(std::string, const DeltaSink&) override
    {
        return fail(ErrorKind::protocol, "answered with JSON that is no chat", "check --api_base");
    }

    bool is_complete() const override { return is_complete_; }
    bool may_end() const override { return is_complete_; }

private:
    void read_message(const json::Value& message, const DeltaSink& sink)
    {
        if (const auto text = json::text(message, "thinking"); !text.empty()) {
            thought_ += text;
            sink({.kind = Delta::Kind::reasoning, .text = text});
        }
        if (const auto text = json::text(message, "content"); !text.empty()) sink({.kind = Delta::Kind::text, .text = text});
        if (const json::Value* calls = json::find(message, "tool_calls"); calls && calls->IsArray())
            for (const auto& call : calls->GetArray()) read_call(call, sink);
    }

    // Calls come whole.
    void read_call(const json::Value& call, const DeltaSink& sink)
    {
        const json::Value* function = json::find(call, "function");
        if (!function) return;
        const int number = calls_++;
        sink({.kind = Delta::Kind::call_start, .call = number, .text = json::text(*function, "name")});
        if (const json::Value* arguments = json::find(*function, "arguments")) {
            const std::string object = arguments->IsString() ? std::string{} : json::to_text(*arguments);
            sink({.kind = Delta::Kind::call_arguments, .call = number, .text = arguments->IsString() ? json::view(*arguments) : object});
        }
        sink({.kind = Delta::Kind::call_end, .call = number});
    }

    // The model goes on better after its calls when it reads what it thought before them.
    void keep_thought(const DeltaSink& sink)
    {
        if (thought_.empty()) return;
        json::Writer kept;
        kept.value(valid_utf8(thought_));
        sink({.kind = Delta::Kind::keepsake, .call = -1, .text = kept.view()});
    }

    // The counts are missing where they are 0: a prompt that was all in the cache has none.
    void read_end(const json::Value& body, const DeltaSink& sink)
    {
        is_complete_ = true;
        keep_thought(sink);
        sink({.kind = Delta::Kind::usage,
              .usage = {.input_tokens = json::integer(body, "prompt_eval_count"), .output_tokens = json::integer(body, "eval_count")}});
        if (const auto reason = json::text(body, "done_reason"); !reason.empty()) sink({.kind = Delta::Kind::finish, .text = reason});
    }

    EventJson json_;
    std::string thought_;
    int calls_ = 0;
    bool is_complete_ = false;
};

std::unique_ptr<Decoder> decoder() { return std::make_unique<OllamaDecoder>(); }

Error classify(const net::HttpResponse& failure, const Endpoint& endpoint)
{
    Error error = vendor_error(failure, endpoint);
    if (failure.status == 404 && lower(error.what).find("not found") != std::string::npos &&
        lower(error.what).find("model") != std::string::npos)
        error.hint = cat("`ollama pull ", endpoint.model, "` fetches it; `ollama list` shows what is there");
    return error;
}

}  // namespace

const Provider ollama_provider{
    .name = "ollama",
    .title = "Ollama",
    .key_env = "",
    .base_url = "http://localhost:11434",
    .encode = encode,
    .decoder = decoder,
    .classify = classify,
    .models_url = models_url,
    .framing = Framing::lines,
};

}  // namespace oi::llm
