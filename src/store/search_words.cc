// Words to FTS5 expressions, texts to excerpts; see search_words.h.
#include "store/search_words.h"

#include "base/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <vector>

namespace oi::store {

namespace {

constexpr std::size_t before_match = 24, whole_excerpt = 100;  // characters

struct Word {
    std::string_view text;
    bool is_phrase = false;
};

// The character at `at`, which moves behind it; a byte that is none of UTF-8 counts as one.
utf8proc_int32_t next(std::string_view text, std::size_t& at)
{
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return ++at, first;
    utf8proc_int32_t character = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                                         static_cast<utf8proc_ssize_t>(text.size() - at), &character);
    at += length > 0 ? static_cast<std::size_t>(length) : 1;
    return length > 0 ? character : 0xFFFD;
}

// Upper and lower case, with accents and without, are one.
utf8proc_int32_t folded(utf8proc_int32_t character)
{
    if (character < 0x80) return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
    utf8proc_int32_t parts[16];
    int boundary = 0;
    const auto count =
        utf8proc_decompose_char(character, parts, 16, static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD), &boundary);
    return count > 0 ? parts[0] : character;
}

bool is_word_character(utf8proc_int32_t character)
{
    if (character < 0x80) return (folded(character) >= 'a' && folded(character) <= 'z') || (character >= '0' && character <= '9');
    const auto category = utf8proc_category(character);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) || category == UTF8PROC_CATEGORY_CO;
}

// Of Chinese and Japanese, whose sentences would be one word.
bool stands_alone(utf8proc_int32_t character)
{
    return (character >= 0x3040 && character <= 0x30FF) || (character >= 0x3400 && character <= 0x4DBF) ||
           (character >= 0x4E00 && character <= 0x9FFF) || (character >= 0xF900 && character <= 0xFAFF) ||
           (character >= 0x20000 && character <= 0x2FFFF);
}

std::vector<Word> words_of(std::string_view text)
{
    std::vector<Word> words;
    const auto add = [&](std::string_view word, bool is_phrase) {
        if (has_words(word)) words.push_back({word, is_phrase});
    };
    bool is_quoted = false;
    for (const auto part : split(text, '"')) {
        if (is_quoted) {
            add(part, true);
        } else {
            std::size_t from = 0;
            for (std::size_t at = 0; at <= part.size(); ++at) {
                if (at < part.size() && static_cast<unsigned char>(part[at]) > ' ') continue;
                add(part.substr(from, at - from), false);
                from = at + 1;
            }
        }
        is_quoted = !is_quoted;
    }
    return words;
}

std::vector<utf8proc_int32_t> letters_of(std::string_view word)
{
    std::vector<utf8proc_int32_t> letters;
    for (std::size_t at = 0; at < word.size();) letters.push_back(folded(next(word, at)));
    return letters;
}

bool begins_with(std::string_view text, const std::vector<utf8proc_int32_t>& letters)
{
    std::size_t at = 0;
    return std::all_of(letters.begin(), letters.end(), [&](auto letter) { return at < text.size() && folded(next(text, at)) == letter; });
}

// Where a word begins so; npos: nowhere.
std::size_t find_word(std::string_view text, const std::vector<utf8proc_int32_t>& letters)
{
    bool is_inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t here = at;
        const auto character = next(text, at);
        if ((!is_inside || stands_alone(character)) && folded(character) == letters.front() && begins_with(text.substr(here), letters))
            return here;
        is_inside = is_word_character(character);
    }
    return std::string_view::npos;
}

// The first run of letters and digits in it.
std::string_view first_run(std::string_view word)
{
    std::size_t from = std::string_view::npos;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t here = at;
        if (is_word_character(next(word, at))) from = std::min(from, here);
        else if (from != std::string_view::npos) return word.substr(from, here - from);
    }
    return from == std::string_view::npos ? word : word.substr(from);
}

std::size_t find_any(std::string_view text, const std::vector<Word>& words)
{
    for (const auto& word : words)
        if (const auto at = find_word(text, letters_of(word.text)); at != std::string_view::npos) return at;
    for (const auto& word : words)
        if (const auto at = find_word(text, letters_of(first_run(word.text))); at != std::string_view::npos) return at;
    return 0;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// `count` characters further back.
std::size_t back(std::string_view text, std::size_t at, std::size_t count)
{
    while (at > 0 && count > 0)
        if (!is_continuation(text[--at])) --count;
    return at;
}

std::size_t forth(std::string_view text, std::size_t at, std::size_t count)
{
    while (at < text.size() && count > 0) {
        ++at;
        while (at < text.size() && is_continuation(text[at])) ++at;
        --count;
    }
    return at;
}

std::string one_line(std::string_view text)
{
    std::string line;
    for (const char c : valid_utf8(without_escapes(text))) {
        const bool is_space = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
        if (!is_space) line += c;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    return line;
}

}  // namespace

bool has_words(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();)
        if (is_word_character(next(text, at))) return true;
    return false;
}

std::string search_expression(std::string_view words)
{
    std::string expression, plain{words};
    std::replace(plain.begin(), plain.end(), '\0', ' ');  // it would end the expression
    for (const auto& word : words_of(plain)) {
        if (!expression.empty()) expression += " AND ";
        expression += cat('"', indexable(word.text), '"');
        if (!word.is_phrase) expression += " *";
    }
    return expression;
}

std::string indexable(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t here = at;
        const bool is_plain = static_cast<unsigned char>(text[at]) < 0xE3;  // no such sign begins with less
        const bool is_alone = !is_plain && stands_alone(next(text, at));
        if (is_plain) ++at;
        if (is_alone) out += ' ';
        out += text.substr(here, at - here);
        if (is_alone) out += ' ';
    }
    return out;
}

std::string excerpt(std::string_view text, std::string_view words)
{
    const std::size_t found = find_any(text, words_of(words));
    const std::size_t before = back(text, found, before_match);
    const std::size_t from = before <= before_match ? 0 : before;  // rather a whole beginning than a mark for some letters
    const std::size_t to = forth(text, from, whole_excerpt);
    std::string line{trim(one_line(text.substr(from, to - from)))};
    if (!is_blank(text.substr(0, from))) line = cat("... ", line);
    if (!is_blank(text.substr(to))) line += " ...";
    return line;
}

}  // namespace oi::store
