// Command: a program to start, with all that it is given.
#pragma once

#include <string>
#include <vector>

namespace oi {

// argv[0] is a path, or a name that is looked up on the PATH of `environment`.
struct Command {
    std::vector<std::string> argv;
    std::vector<std::string> environment;  // "NAME=value", the whole of it
    std::string folder;                    // working folder; empty: ours
    // argv only leads to the program that is meant, which announces itself to the keeper: see sys/keeper.h.
    bool announces = false;
    // A folder that is removed with all it holds once nothing that the command started is left, however we end; empty: none.
    std::string scratch{};
    bool operator==(const Command&) const = default;
};

}  // namespace oi
