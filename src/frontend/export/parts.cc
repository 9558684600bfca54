// What the forms of export share; see parts.h and export.h.
#include "frontend/export/parts.h"

#include "base/base64.h"
#include "base/text.h"

#include <algorithm>

namespace oi {

std::string first_words(std::span<const Message> messages, std::size_t bytes)
{
    const auto said = std::find_if(messages.begin(), messages.end(), [](const Message& message) {
        return message.role == Role::user && message.type == Kind::message && !is_blank(message.content);
    });
    if (said == messages.end()) return {};
    const std::string_view line = trim(split(trim(said->content), '\n').front());
    return std::string{trim(utf8_prefix(line, bytes))};
}

std::string file_stem(std::span<const Message> messages)
{
    constexpr std::size_t longest = 40;
    std::string stem;
    for (const char c : lower(first_words(messages, longest))) {
        const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (is_kept) stem += c;
        else if (!stem.empty() && stem.back() != '-') stem += '-';
    }
    while (stem.ends_with('-')) stem.pop_back();
    return stem.empty() ? "conversation" : stem;
}

namespace exporting {

namespace {

// By its first bytes: what a message says of itself may be wrong.
std::string_view type_of(std::string_view bytes)
{
    if (bytes.starts_with("\x89PNG\r\n")) return "image/png";
    if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
    if (bytes.starts_with("GIF8")) return "image/gif";
    if (bytes.starts_with("RIFF") && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP") return "image/webp";
    return {};
}

}  // namespace

bool is_shown(const Message& message) { return message.recipient != "assistant" && message.type != Kind::confirmation; }

std::optional<Picture> picture(const Message& message, const ExportOptions& options)
{
    if (message.type != Kind::image) return {};
    std::string bytes;
    if (message.format.starts_with("base64")) bytes = from_base64(message.content);
    else if (message.format == "path" && options.read) bytes = options.read(message.content).value_or("");
    const std::string_view type = type_of(bytes);
    if (type.empty()) return {};
    return Picture{std::string{type}, std::move(bytes)};
}

std::string fenced(std::string_view text, std::string_view language)
{
    std::size_t longest = 2, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    return cat(fence, language, "\n", text, text.empty() || text.ends_with('\n') ? "" : "\n", fence, "\n");
}

std::string title(std::span<const Message> messages, const ExportOptions& options)
{
    if (!options.title.empty()) return options.title;
    constexpr std::size_t longest = 70;
    std::string words = first_words(messages, longest);
    return words.empty() ? "Conversation" : words;
}

}  // namespace exporting

}  // namespace oi
