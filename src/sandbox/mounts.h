// The file system as confined code sees it.
#pragma once

#include "base/error.h"
#include "sandbox/places.h"

#include <string>
#include <vector>

namespace oi::sandbox {

struct View {
    const std::vector<Place>& places;
    bool has_processes = true;   // we are in a process number space of our own, and /proc shall show that
    long scratch_mebibytes = 0;  // room of each private folder, which is memory; 0: half of the machine's
};

// In a mount namespace of our own, with the rights to change it: makes every file read-only but for the places, with a
// /proc and a /dev of our own. Errors name the path.
Result<void> mount_view(const View& view);

// Folders of `places` that can be written, and those of /dev.
std::vector<std::string> writable_paths(const std::vector<Place>& places);

}  // namespace oi::sandbox
