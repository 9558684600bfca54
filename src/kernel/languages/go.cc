// Go: each cell is a program, built with the go command.
#include "kernel/drivers/compiled_language.h"
#include "kernel/languages.h"

namespace oi::language {

Language go()
{
    return kernel::compiled_language("go", {.name = "go",
                                            .aliases = {"golang"},
                                            .display_name = "Go",
                                            .start = {},
                                            .file_extension = "go",
                                            .package = "golang-go",
                                            .version_cell = "import \"runtime\"\nprintln(runtime.Version())"});
}

}  // namespace oi::language
