// Vendors' sentences about requests that are too long; context_overflow_test.cc has them whole.
#include "llm/context_overflow.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

// Words that only such sentences have.
constexpr std::array<std::string_view, 24> signs{
    "maximum context length",
    "prompt is too long",
    "context window",
    "exceed context limit",
    "exceeds the maximum number of tokens",
    "maximum prompt length",
    "available context size",
    "context size has been exceeded",
    "too many tokens:",
    "input is too long",
    "exceeded model token limit",
    "maximum model length",
    "context length of only",
    "exceeds max length",
    "range of input length should be",
    "exceeds context length",
    "must have less than",
    "reduce the length of the",
    "n_ctx",
    "larger than the context",
    "exceeds the context",
    "maximum allowed number of input tokens",
    "context length exceeded",
    "max_new_tokens` must be",
};

// Where the number stands that is the window.
struct Place {
    std::string_view words;
    bool is_before = false;  // the number is before the words
};
constexpr std::array<Place, 19> places{{
    {"maximum context length is"},
    {"maximum context length of"},
    {"maximum context length:"},
    {"model maximum context length"},
    {"maximum context length", true},
    {"maximum prompt length is"},
    {"maximum model length of"},
    {"maximum number of tokens allowed"},
    {"context limit:"},  // "INPUT + ANSWER > WINDOW": see after_more_than
    {"prompt is too long:"},
    {"available context size"},
    {"n_ctx"},
    {"exceeded model token limit:"},
    {"context length of only"},
    {"cannot exceed"},
    {"must have less than"},
    {"max_new_tokens` must be <="},
    {"range of input length should be [1,"},
    {"while limit is"},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number that begins within the next few characters; "1,048,576" is one.
long number_after(std::string_view text)
{
    constexpr std::size_t near = 6;
    std::size_t at = 0;
    while (at < text.size() && !is_digit(text[at])) ++at;
    if (at > near || at == text.size()) return 0;
    long number = 0;
    for (; at < text.size() && number < 1'000'000'000; ++at) {
        const bool groups =
            text[at] == ',' && at + 3 < text.size() && is_digit(text[at + 1]) && is_digit(text[at + 2]) && is_digit(text[at + 3]);
        if (groups) continue;
        if (!is_digit(text[at])) break;
        number = number * 10 + (text[at] - '0');
    }
    return number;
}

long number_before(std::string_view text)
{
    std::size_t end = text.size();
    while (end > 0 && text[end - 1] == ' ') --end;
    std::size_t begin = end;
    while (begin > 0 && is_digit(text[begin - 1])) --begin;
    return begin == end ? 0 : number_after(text.substr(begin, end - begin));
}

// "prompt is too long: 210000 tokens > 200000 maximum" and "199000 + 20000 > 200000": the number behind the sign.
long after_more_than(std::string_view text)
{
    const auto sign = text.find(" > ");
    return sign == std::string_view::npos ? 0 : number_after(text.substr(sign + 3));
}

}  // namespace

bool says_overflow(std::string_view sentence)
{
    const std::string small = lower(sentence);
    return std::any_of(signs.begin(), signs.end(), [&](std::string_view sign) { return small.find(sign) != std::string::npos; });
}

long window_in(std::string_view sentence)
{
    const std::string small = lower(sentence);
    const std::string_view text = small;
    for (const auto& place : places) {
        const auto at = text.find(place.words);
        if (at == std::string_view::npos) continue;
        const auto rest = text.substr(at + place.words.size());
        long number = place.is_before ? number_before(text.substr(0, at)) : 0;
        if (number == 0 && !place.is_before) number = after_more_than(rest);
        if (number == 0 && !place.is_before) number = number_after(rest);
        if (number > 0) return number;
    }
    return 0;
}

long answer_room(std::string_view sentence)
{
    constexpr std::string_view words = "context limit: ";
    const auto at = sentence.find(words);
    if (at == std::string_view::npos) return 0;
    const auto sum = sentence.substr(at + words.size());
    if (sum.find(" + ") > sum.find(" > ")) return 0;
    const long input = number_after(sum), window = after_more_than(sum);
    return input > 0 ? std::max(0L, window - input) : 0;
}

}  // namespace oi::llm
