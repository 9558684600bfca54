// The person's own editor, on a text of ours.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace oi {

// Opens $VISUAL, $EDITOR, or the first of nano, vim, vi that is there, on a temporary file that holds `text`; returns
// what was saved. Blocks until the editor ends; the terminal must not be raw. `language` gives the file its extension.
// Errors: not_found (no editor), cancelled (the editor failed), io.
Result<std::string> edit_outside(std::string_view text, std::string_view language);

}  // namespace oi
