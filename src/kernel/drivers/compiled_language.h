// What the languages share that are compiled and run by our own driver.
#pragma once

#include "core/kernel.h"

#include <string>

namespace oi::kernel {

// The compiler's path, or "": the first of the toolchain's that is on the host's PATH.
std::string find_compiler(std::string_view toolchain, const Host& host);

// A kernel whose cells are compiled. `language` is filled in except for `start`, `find_runtime` and `keeps_state`.
Language compiled_language(std::string_view toolchain, Language language);

}  // namespace oi::kernel
