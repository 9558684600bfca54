// Shows files in the person's pager.
#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace oi {

// $PAGER, else less, else more. The terminal must be in its usual mode. not_found: there is none.
Result<void> show_in_pager(const std::vector<std::string>& paths);

}  // namespace oi
