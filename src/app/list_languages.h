// --languages: what this machine can run.
#pragma once

#include "config/invocation.h"
#include "core/kernel.h"

#include <string>
#include <vector>

namespace oi {

// A line for each language: its names, whether variables stay from cell to cell, and the program that runs it or what brings
// it. Starts nothing. With --languages=NAME all of that one language, and its version, for which it is started. Returns the exit code:
// 1 when there is no such language, or it cannot run here.
int list_languages(const config::Invocation& invocation);

// A line for each, under a line of heads: name, aliases, whether variables stay, what runs it. Starts nothing.
std::vector<std::string> language_table(const std::vector<Language>& languages, const Host& host);

}  // namespace oi
