// EventJson: RapidJSON in place.
#include "llm/providers/event_json.h"

#include "base/text.h"

#include <algorithm>
#include <cstring>

namespace oi::llm {

namespace {

// The value of the four hex digits at `text`, or -1.
int code_unit(const char* text)
{
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = text[i];
        const int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

bool is_surrogate(int unit, int first) { return unit >= first && unit < first + 0x400; }

// Writes \uFFFD over every \uD8xx..\uDFxx that has no partner.
void mend_surrogates(char* text, std::size_t size)
{
    char* const end = text + size;
    for (char* at = text; (at = static_cast<char*>(std::memchr(at, '\\', static_cast<std::size_t>(end - at)))) && at + 1 < end;) {
        if (at[1] != 'u' || end - at < 6) {
            at += 2;
            continue;
        }
        const int unit = code_unit(at + 2);
        const bool is_pair =
            is_surrogate(unit, 0xD800) && end - at >= 12 && at[6] == '\\' && at[7] == 'u' && is_surrogate(code_unit(at + 8), 0xDC00);
        if (!is_pair && (is_surrogate(unit, 0xD800) || is_surrogate(unit, 0xDC00))) std::memcpy(at + 2, "FFFD", 4);
        at += is_pair ? 12 : 6;
    }
}

bool may_hold_surrogates(std::string_view text)
{
    return text.find("\\ud") != std::string_view::npos || text.find("\\uD") != std::string_view::npos;
}

std::string one_line(std::string_view text)
{
    std::string line = valid_utf8(std::string{text.substr(0, text.size() - unfinished_utf8(text))});
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return line;
}

}  // namespace

Result<const json::Value*> EventJson::parse(char* text, std::size_t size)
{
    document_.SetNull();
    pool_.Clear();
    if (may_hold_surrogates({text, size})) mend_surrogates(text, size);
    char head[60];  // parsing in place destroys what an error has to quote
    const std::size_t head_size = std::min(size, sizeof head);
    std::memcpy(head, text, head_size);
    // Recursion is faster; a body made to exhaust the stack is too large for it.
    if (size < 8192) document_.ParseInsitu(text);
    else document_.ParseInsitu<rapidjson::kParseIterativeFlag>(text);
    if (!document_.HasParseError()) return &document_;
    return fail(ErrorKind::protocol, cat("sent malformed JSON: ", one_line({head, head_size}), size > head_size ? "..." : ""),
                "is this address a model's server?");
}

}  // namespace oi::llm
