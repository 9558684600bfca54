// --languages: what this machine can run.
#pragma once

#include "config/invocation.h"

namespace oi {

// Prints a line for each language: its names, the program that runs it, or what would bring it. Returns the exit code.
int list_languages(const config::Invocation& invocation);

}  // namespace oi
