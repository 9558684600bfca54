// --models: what the chosen vendor or server really has.
#pragma once

#include "config/invocation.h"

namespace oi {

// Prints one name a line, as --model takes it, with the window where it is known. Returns the exit status.
int list_models(const config::Invocation& invocation);

}  // namespace oi
