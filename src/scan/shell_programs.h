// What well-known programs touch, by their arguments.
#pragma once

#include "scan/effects.h"
#include "scan/shell_parser.h"
#include "scan/shell_values.h"

#include <span>
#include <string>
#include <vector>

namespace oi::scan {

// One program with its arguments, seen on its way through a cell.
struct Invocation {
    std::string program;  // without its folder
    std::span<const ShellWord> arguments;
    int line = 0;
};

// What the reader of a shell cell knows so far.
struct ShellScene {
    const Surroundings& here;
    ShellValues values;
    Effects& effects;
    int depth = 0;
    std::vector<Touched> found{};  // what the last `find` or `ls` of this pipe lists
};

// Adds what that program touches. False: it is not one that is known here.
bool read_program(const Invocation& invocation, ShellScene& scene);

// `/dev/sda` and the like: a whole disk or a part of one.
bool is_disk(std::string_view path);

}  // namespace oi::scan
