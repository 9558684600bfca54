// The clipboard of the desktop, through the programs that reach it.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace oi {

// The program that took it: wl-copy (Wayland), xclip (X11) or pbcopy (macOS). not_found: there is no desktop, or none of them.
// Returns after two seconds at most.
Result<std::string> copy_to_clipboard(std::string_view text);

}  // namespace oi
