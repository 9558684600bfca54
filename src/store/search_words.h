// What a person searches for, as a question to the index, and the line of a text that answers it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace oi::store {

// Whether this and the words beside it can be searched for: it has a letter or a digit.
bool has_words(std::string_view text);

// The words as an FTS5 expression that is never malformed; empty: there is nothing to look for.
std::string search_expression(std::string_view words);

// The text as the index takes it: signs of scripts that write no blanks between words become words of their own.
std::string indexable(std::string_view text);

// One line of at most about a hundred characters around the first place where one of the words stands, without control
// characters; the beginning of the text if none does.
std::string excerpt(std::string_view text, std::string_view words);

}  // namespace oi::store
