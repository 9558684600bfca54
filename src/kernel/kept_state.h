// KeptState: what a file says of itself in which a driver has kept what its cells defined (docs/protocol.md).
#pragma once

#include <optional>
#include <string>

namespace oi::kernel {

struct KeptState {
    long cell = 0;     // after which it was kept
    long count = 0;    // of variables, functions and classes
    std::string lost;  // "conn (sqlite3.Connection), f (open file)": what could not be kept
};

// nullopt: there is no such file, or it is no such file.
std::optional<KeptState> read_kept_state(const std::string& path);

// "12 variables as of cell 7; not kept: conn (sqlite3.Connection)".
std::string to_text(const KeptState& state);

}  // namespace oi::kernel
