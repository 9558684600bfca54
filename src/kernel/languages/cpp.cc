// C++: each cell is a program, compiled as C++20 with g++ or clang++.
#include "kernel/drivers/compiled_language.h"
#include "kernel/languages.h"

namespace oi::language {

Language cpp()
{
    return kernel::compiled_language("cpp", {.name = "c++",
                                             .aliases = {"cpp", "cxx"},
                                             .display_name = "C++",
                                             .start = {},
                                             .file_extension = "cc",
                                             .package = "g++",
                                             .version_cell = R"(std::puts(__VERSION__);)"});
}

}  // namespace oi::language
