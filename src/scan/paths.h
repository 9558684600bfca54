// Paths of code that was read: where they lead, how they are shown, and what deleting them would take away.
#pragma once

#include "scan/effects.h"

#include <optional>
#include <string>

namespace oi::scan {

// Absolute and without . and .. (found without the disk); empty: it starts at a folder that is not known.
std::string resolve(std::string_view path, std::string_view folder, std::string_view home);

// "./out.csv" below the workspace, "~/x" below the home folder, else absolute; what is not known as it is written.
std::string shown(const Touched& touched, const Surroundings& here);

// Why a person is asked about this deletion in every mode, with the absolute paths and how much is there; nullopt: it is not.
std::optional<std::string> danger_of(const Touched& deleted, const Surroundings& here);

}  // namespace oi::scan
