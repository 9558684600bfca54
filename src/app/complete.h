// Complete: what completion scripts ask the program for; and --completion, which prints them.
#pragma once

#include "config/invocation.h"

namespace oi {

// The part `complete`: argv[1] is models, profiles, conversations, languages or settings. One value a line, a tab and what it is behind it.
// Contacts nobody. Returns the exit code.
int complete_main(int argc, char** argv);

// --completion[=SHELL]; without a shell, that of $SHELL.
int print_completion(const config::Invocation& invocation);

}  // namespace oi
