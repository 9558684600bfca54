// Reading refusals: the shapes that OpenAI, Anthropic and the servers that imitate them give their errors.
#include "llm/vendor_error.h"

#include "base/text.h"
#include "llm/context_overflow.h"
#include "llm/wait_asked.h"
#include "net/proxy.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

std::string one_line(std::string_view text, std::size_t limit)
{
    std::string line;
    for (const char c : trim(text)) {
        const bool is_space = static_cast<unsigned char>(c) <= 0x20;
        if (is_space && line.ends_with(' ')) continue;
        line += is_space ? ' ' : c;
    }
    if (line.size() > limit) line = cat(utf8_prefix(line, limit), "...");
    return valid_utf8(std::move(line));
}

// The title of an HTML page, or "".
std::string_view html_title(std::string_view page)
{
    const std::string small = lower(page);
    const auto begin = small.find("<title>");
    const auto end = small.find("</title>");
    if (begin == std::string::npos || end == std::string::npos || end < begin + 7) return {};
    return page.substr(begin + 7, end - begin - 7);
}

// What the vendor said about an error, in any of the shapes {"error":{"message"}}, {"error":".."}, {"message":".."},
// {"detail":".."}, {"detail":[{"msg"}]}.
std::string_view sentence_in(const json::Value& body)
{
    if (const auto* found = json::find(body, {"error", "message"}); found && found->IsString()) return json::view(*found);
    for (const std::string_view key : {"error", "message", "detail"})
        if (const auto text = json::text(body, key); !text.empty()) return text;
    if (const auto* found = json::find(body, {"detail", "0", "msg"}); found && found->IsString()) return json::view(*found);
    return {};
}

// The machine-readable words beside it: type and code, lower case.
std::string words_in(const json::Value& body)
{
    const json::Value* error = json::find(body, "error");
    if (!error) return {};
    return lower(cat(json::text(*error, "type"), " ", json::text(*error, "code")));
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != std::string_view::npos; });
}

ErrorKind kind_of_status(int status)
{
    switch (status) {
    case 401:
    case 403: return ErrorKind::auth;
    case 402: return ErrorKind::denied;
    case 404: return ErrorKind::not_found;
    case 408: return ErrorKind::network;
    case 413: return ErrorKind::context_overflow;
    case 429:
    case 529: return ErrorKind::rate_limited;
    default: break;
    }
    if (status >= 500) return ErrorKind::network;
    if (status >= 400) return ErrorKind::invalid;
    return ErrorKind::protocol;
}

// Type and code say more than the status; inside a stream there is no status.
ErrorKind kind_of(int status, std::string_view words, std::string_view sentence)
{
    if (has_any(words, {"insufficient_quota", "billing"}) ||
        has_any(sentence, {"credit balance is too low", "exceeded your current quota"}))
        return ErrorKind::denied;
    if (has_any(words, {"context_length", "exceed_context_size"}) || says_overflow(sentence)) return ErrorKind::context_overflow;
    if (status != 0) return kind_of_status(status);
    if (has_any(words, {"rate_limit", "overloaded"})) return ErrorKind::rate_limited;
    if (has_any(words, {"authentication", "permission", "invalid_api_key"})) return ErrorKind::auth;
    if (has_any(words, {"not_found"})) return ErrorKind::not_found;
    if (has_any(words, {"invalid_request"})) return ErrorKind::invalid;
    return ErrorKind::network;
}

std::string reply_words(const net::HttpResponse& failure, std::string& words)
{
    const auto parsed = json::parse(failure.body);
    if (parsed) {
        words = words_in(*parsed);
        // llama.cpp says the window beside its sentence.
        const json::Value* window = json::find(*parsed, {"error", "n_ctx"});
        const std::string beside = window && window->IsInt64() ? cat(" (n_ctx ", window->GetInt64(), ")") : std::string{};
        if (const auto sentence = sentence_in(*parsed); !sentence.empty()) return one_line(sentence, 400) + beside;
        return one_line(failure.body, 200);
    }
    if (trim(failure.body).starts_with('<')) {
        const auto title = html_title(failure.body);
        return title.empty() ? "an HTML page" : cat("an HTML page, \"", one_line(title, 80), "\"");
    }
    return one_line(failure.body, 200);
}

// What the headers say counts, then the error object, then its sentence.
std::chrono::milliseconds asked_to_wait(const net::HttpResponse& failure, std::string_view sentence)
{
    const auto now = std::chrono::system_clock::now();
    auto wait = wait_asked(failure.headers, failure.status, now);
    if (wait.count() > 0) return wait;
    if (const auto body = json::parse(failure.body)) wait = wait_in(*body, failure.status, now);
    return wait.count() > 0 || failure.status != 429 ? wait : wait_in_words(sentence);
}

}  // namespace

std::string hint_for(ErrorKind kind, const Endpoint& endpoint)
{
    switch (kind) {
    case ErrorKind::auth:
        return endpoint.key_env.empty() ? "give its key with --api_key KEY"
                                        : cat("check the key in ", endpoint.key_env, ", or give --api_key KEY");
    case ErrorKind::denied: return cat("the account at ", endpoint.vendor, " has no credit left; add some, or use another --model");
    case ErrorKind::not_found: return "check --model and --api_base";
    case ErrorKind::rate_limited: return "try again later, or use another --model";
    case ErrorKind::context_overflow: return "start a new conversation, or use a --model with a larger window";
    case ErrorKind::network: return "the server has trouble; try again later";
    case ErrorKind::timeout: return "try again, or use another --model";
    case ErrorKind::invalid: return "--verbose shows the request";
    default: return {};
    }
}

Error vendor_error(const net::HttpResponse& failure, const Endpoint& endpoint)
{
    if (failure.status == 407) return net::proxy_refusal(failure.status, endpoint.base_url);
    std::string words;
    const std::string sentence = reply_words(failure, words);
    Error error;
    error.kind = kind_of(failure.status, words, lower(sentence));
    const auto name = net::status_name(failure.status);
    error.what = cat(failure.status, name.empty() ? "" : " ", name, sentence.empty() ? "" : ": ", sentence);
    error.hint = hint_for(error.kind, endpoint);
    if (failure.status == 403) error.hint = cat("the key may not use this model, or not from here: ", error.hint);
    if (failure.status >= 300 && failure.status < 400)
        error.hint = cat("the address has moved; give the new one with --api_base: ", net::find_header(failure.headers, "location"));
    error.retry_after = asked_to_wait(failure, sentence);
    return error;
}

std::optional<Error> error_in(const json::Value& body)
{
    const json::Value* error = json::find(body, "error");
    if (!error) return {};
    const auto sentence = sentence_in(body);
    int status = static_cast<int>(json::integer(*error, "code"));
    if (status < 400 || status > 599) status = 0;
    const auto words = words_in(body);
    return Error{.kind = kind_of(status, words, lower(sentence)),
                 .what = cat("an error inside the stream: ", one_line(sentence.empty() ? std::string_view{words} : sentence, 400)),
                 .retry_after = wait_in_words(sentence)};
}

}  // namespace oi::llm
