// Cell: code that somebody wants to run.
#pragma once

#include <string>

namespace oi {

// `language` is as the model wrote it.
struct Cell {
    std::string language;
    std::string code;
    bool operator==(const Cell&) const = default;
};

}  // namespace oi
