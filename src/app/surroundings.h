// What is true of this machine, for the system message.
#pragma once

#include "agent/prompt.h"

namespace oi {

Surroundings surroundings(std::string folder);

}  // namespace oi
