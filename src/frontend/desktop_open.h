// Opening a file in the program that the person's desktop has for it.
#pragma once

#include "base/error.h"

#include <string>

namespace oi {

// Starts that program and does not wait for it: the first one of $BROWSER (names between colons, %s: the file) that is installed, else
// xdg-open, or `open`. Gives its name. unsupported: there is no display here; not_found: there is no such program.
Result<std::string> open_on_desktop(const std::string& path);

}  // namespace oi
