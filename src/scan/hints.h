// What is said of effects: hints beside every question, and the dangers that are asked about in every mode.
#pragma once

#include "scan/effects.h"

#include <string>
#include <vector>

namespace oi::scan {

// "writes ./out.csv and ./b.txt", "network: api.github.com"; empty: there is nothing worth saying. Looks at the disk for files
// that would be overwritten.
std::vector<std::string> hints_of(const Effects& effects, const Surroundings& here);

// A sentence each: "deletes /home/ada: your home folder, 1,234 files". Looks at the disk.
std::vector<std::string> dangers_of(const Effects& effects, const Surroundings& here);

}  // namespace oi::scan
