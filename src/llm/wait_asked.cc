// Times as vendors write them.
#include "llm/wait_asked.h"

#include "base/text.h"

#include <algorithm>
#include <ctime>
#include <optional>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using TimePoint = std::chrono::system_clock::time_point;

milliseconds from_ms(double ms) { return milliseconds{static_cast<long long>(std::clamp(ms, 0.0, 1e12))}; }

// "6m0s", "1.5s", "120ms" at the start of the text, as Go writes durations.
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
    return from_ms(total);
}

// A date in `format`, as the time until then.
std::optional<milliseconds> until_date(std::string_view text, const char* format, TimePoint now)
{
    std::tm date{};
    const std::string copy{text};
    if (!::strptime(copy.c_str(), format, &date)) return {};
    return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::from_time_t(::timegm(&date)) - now);
}

std::optional<milliseconds> retry_after(std::string_view value, TimePoint now)
{
    if (const auto seconds = to_number(value)) return from_ms(*seconds * 1e3);
    return until_date(value, "%a, %d %b %Y %H:%M:%S", now);
}

// When a limit is reset, in any of the ways in use.
std::optional<milliseconds> until_reset(std::string_view value, TimePoint now)
{
    constexpr double year_2001_s = 1e9, year_2001_ms = 1e12;
    const auto since_1970 = static_cast<double>(std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count());
    if (const auto number = to_number(value)) {
        if (*number >= year_2001_ms) return from_ms(*number - since_1970);
        return from_ms(*number >= year_2001_s ? *number * 1e3 - since_1970 : *number * 1e3);
    }
    if (const auto duration = go_duration(value)) return duration;
    return until_date(value, "%Y-%m-%dT%H:%M:%S", now);
}

// Limits, by the names of what is left of them and of when they are reset.
struct Limit {
    std::string_view remaining, reset;
};
constexpr Limit limits[] = {
    {"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
    {"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
    {"x-ratelimit-remaining", "x-ratelimit-reset"},
    {"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"},
    {"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"},
    {"anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"},
    {"anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"},
};

}  // namespace

milliseconds wait_asked(const net::Headers& headers, int status, TimePoint now)
{
    for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"})
        if (const auto ms = to_number(net::find_header(headers, name))) return from_ms(*ms);
    milliseconds longest{0};
    const auto consider = [&](std::optional<milliseconds> wait) {
        if (wait) longest = std::max(longest, *wait);
    };
    if (const auto value = net::find_header(headers, "retry-after"); !value.empty()) consider(retry_after(value, now));
    if (longest > 0ms || status != 429) return longest;
    // Only the limit that is used up says when to come back.
    for (const auto& limit : limits)
        if (net::find_header(headers, limit.remaining) == "0") consider(until_reset(net::find_header(headers, limit.reset), now));
    consider(until_reset(net::find_header(headers, "x-ratelimit-timeremaining"), now));
    return longest;
}

milliseconds wait_in(const json::Value& body, int status, TimePoint now)
{
    const json::Value* error = json::find(body, "error");
    if (!error || !error->IsObject()) return 0ms;
    if (const auto* details = json::find(*error, "details"); details && details->IsArray())
        for (const auto& detail : details->GetArray())
            if (const auto wait = go_duration(json::text(detail, "retryDelay"))) return *wait;
    net::Headers headers;
    if (const auto* handed_on = json::find(*error, {"metadata", "headers"}); handed_on && handed_on->IsObject())
        for (const auto& header : handed_on->GetObject())
            if (header.value.IsString()) headers.push_back({std::string{json::view(header.name)}, std::string{json::view(header.value)}});
    return wait_asked(headers, status, now);
}

milliseconds wait_in_words(std::string_view sentence)
{
    constexpr std::string_view words = "try again in ";
    const auto at = sentence.find(words);
    if (at == std::string_view::npos) return 0ms;
    auto time = sentence.substr(at + words.size());
    time = time.substr(0, time.find_first_of(" ,;"));
    while (time.ends_with('.')) time.remove_suffix(1);
    return go_duration(time).value_or(0ms);
}

}  // namespace oi::llm
