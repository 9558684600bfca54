// Skeleton: a source text without its comments and literals, for finding out how it is built without parsing it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oi::kernel {

enum class Syntax : std::uint8_t { c, cpp, go, rust, sql };

// A text of the same length in which comments and what literals hold are spaces; line ends and quotes stay.
std::string skeleton(std::string_view code, Syntax syntax);

// The number of the first line that holds more than comments; 0: there is none.
long first_code_line(std::string_view skeleton);

// Whether `word` stands in it as a word of its own.
bool has_word(std::string_view skeleton, std::string_view word);

inline bool is_word_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace oi::kernel
