// The version of the library.
#pragma once

#include "interpreter/export.h"

namespace interpreter {

// "0.1.0": of the library that runs, which may be newer than the headers.
INTERPRETER_API const char* version() noexcept;

}  // namespace interpreter
