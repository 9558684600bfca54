// Text tools; see text.h.
#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <numeric>

namespace oi {

std::string_view trim(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n\f\v";
    const auto begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto at = text.find(separator);
        pieces.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return pieces;
        text.remove_prefix(at + 1);
    }
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator)
{
    std::string out;
    for (const auto& piece : pieces) {
        if (&piece != &pieces.front()) out += separator;
        out += piece;
    }
    return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to)
{
    std::size_t at = from.empty() ? std::string::npos : text.find(from);
    if (at == std::string::npos) return text;
    std::string out;
    out.reserve(text.size());
    std::size_t done = 0;
    for (; at != std::string::npos; at = text.find(from, done)) {
        out.append(text, done, at - done);
        out += to;
        done = at + from.size();
    }
    out.append(text, done);
    return out;
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

std::optional<long> to_integer(std::string_view text)
{
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

std::optional<double> to_number(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

// The length of the UTF-8 character that starts with `lead`; 0: no character starts so.
std::size_t utf8_length(unsigned char lead)
{
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// Whether `second` may follow `lead`: refuses overlong forms, surrogates, beyond U+10FFFF (Unicode, table 3-7).
bool may_follow(unsigned char lead, unsigned char second)
{
    if (lead == 0xE0) return second >= 0xA0 && second <= 0xBF;
    if (lead == 0xED) return second >= 0x80 && second <= 0x9F;
    if (lead == 0xF0) return second >= 0x90 && second <= 0xBF;
    if (lead == 0xF4) return second >= 0x80 && second <= 0x8F;
    return is_continuation(second);
}

// How many bytes at `text` form one valid character; 0: none.
std::size_t valid_at(std::string_view text)
{
    const std::size_t length = utf8_length(static_cast<unsigned char>(text[0]));
    if (length <= 1) return length;
    if (text.size() < length) return 0;
    if (!may_follow(static_cast<unsigned char>(text[0]), static_cast<unsigned char>(text[1]))) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (!is_continuation(static_cast<unsigned char>(text[i]))) return 0;
    return length;
}

// The end of the valid UTF-8 at the front of `text`; runs of ASCII go eight bytes at a time.
std::size_t valid_prefix(std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size()) {
        std::uint64_t word;
        while (i + sizeof word <= text.size()) {
            std::memcpy(&word, text.data() + i, sizeof word);
            if (word & 0x8080808080808080ULL) break;
            i += sizeof word;
        }
        if (i >= text.size()) break;
        const std::size_t length = valid_at(text.substr(i));
        if (length == 0) return i;
        i += length;
    }
    return text.size();
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& candidates)
{
    std::optional<std::string_view> best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        const std::size_t distance = edit_distance(lower(word), lower(candidate));
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

std::size_t unfinished_utf8(std::string_view text)
{
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if (is_continuation(byte)) continue;
        return utf8_length(byte) > back ? back : 0;
    }
    return 0;
}

std::string valid_utf8(std::string text)
{
    std::size_t good = valid_prefix(text);
    if (good == text.size()) return text;
    std::string out;
    out.reserve(text.size() + 16);
    std::string_view rest = text;
    while (!rest.empty()) {
        good = valid_prefix(rest);
        out += rest.substr(0, good);
        if (good == rest.size()) break;
        out += "\xEF\xBF\xBD";
        rest.remove_prefix(good + 1);
    }
    return out;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes) return text;
    while (bytes > 0 && is_continuation(static_cast<unsigned char>(text[bytes]))) --bytes;
    return text.substr(0, bytes);
}

std::string_view utf8_suffix(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes) return text;
    std::size_t from = text.size() - bytes;
    while (from < text.size() && is_continuation(static_cast<unsigned char>(text[from]))) ++from;
    return text.substr(from);
}

std::string without_escapes(std::string_view text)
{
    if (text.find('\x1b') == std::string_view::npos) return std::string{text};
    std::string out;
    std::size_t i = 0;
    while (i < text.size()) {
        if (text[i] != '\x1b') {
            out += text[i++];
            continue;
        }
        if (++i >= text.size()) break;
        const char kind = text[i++];
        if (kind == '[') {  // CSI: parameters, then one final byte from 0x40 to 0x7E (ECMA-48)
            while (i < text.size() && (text[i] < 0x40 || text[i] > 0x7E)) ++i;
            if (i < text.size()) ++i;
        } else if (kind == ']' || kind == 'P' || kind == '_' || kind == '^') {  // ends with BEL or ESC backslash
            while (i < text.size() && text[i] != '\a' && text[i] != '\x1b') ++i;
            if (i < text.size() && text[i] == '\x1b') ++i;
            if (i < text.size()) ++i;
        } else if (kind >= 0x20 && kind <= 0x2F && i < text.size()) {  // charset selection: one more byte
            ++i;
        }
    }
    return out;
}

}  // namespace oi
