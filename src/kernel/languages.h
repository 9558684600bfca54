// The languages that come with the program.
#pragma once

#include "core/kernel.h"

#include <vector>

namespace oi {

// From languages.def, in its order.
std::vector<Language> built_in_languages();

}  // namespace oi
