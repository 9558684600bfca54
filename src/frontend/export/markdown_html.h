// Markdown as HTML for exported pages: raw HTML in it stays text, and links lead to the web or mail only.
#pragma once

#include <string>
#include <string_view>

namespace oi::exporting {

// `text` as the content of an element or of an attribute in double quotes.
std::string escape_html(std::string_view text);

// The usual Markdown of language models (CommonMark without raw HTML and reference links, and the tables and strike-through of
// GitHub): https://spec.commonmark.org/0.30. Pictures become links. Time is linear in the text.
std::string markdown_to_html(std::string_view markdown);

}  // namespace oi::exporting
