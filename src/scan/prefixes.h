// The first words by which a person can allow the commands of a shell cell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi::scan {

// "git status", "ls": each once, in the order they stand; the same whatever blanks, quotes and folders they are written with.
// Empty when some part of the cell could not be allowed so: an interpreter, a deletion, a redirection to a file, a substitution,
// a variable, a loop, the background.
std::vector<std::string> prefixes_of(std::string_view shell_code);

}  // namespace oi::scan
