// Grapheme segmentation and widths, by utf8proc.
#include "frontend/terminal/graphemes.h"

#include <algorithm>
#include <utf8proc.h>

namespace oi {

namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Decodes one code point; malformed bytes come out as 0xFFFD, one at a time.
std::size_t decode(std::string_view text, utf8proc_int32_t& point)
{
    const auto length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (length > 0) return static_cast<std::size_t>(length);
    point = 0xFFFD;
    return 1;
}

bool is_regional_indicator(utf8proc_int32_t point) { return point >= 0x1F1E6 && point <= 0x1F1FF; }
constexpr utf8proc_int32_t emoji_style = 0xFE0F;  // VARIATION SELECTOR-16

}  // namespace

std::size_t character_length(std::string_view text)
{
    std::size_t length = 1;
    if (static_cast<unsigned char>(text[0]) >= 0xC0)
        while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
    return length;
}

Grapheme first_grapheme(std::string_view text)
{
    if (is_ascii(text[0]) && (text.size() == 1 || is_ascii(text[1])))
        return {text.substr(0, 1), text[0] >= 0x20 && text[0] != 0x7F ? 1 : 0};
    utf8proc_int32_t point, state = 0;
    std::size_t end = decode(text, point);
    int width = utf8proc_charwidth(point);
    if (is_regional_indicator(point)) width = 2;
    while (end < text.size()) {
        utf8proc_int32_t next;
        const std::size_t length = decode(text.substr(end), next);
        if (utf8proc_grapheme_break_stateful(point, next, &state)) break;
        width = next == emoji_style ? 2 : std::max(width, utf8proc_charwidth(next));
        point = next;
        end += length;
    }
    return {text.substr(0, end), std::min(width, 2)};
}

std::size_t next_grapheme(std::string_view text, std::size_t at)
{
    return at >= text.size() ? text.size() : at + first_grapheme(text.substr(at)).bytes.size();
}

std::size_t previous_grapheme(std::string_view text, std::size_t at)
{
    if (at == 0) return 0;
    // ASCII before ASCII (or the end) is a grapheme of its own; else segment from the last line or space on.
    if (is_ascii(text[at - 1])) return at - 1;
    std::size_t from = text.substr(0, at).find_last_of(" \n");
    from = from == std::string_view::npos ? 0 : from + 1;
    for (std::size_t next = from; next < at; next = next_grapheme(text.substr(0, at), next)) from = next;
    return from;
}

bool is_combining(std::string_view text)
{
    utf8proc_int32_t point;
    decode(text, point);
    const auto category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_MC;
}

int columns_of(std::string_view text)
{
    int columns = 0;
    while (!text.empty()) {
        const Grapheme grapheme = first_grapheme(text);
        columns += grapheme.width;
        text.remove_prefix(grapheme.bytes.size());
    }
    return columns;
}

std::string_view columns_prefix(std::string_view text, int columns)
{
    std::size_t end = 0;
    while (end < text.size()) {
        const Grapheme grapheme = first_grapheme(text.substr(end));
        if ((columns -= grapheme.width) < 0) break;
        end += grapheme.bytes.size();
    }
    return text.substr(0, end);
}

}  // namespace oi
