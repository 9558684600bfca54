// The inline part of Markdown (emphasis, code, links) as HTML.
#pragma once

#include <string>
#include <string_view>

namespace oi::exporting {

std::string inline_to_html(std::string_view text);

}  // namespace oi::exporting
