// A conversation from the command line: chooses model and frontend, connects them, runs.
#pragma once

#include "config/invocation.h"

namespace oi {

// Returns what the program exits with: 0 done, 1 failed, 2 bad usage, 130 interrupted.
int chat(const config::Invocation& invocation);

}  // namespace oi
