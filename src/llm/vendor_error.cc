// Reading refusals: the shapes that OpenAI, Anthropic and the servers that imitate them give their errors.
#include "llm/vendor_error.h"

#include "base/text.h"
#include "llm/context_overflow.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

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

// "6m0s", "1.5s", "120ms": how OpenAI writes a time until a limit is reset.
std::optional<milliseconds> go_duration(std::string_view text)
{
    double total = 0;
    bool has_any_unit = false;
    while (!text.empty()) {
        const auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
        const auto number = to_number(text.substr(0, digits));
        text.remove_prefix(digits);
        const auto letters = std::min(text.find_first_of("0123456789."), text.size());
        const auto unit = text.substr(0, letters);
        text.remove_prefix(letters);
        const double scale = unit == "ms" ? 1 : unit == "s" ? 1e3 : unit == "m" ? 6e4 : unit == "h" ? 3.6e6 : 0;
        if (!number || scale == 0) return {};
        total += *number * scale;
        has_any_unit = true;
    }
    if (!has_any_unit) return {};
    return milliseconds{static_cast<long long>(std::min(total, 1e12))};
}

// A date in `format`, as the time until then.
std::optional<milliseconds> until_date(std::string_view text, const char* format, std::chrono::system_clock::time_point now)
{
    std::tm date{};
    const std::string copy{text};
    if (!::strptime(copy.c_str(), format, &date)) return {};
    return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::from_time_t(::timegm(&date)) - now);
}

std::optional<milliseconds> retry_after(std::string_view value, std::chrono::system_clock::time_point now)
{
    if (const auto seconds = to_number(value)) return milliseconds{static_cast<long long>(std::clamp(*seconds, 0.0, 1e9) * 1e3)};
    return until_date(value, "%a, %d %b %Y %H:%M:%S", now);
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

}  // namespace

std::chrono::milliseconds wait_asked(const net::Headers& headers, int status, std::chrono::system_clock::time_point now)
{
    milliseconds longest{0};
    const auto consider = [&](std::optional<milliseconds> wait) {
        if (wait) longest = std::max(longest, *wait);
    };
    if (const auto ms = to_number(net::find_header(headers, "retry-after-ms")))
        return milliseconds{static_cast<long long>(std::clamp(*ms, 0.0, 1e12))};
    if (const auto value = net::find_header(headers, "retry-after"); !value.empty()) consider(retry_after(value, now));
    if (longest > 0ms || status != 429) return longest;
    // Only the limit that is used up says when to come back.
    for (const std::string_view what : {"requests", "tokens"}) {
        const auto get = [&](std::string_view before, std::string_view after) {
            return net::find_header(headers, cat(before, what, after));
        };
        if (get("x-ratelimit-remaining-", "") == "0") consider(go_duration(get("x-ratelimit-reset-", "")));
        if (get("anthropic-ratelimit-", "-remaining") == "0")
            consider(until_date(get("anthropic-ratelimit-", "-reset"), "%Y-%m-%dT%H:%M:%S", now));
    }
    return longest;
}

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
    default: return {};
    }
}

Error vendor_error(const net::HttpResponse& failure, const Endpoint& endpoint)
{
    std::string words;
    const std::string sentence = reply_words(failure, words);
    Error error;
    error.kind = kind_of(failure.status, words, lower(sentence));
    const auto name = net::status_name(failure.status);
    error.what = cat(failure.status, name.empty() ? "" : " ", name, sentence.empty() ? "" : ": ", sentence);
    error.hint = hint_for(error.kind, endpoint);
    if (failure.status >= 300 && failure.status < 400)
        error.hint = cat("the address has moved; give the new one with --api_base: ", net::find_header(failure.headers, "location"));
    error.retry_after = wait_asked(failure.headers, failure.status, std::chrono::system_clock::now());
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
    return Error{kind_of(status, words, lower(sentence)),
                 cat("an error inside the stream: ", one_line(sentence.empty() ? std::string_view{words} : sentence, 400))};
}

}  // namespace oi::llm
