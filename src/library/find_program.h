// Where the program `interpreter` is, which starts and guards the kernels of a host that is another program.
#pragma once

#include "base/error.h"

#include <string>

namespace interpreter {

// `named`: a path, or empty: beside this library, in ../bin and the like, then on PATH. What was found first counts for the whole
// process. not_found: names the ways to mend it.
oi::Result<void> find_program(const std::string& named);

}  // namespace interpreter
