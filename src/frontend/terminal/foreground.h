// Programs that take the terminal over for a while: an editor, a pager.
#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace oi {

// Runs the command, which may have arguments ("code --wait"), with the paths behind it, and waits for its end; what it exits with. The
// terminal must be in its usual mode.
Result<int> run_with_terminal(const std::string& command, const std::vector<std::string>& paths);

}  // namespace oi
