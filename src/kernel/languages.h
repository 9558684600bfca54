// The languages that come with the program.
#pragma once

#include "core/kernel.h"

#include <vector>

namespace oi {

namespace language {
#define LANGUAGE(name) Language name();
#define DOCUMENT(name) Language name();
#include "kernel/languages.def"
#undef LANGUAGE
}  // namespace language

// From languages.def, in its order.
std::vector<Language> built_in_languages();

}  // namespace oi
