// The reviewer of cells: reads what they touch, and scans them by rules of our own and with the scanners that are installed.
#pragma once

#include "core/review.h"
#include "scan/run_scanners.h"

#include <memory>
#include <string>
#include <vector>

namespace oi::scan {

// `environment` is that of the cells. `names_missing`: the first scan of a language says which scanners there could be. `confine`: how
// scanners are kept off the network; empty: they are not.
std::unique_ptr<Reviewer> make_reviewer(std::vector<std::string> environment, bool names_missing, Confine confine = {});

}  // namespace oi::scan
