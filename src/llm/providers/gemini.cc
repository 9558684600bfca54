// Google's Gemini: generateContent, streamed.
// https://ai.google.dev/api/generate-content and https://ai.google.dev/gemini-api/docs/function-calling
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/dialogue.h"
#include "llm/providers/event_json.h"
#include "llm/thinking.h"
#include "llm/tool.h"
#include "llm/vendor_error.h"

#include <cmath>
#include <utility>

namespace oi::llm {

namespace {

// The generation in "gemini-2.5-pro" is 2.5; 0 where the name says none.
double generation(std::string_view model)
{
    constexpr std::string_view family = "gemini-";
    if (!model.starts_with(family)) return 0;
    model.remove_prefix(family.size());
    return to_number(model.substr(0, model.find_first_not_of("0123456789."))).value_or(0);
}

// From the third generation on a call without the signature of the thought behind it is refused.
bool needs_signatures(std::string_view model) { return generation(model) >= 3 || model.ends_with("-latest"); }

// Others refuse the wish to see thoughts.
bool shows_thoughts(std::string_view model)
{
    if (generation(model) < 2.5) return false;
    for (const std::string_view kind : {"image", "tts", "live", "audio", "embedding"})
        if (model.find(kind) != std::string_view::npos) return false;
    return true;
}

// What Google takes for the signature of a call whose own is not at hand.
// https://ai.google.dev/gemini-api/docs/thought-signatures
constexpr std::string_view no_signature = "skip_thought_signature_validator";

void write_text(json::Writer& w, std::string_view text, std::string_view signature = {})
{
    w.object([&] {
        w.field("text", text);
        if (!signature.empty()) w.field("thoughtSignature", signature);
    });
}

void write_image(json::Writer& w, const Image& image)
{
    w.object([&] {
        w.key("inlineData");
        w.object([&] {
            w.field("mimeType", image.mime);
            w.field("data", image.data);
        });
    });
}

void write_call(json::Writer& w, const Call& call, std::string_view signature)
{
    w.object([&] {
        w.key("functionCall");
        w.object([&] {
            w.field("name", "execute");
            w.key("args");
            write_call_arguments(w, call.language, call.code);
        });
        if (!signature.empty()) w.field("thoughtSignature", signature);
    });
}

// The opaque piece of this format is the signature as JSON's string.
std::string signature_in(std::string_view opaque)
{
    const auto parsed = opaque.empty() ? Result<json::Document>{} : json::parse(opaque);
    return parsed && parsed->IsString() ? std::string{json::view(*parsed)} : std::string{};
}

// Of several calls only the first must have a signature, but each goes back with what it had.
void write_model_turn(json::Writer& w, const Turn& turn, const Endpoint& endpoint)
{
    bool wants_signature = needs_signatures(endpoint.model);
    w.object([&] {
        w.field("role", "model");
        w.key("parts");
        w.array([&] {
            for (const auto& part : turn.parts) {
                if (const auto* text = std::get_if<Text>(&part)) write_text(w, text->text, signature_in(text->opaque));
                if (const auto* image = std::get_if<Image>(&part)) write_image(w, *image);
                const auto* call = std::get_if<Call>(&part);
                if (!call) continue;
                const std::string signature = signature_in(call->opaque);
                const bool is_first = std::exchange(wants_signature, false);
                write_call(w, *call, signature.empty() && is_first ? no_signature : std::string_view{signature});
            }
        });
    });
}

// Results answer the calls before them in a turn of their own: it must hold as many parts as there were calls.
void write_results(json::Writer& w, const Turn& turn)
{
    if (turn.parts.empty() || !std::holds_alternative<CallResult>(turn.parts.front())) return;
    w.object([&] {
        w.field("role", "user");
        w.key("parts");
        w.array([&] {
            for (const auto& part : turn.parts)
                if (const auto* result = std::get_if<CallResult>(&part))
                    w.object([&] {
                        w.key("functionResponse");
                        w.object([&] {
                            w.field("name", "execute");
                            w.key("response");
                            w.object([&] { w.field("output", result->text); });
                        });
                    });
        });
    });
}

void write_user_turn(json::Writer& w, const Turn& turn)
{
    write_results(w, turn);
    const std::string text = text_of(turn);
    const auto images = images_of(turn);
    if (text.empty() && images.empty()) return;
    w.object([&] {
        w.field("role", "user");
        w.key("parts");
        w.array([&] {
            write_text(w, text.empty() ? images_caption : std::string_view{text});
            for (const auto* image : images) write_image(w, *image);
        });
    });
}

void write_tool(json::Writer& w, std::span<const std::string> languages)
{
    w.key("tools");
    w.array([&] {
        w.object([&] {
            w.key("functionDeclarations");
            w.array([&] {
                w.object([&] {
                    w.field("name", "execute");
                    w.field("description", tool_description);
                    w.key("parameters");
                    write_tool_schema(w, languages);
                });
            });
        });
    });
}

// A level since the third generation, a budget of tokens before. https://ai.google.dev/gemini-api/docs/thinking
void write_degree(json::Writer& w, const Endpoint& endpoint)
{
    const std::string& effort = endpoint.reasoning_effort;
    if (effort.empty()) return;
    if (needs_signatures(endpoint.model)) return w.field("thinkingLevel", effort == "none" ? "minimal" : effort);
    const int budget = effort == "high" ? 24576 : effort == "medium" ? 8192 : effort == "low" ? 1024 : effort == "minimal" ? 512 : 0;
    w.field("thinkingBudget", budget);
}

void write_config(json::Writer& w, const Endpoint& endpoint)
{
    const bool has_thoughts = shows_thoughts(endpoint.model);
    if (endpoint.max_tokens <= 0 && endpoint.temperature < 0 && !has_thoughts) return;
    w.key("generationConfig");
    w.object([&] {
        if (endpoint.max_tokens > 0) w.field("maxOutputTokens", std::int64_t{endpoint.max_tokens});
        if (endpoint.temperature >= 0) w.field("temperature", endpoint.temperature);
        if (!has_thoughts) return;
        w.key("thinkingConfig");
        w.object([&] {
            w.field("includeThoughts", true);
            write_degree(w, endpoint);
        });
    });
}

std::string versioned(std::string_view base)
{
    const bool has_version = base.ends_with("/v1beta") || base.ends_with("/v1alpha") || base.ends_with("/v1");
    return cat(base, has_version ? "" : "/v1beta");
}

std::string models_url(const Endpoint& endpoint) { return cat(versioned(endpoint.base_url), "/models?pageSize=1000"); }

std::string url_of(const Endpoint& endpoint)
{
    const std::string_view folder = endpoint.model.find('/') == std::string::npos ? "/models/" : "/";  // tunedModels/NAME
    return cat(versioned(endpoint.base_url), folder, endpoint.model, ":streamGenerateContent?alt=sse");
}

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    json::Writer w;
    const std::string system = system_text(request, endpoint);
    w.object([&] {
        if (!system.empty()) {
            w.key("systemInstruction");
            w.object([&] {
                w.key("parts");
                w.array([&] { write_text(w, system); });
            });
        }
        w.key("contents");
        w.array([&] {
            for (const auto& turn : dialogue_for(request, endpoint))
                turn.role == Role::assistant ? write_model_turn(w, turn, endpoint) : write_user_turn(w, turn);
        });
        if (declares_tool(request, endpoint)) write_tool(w, request.languages);
        write_config(w, endpoint);
    });
    net::HttpRequest http;
    http.url = url_of(endpoint);
    http.headers = {{"Content-Type", "application/json"}, {"Accept", "text/event-stream"}};
    if (!endpoint.key.empty()) http.headers.push_back({"x-goog-api-key", endpoint.key});
    http.body = valid_utf8(w.take());
    return http;
}

class GeminiDecoder : public Decoder {
public:
    Result<void> event(const net::SseEvent& event, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* body, json_.parse(event.data, event.size));
        return read(*body, sink);
    }

    // One response, or the list of them that comes without alt=sse.
    Result<void> whole(std::string body, const DeltaSink& sink) override
    {
        OI_TRY(const json::Value* parsed, json_.parse(body.data(), body.size()));
        if (!parsed->IsArray()) {
            OI_CHECK(read(*parsed, sink));
        } else {
            for (const auto& response : parsed->GetArray()) OI_CHECK(read(response, sink));
        }
        if (has_candidate_) return {};
        return fail(ErrorKind::protocol, "answered with JSON that is no content", "check --api_base");
    }

    bool is_complete() const override { return has_finish_ && has_usage_; }  // there is no other mark of the end
    bool may_end() const override { return has_finish_; }

private:
    Result<void> read(const json::Value& body, const DeltaSink& sink)
    {
        if (auto error = error_in(body)) return Fail{std::move(*error)};
        read_usage(json::find(body, "usageMetadata"), sink);
        if (const json::Value* reason = json::find(body, {"promptFeedback", "blockReason"}); reason && reason->IsString())
            return fail(ErrorKind::invalid, cat("refused the prompt: ", json::view(*reason)), "say it in other words");
        const json::Value* candidate = json::find(body, {"candidates", "0"});
        if (!candidate) return {};
        has_candidate_ = true;
        if (const json::Value* parts = json::find(*candidate, {"content", "parts"}); parts && parts->IsArray())
            for (const auto& part : parts->GetArray()) read_part(part, sink);
        return read_finish(*candidate, sink);
    }

    void read_part(const json::Value& part, const DeltaSink& sink)
    {
        const auto signature = json::text(part, "thoughtSignature");
        const json::Value* call = json::find(part, "functionCall");
        if (!signature.empty()) keep(call ? calls_ : -1, signature, sink);
        if (call) return read_call(*call, sink);
        if (const json::Value* data = json::find(part, "inlineData")) return read_image(*data, part, sink);
        const auto kind = json::boolean(part, "thought") ? Delta::Kind::reasoning : Delta::Kind::text;
        if (const auto text = json::text(part, "text"); !text.empty()) sink({.kind = kind, .text = text});
    }

    static void keep(int call, std::string_view signature, const DeltaSink& sink)
    {
        json::Writer kept;
        kept.value(signature);
        sink({.kind = Delta::Kind::keepsake, .call = call, .text = kept.view()});
    }

    // Pictures come whole; those of thoughts are drafts.
    static void read_image(const json::Value& data, const json::Value& part, const DeltaSink& sink)
    {
        const auto mime = json::text(data, "mimeType");
        if (mime.starts_with("image/") && !json::boolean(part, "thought"))
            sink({.kind = Delta::Kind::image, .text = json::text(data, "data"), .mime = mime});
    }

    // Calls come whole.
    void read_call(const json::Value& call, const DeltaSink& sink)
    {
        const int number = calls_++;
        sink({.kind = Delta::Kind::call_start, .call = number, .text = json::text(call, "name")});
        const json::Value* args = json::find(call, "args");
        const std::string object = args ? json::to_text(*args) : "{}";
        sink({.kind = Delta::Kind::call_arguments, .call = number, .text = object});
        sink({.kind = Delta::Kind::call_end, .call = number});
    }

    Result<void> read_finish(const json::Value& candidate, const DeltaSink& sink)
    {
        const auto reason = json::text(candidate, "finishReason");
        if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED") return {};
        // The model tried a call and its own server could not read it; asked again it mostly does better.
        if (reason == "MALFORMED_FUNCTION_CALL" || reason == "UNEXPECTED_TOOL_CALL")
            return fail(ErrorKind::network, cat("the model made a call that Gemini could not read: ", reason), "ask again");
        has_finish_ = true;
        sink({.kind = Delta::Kind::finish, .text = lower(reason)});
        return {};
    }

    // Thoughts are paid for as output, and not counted in candidatesTokenCount.
    void read_usage(const json::Value* usage, const DeltaSink& sink)
    {
        if (!usage) return;
        has_usage_ = true;
        sink({.kind = Delta::Kind::usage,
              .usage = {.input_tokens = json::integer(*usage, "promptTokenCount") + json::integer(*usage, "toolUsePromptTokenCount"),
                        .output_tokens = json::integer(*usage, "candidatesTokenCount") + json::integer(*usage, "thoughtsTokenCount"),
                        .cached_tokens = json::integer(*usage, "cachedContentTokenCount")}});
    }

    EventJson json_;
    int calls_ = 0;
    bool has_candidate_ = false;
    bool has_finish_ = false;
    bool has_usage_ = false;
};

std::unique_ptr<Decoder> decoder() { return std::make_unique<GeminiDecoder>(); }

// "34.07s" of the RetryInfo among the error's details; 0: none.
std::chrono::milliseconds retry_delay(const json::Value& error)
{
    const json::Value* details = json::find(error, "details");
    if (!details || !details->IsArray()) return {};
    for (const auto& detail : details->GetArray()) {
        std::string_view delay = json::text(detail, "retryDelay");
        if (!delay.ends_with('s')) continue;
        delay.remove_suffix(1);
        if (const auto seconds = to_number(delay); seconds && *seconds > 0)
            return std::chrono::milliseconds{static_cast<long long>(std::ceil(std::min(*seconds, 1e6) * 1e3))};
    }
    return {};
}

// The status alone misleads: a wrong key and a full window are 400, and a minute's quota says "quota" as a spent one does.
Error classify(const net::HttpResponse& failure, const Endpoint& endpoint)
{
    net::HttpResponse plain = failure;
    if (const auto body = trim(failure.body); body.starts_with('[') && body.ends_with(']'))
        plain.body = trim(body.substr(1, body.size() - 2));
    Error error = vendor_error(plain, endpoint);
    const auto kind = [&](ErrorKind is) {
        error.kind = is;
        error.hint = hint_for(is, endpoint);
    };
    if (error.what.find("API key not valid") != std::string::npos || error.what.find("API Key not found") != std::string::npos ||
        error.what.find("API key expired") != std::string::npos)
        kind(ErrorKind::auth);
    if (failure.status == 400 && error.what.find("token count") != std::string::npos && error.what.find("exceeds") != std::string::npos)
        kind(ErrorKind::context_overflow);
    const auto parsed = json::parse(plain.body);
    const json::Value* said = parsed ? json::find(*parsed, "error") : nullptr;
    if (failure.status != 429 || !said) return error;
    if (const auto delay = retry_delay(*said); delay.count() > 0 && plain.body.find("PerDay") == std::string::npos) {
        kind(ErrorKind::rate_limited);
        error.retry_after = std::max(error.retry_after, delay);
    }
    return error;
}

}  // namespace

const Provider gemini_provider{
    .name = "gemini",
    .title = "Gemini",
    .key_env = "GEMINI_API_KEY GOOGLE_API_KEY",
    .base_url = "https://generativelanguage.googleapis.com",
    .encode = encode,
    .decoder = decoder,
    .classify = classify,
    .models_url = models_url,
    .assistant_images = true,
};

}  // namespace oi::llm
