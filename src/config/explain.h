// What --explain prints: a setting's value, where it came from, and what the other sources said.
#pragma once

#include "config/invocation.h"

#include <string>
#include <string_view>

namespace oi::config {

// `key`: a setting's name, its key in a file, an older key, its flag or its variable; empty: all settings that a source set.
// invalid: no setting goes by that name.
Result<std::string> explain(const Invocation& invocation, std::string_view key);

}  // namespace oi::config
