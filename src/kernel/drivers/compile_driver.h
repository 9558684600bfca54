// The driver of the compiled languages: each cell is a program, compiled unless it has been before, and run.
#pragma once

namespace oi::kernel {

// `interpreter --as compile LANGUAGE COMPILER`: LANGUAGE as in languages.def, COMPILER a path. Speaks docs/protocol.md.
int compile_driver_main(int argc, char** argv);

}  // namespace oi::kernel
