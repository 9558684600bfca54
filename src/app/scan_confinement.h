// Scanners look at code of a person's machine: here they are kept off the network.
#pragma once

#include "scan/run_scanners.h"

namespace oi {

// Tried out at its first use. An Error of it says why this machine cannot do it.
scan::Confine without_network();

}  // namespace oi
