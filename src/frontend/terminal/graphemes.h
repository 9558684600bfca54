// Graphemes: what a person takes for one character, and how many columns it has in a terminal.
#pragma once

#include <string_view>

namespace oi {

struct Grapheme {
    std::string_view bytes;
    int width = 0;  // 0, 1 or 2 columns
};

// The first grapheme of `text`, which is not empty. Malformed UTF-8 counts byte by byte, one column each.
Grapheme first_grapheme(std::string_view text);

// How many bytes the character at the front of `text` has.
std::size_t character_length(std::string_view text);

// Where the grapheme before `at` starts, and where the one at `at` ends.
std::size_t previous_grapheme(std::string_view text, std::size_t at);
std::size_t next_grapheme(std::string_view text, std::size_t at);

// Whether the text begins with a mark that stands on the character before it.
bool is_combining(std::string_view text);

int columns_of(std::string_view text);

// The longest prefix of `text` that has at most `columns` columns.
std::string_view columns_prefix(std::string_view text, int columns);

}  // namespace oi
