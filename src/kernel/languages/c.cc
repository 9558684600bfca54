// C: each cell is a program, compiled with gcc or clang.
#include "kernel/drivers/compiled_language.h"
#include "kernel/languages.h"

namespace oi::language {

Language c()
{
    return kernel::compiled_language("c", {.name = "c",
                                           .aliases = {},
                                           .display_name = "C",
                                           .start = {},
                                           .file_extension = "c",
                                           .package = "gcc",
                                           .version_cell = R"(puts(__VERSION__);)"});
}

}  // namespace oi::language
