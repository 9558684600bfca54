// Marks that hold a message of several lines together: """ and ```, in every frontend that reads lines.
#pragma once

#include <string>
#include <string_view>

namespace oi {

// The mark of the first line when the text has not ended it yet: more lines belong to the message. Empty: it is whole.
std::string_view open_mark(std::string_view text);

// Without the triple quotes around it, if they are around all of it. Fences stay: they are Markdown.
std::string without_quotes(std::string text);

}  // namespace oi
