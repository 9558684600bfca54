// Memory, as the kernel estimates it.
#include "sys/memory.h"

#include "base/text.h"
#include "sys/files.h"

namespace oi::sys {

std::int64_t available_memory()
{
    const auto text = read_file("/proc/meminfo");
    if (!text) return 0;
    constexpr std::string_view key = "MemAvailable:";
    for (auto line : split(*text, '\n')) {
        if (!line.starts_with(key)) continue;
        line = trim(line.substr(key.size()));
        return to_integer(line.substr(0, line.find(' '))).value_or(0) * 1024;
    }
    return 0;
}

}  // namespace oi::sys
