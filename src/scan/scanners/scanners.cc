// The table of scanners.
#include "scan/scanners/scanner.h"

#include <vector>

namespace oi::scan {

#define SCANNER(name) Scanner name##_scanner();
#include "scan/scanners/scanners.def"

std::span<const Scanner> scanners()
{
    static const auto& table = *new std::vector<Scanner>{
        // never destroyed: a turn may run while the process ends
#define SCANNER(name) name##_scanner(),
#include "scan/scanners/scanners.def"
    };
    return table;
}

}  // namespace oi::scan
