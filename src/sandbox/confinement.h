// Confinement: what the part `confine` is told to enforce, and how that looks on its command line.
#pragma once

#include "core/sandbox.h"
#include "sandbox/places.h"

#include <span>
#include <string>
#include <vector>

namespace oi::sandbox {

struct Confinement {
    bool has_files = false;  // `places` count; else every file is as it is
    bool has_network = true;
    bool makes_namespaces = true;  // false: somebody has made them around us
    bool has_processes = true;     // a process number space of its own
    bool leads_on = false;         // the program is one that leads to another part `confine`, which announces itself too
    bool reports = false;          // says what is enforced in place of running a program
    Limits limits;
    std::string folder;     // where the program starts
    std::string workspace;  // where it starts when it finds no such folder
    std::vector<Place> places;
    std::vector<std::string> program;
};

// "confine" and its arguments, as they stand behind `interpreter --as`.
std::vector<std::string> to_arguments(const Confinement& confinement);
// The other way; argv without "confine". invalid: names the argument that it does not know.
Result<Confinement> parse_confinement(std::span<const char* const> arguments);

}  // namespace oi::sandbox
