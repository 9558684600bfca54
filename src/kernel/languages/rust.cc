// Rust: each cell is a program, compiled with rustc.
#include "kernel/drivers/compiled_language.h"
#include "kernel/languages.h"

namespace oi::language {

Language rust()
{
    return kernel::compiled_language("rust", {.name = "rust",
                                              .aliases = {"rs"},
                                              .display_name = "Rust",
                                              .start = {},
                                              .file_extension = "rs",
                                              .package = "rustc",
                                              .version_cell = R"(std::process::Command::new("rustc").arg("-V").status().ok())"});
}

}  // namespace oi::language
