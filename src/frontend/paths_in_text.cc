// Finds paths in what a person types, drags or pastes; see attachments.h.
#include "base/text.h"
#include "frontend/attachments.h"
#include "sys/files.h"

#include <algorithm>
#include <cctype>

namespace oi {

namespace {

constexpr std::string_view blanks = " \t\n";
constexpr std::size_t most_words_in_path = 8;  // that nobody quoted

struct Word {
    std::string value;  // quotes and backslashes undone
    std::size_t to = 0;
    bool is_quoted = false;
};

Word read_word(std::string_view text, std::size_t from)
{
    const char quote = text[from];
    if (quote == '\'' || quote == '"') {
        const auto end = text.find_first_of(quote == '"' ? "\"\n" : "'\n", from + 1);
        const bool is_whole = end != std::string_view::npos && text[end] == quote;
        if (is_whole) return {std::string{text.substr(from + 1, end - from - 1)}, end + 1, true};
    }
    Word word{.to = from};
    while (word.to < text.size() && blanks.find(text[word.to]) == std::string_view::npos) {
        if (text[word.to] == '\\' && word.to + 1 < text.size() && text[word.to + 1] != '\n') ++word.to;
        word.value += text[word.to++];
    }
    return word;
}

std::string percent_decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        const bool is_code = text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                             std::isxdigit(static_cast<unsigned char>(text[i + 2]));
        if (!is_code) {
            plain += text[i];
            continue;
        }
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
        plain += static_cast<char>(byte);
        i += 2;
    }
    return plain;
}

// Absolute; empty: it does not look like a path.
std::string as_path(std::string_view word)
{
    constexpr std::string_view scheme = "file://";
    if (word.starts_with(scheme)) {
        const auto slash = word.find('/', scheme.size());  // behind the name of the machine
        return slash == std::string_view::npos ? std::string{} : percent_decoded(word.substr(slash));
    }
    const bool is_path =
        word.size() > 1 && (word.starts_with('/') || word.starts_with("~/") || word.starts_with("./") || word.starts_with("../"));
    return is_path && word.find('\0') == std::string_view::npos ? sys::absolute(word) : std::string{};
}

}  // namespace

PathsInText paths_in(std::string_view text)
{
    PathsInText found;
    for (std::size_t at = text.find_first_not_of(blanks); at != std::string_view::npos; at = text.find_first_not_of(blanks, at)) {
        const bool is_bracket = std::string_view{"([{<"}.find(text[at]) != std::string_view::npos;
        if (is_bracket) found.is_all = false;
        if (is_bracket && at + 1 < text.size() && blanks.find(text[at + 1]) == std::string_view::npos) ++at;
        const Word word = read_word(text, at);
        at = word.to;
        std::vector<std::string> place;
        if (auto path = as_path(word.value); !path.empty()) place.push_back(std::move(path));
        if (place.empty()) {
            found.is_all = false;
            continue;
        }
        const auto last = word.value.find_last_not_of("?!.,;:)]}>'\"");
        if (!word.is_quoted && last != std::string::npos && last + 1 < word.value.size())
            place.push_back(as_path(std::string_view{word.value}.substr(0, last + 1)));
        // Blanks that nobody has escaped: with the words behind it, as far as the line goes.
        std::string longer = word.value;
        std::size_t end = word.to;
        for (std::size_t i = 1; i < most_words_in_path && !word.is_quoted && end < text.size() && text[end] == ' '; ++i) {
            const auto next = text.find_first_not_of(' ', end);
            if (next == std::string_view::npos || text[next] == '\n') break;
            longer.append(text, end, next - end);
            const Word more = read_word(text, next);
            longer += more.value;
            end = more.to;
            place.push_back(as_path(longer));
        }
        found.places.push_back(std::move(place));
    }
    return found;
}

}  // namespace oi
