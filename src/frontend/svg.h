// SVG: told from other pages, and made a picture by a program that can.
#pragma once

#include "base/error.h"

#include <stop_token>
#include <string>
#include <string_view>

namespace oi {

// Whether a page is one SVG drawing.
bool is_svg(std::string_view page);

// The drawing in that file as PNG, in the shape it has, at most 1600x1200 pixels; by rsvg-convert, a process of its own. not_found: it
// is not installed; timeout: not done within ten seconds; invalid: it cannot read the file. Any thread.
Result<std::string> png_of_svg(const std::string& path, std::stop_token stop);

}  // namespace oi
