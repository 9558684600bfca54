// Memory: how much of it the machine can still give.
#pragma once

#include <cstdint>

namespace oi::sys {

// Bytes that programs can get without swapping (MemAvailable of /proc/meminfo); 0: unknown.
std::int64_t available_memory();

}  // namespace oi::sys
