// Code as HTML, its tokens in spans of the classes that code_style gives colours.
#pragma once

#include <string>
#include <string_view>

namespace oi::exporting {

// `code` with what HTML would take for its own escaped; of a language that is not known nothing is coloured.
std::string code_to_html(std::string_view code, std::string_view language);

// The rules for it, on light and on dark.
std::string code_style();

}  // namespace oi::exporting
