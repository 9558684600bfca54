// Usage as it stands in the store: one JSON object.
#pragma once

#include "core/usage.h"

#include <string>
#include <string_view>

namespace oi::store {

// {"input":9,"output":4,"cached":0,"cache_write":0,"cost":0.001,"unpriced":0}
std::string usage_text(const Usage& usage);
// What is missing or malformed counts as 0.
Usage usage_from(std::string_view text);

}  // namespace oi::store
