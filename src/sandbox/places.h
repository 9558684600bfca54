// Places: what confined code finds changed in the file system, as a list of paths.
#pragma once

#include "base/error.h"
#include "core/sandbox.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::sandbox {

struct Place {
    enum class Kind : char {
        writable = 'w',  // as it is outside, for writing too
        scratch = 't',   // an empty folder of the session's own, for writing, gone at its end
        hidden = 'h',    // an empty folder that cannot be written
        blank = 'b',     // an empty file
        shown = 's',     // as it is outside, for reading, inside what is hidden
    };
    Kind kind;
    std::string path;  // exists, absolute, no symbolic link in it
    bool operator==(const Place&) const = default;
};

// Outer places before inner ones. Errors (invalid): a folder that cannot be made writable, and why.
Result<std::vector<Place>> find_places(const SandboxPolicy& policy);

// What the lists of places.cc name: kept from confined code in every home folder, below it.
std::vector<std::string_view> secret_names();

}  // namespace oi::sandbox
