// The table of scanners.
#include "scan/scanners/scanner.h"

#include <vector>

namespace oi::scan {

#define SCANNER(name) Scanner name##_scanner();
#include "scan/scanners/scanners.def"

std::span<const Scanner> scanners()
{
    // Never destroyed: a turn may run while the process ends.
    static const auto& table = *new std::vector<Scanner>{
#define SCANNER(name) name##_scanner(),
#include "scan/scanners/scanners.def"
    };
    return table;
}

}  // namespace oi::scan
