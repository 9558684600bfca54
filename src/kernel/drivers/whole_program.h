// Makes a cell a whole program: what lacks a main gets one around its statements, and every line keeps its number.
#pragma once

#include "kernel/drivers/skeleton.h"

#include <string>
#include <string_view>

namespace oi::kernel {

struct WholeProgram {
    std::string text;
    bool does_nothing = false;  // it only defines: its main, which we made, is empty
};

// `file` is what messages call the cell ("cell.c"). C and C++: `#` lines, types, functions and what they may need stay outside of
// main; a cell without any #include gets the usual ones. Go: the same, and the imports that it forgot when it has none. Rust: all
// goes into main, which may hold definitions too.
WholeProgram whole_program(std::string_view code, Syntax syntax, std::string_view file);

}  // namespace oi::kernel
