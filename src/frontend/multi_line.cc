// Counts the marks; see multi_line.h.
#include "frontend/multi_line.h"

#include "base/text.h"

namespace oi {

namespace {

constexpr std::string_view quotes = "\"\"\"";
constexpr std::string_view fence = "```";

// How often the mark stands in the text; a longer row of backticks is one fence.
std::size_t count(std::string_view text, std::string_view mark)
{
    std::size_t found = 0;
    for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at)) {
        ++found;
        at += mark.size();
        while (mark == fence && at < text.size() && text[at] == '`') ++at;
    }
    return found;
}

}  // namespace

std::string_view open_mark(std::string_view text)
{
    const std::string_view first_line = text.substr(0, text.find('\n'));
    const std::string_view mark = first_line.find(quotes) < first_line.find(fence) ? quotes : fence;
    return first_line.find(mark) != std::string_view::npos && count(text, mark) % 2 == 1 ? mark : std::string_view{};
}

std::string without_quotes(std::string text)
{
    const std::string_view inner = trim(text);
    const bool is_quoted = inner.size() >= 2 * quotes.size() && inner.starts_with(quotes) && inner.ends_with(quotes);
    if (!is_quoted || count(inner, quotes) != 2) return text;
    return std::string{trim(inner.substr(quotes.size(), inner.size() - 2 * quotes.size()))};
}

}  // namespace oi
