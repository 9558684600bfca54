// --conversations in a terminal: the person picks one, and it goes on.
#pragma once

#include "config/invocation.h"

#include <optional>

namespace oi {

// There is a terminal and nobody asked for plain lines.
bool can_pick(const config::Invocation& invocation);

// nullopt: one was picked, and `invocation` is now the wish to go on with it; else the exit code.
std::optional<int> pick_conversation(config::Invocation& invocation);

}  // namespace oi
