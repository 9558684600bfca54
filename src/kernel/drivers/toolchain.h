// Toolchain: how the cells of one compiled language become a program.
#pragma once

#include "kernel/drivers/skeleton.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel {

// Where one build happens.
struct Workshop {
    std::string folder;      // the source lies here, and `program` shall
    std::string session;     // the folder that the cell works in
    std::string compiler;    // a path
    std::string more_flags;  // words of the cell's own `// flags:` line
};

struct Toolchain {
    std::string_view language;  // as in languages.def: "cpp"
    Syntax syntax;
    std::string_view file;                    // what the cell is called: "cell.cc"
    std::vector<std::string_view> compilers;  // the first that is there
    std::string_view flags;
    bool runs_in_session_folder = false;  // not in the workshop
    // What takes part in a build besides compiler, flags and cell.
    std::vector<const char*> environment;
    // Parts of a cell that bring something else into the build, which may change.
    std::vector<std::string_view> outside_marks;
};

const Toolchain* find_toolchain(std::string_view language);

// The compiler's arguments, its own name first.
std::vector<std::string> compile_command(const Toolchain& toolchain, const Workshop& workshop);

// A file of the workshop.
struct Source {
    std::string name;
    std::string text;
};

// What has to lie in the workshop. C compilers quote from the file that #line names: so the cell itself is there too.
std::vector<Source> sources(const Toolchain& toolchain, std::string_view code);

// Whether the build depends on nothing but the cell and the toolchain, so that it may be kept.
bool is_self_contained(const Toolchain& toolchain, std::string_view code);

// The words after `// flags:` on a line before the first code.
std::string own_flags(std::string_view code);

}  // namespace oi::kernel
