// Where the tests find what they run on: this checkout and the program that was built from it.
#pragma once

#include <string>

namespace oi::testing {

std::string source_folder();
std::string program();  // the path of interpreter

}  // namespace oi::testing
