// Any bytes as a file of settings, and as what a Python profile's process tells: a result or an Error, nothing else.
#include "config/file_values.h"
#include "config/python_profile.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    oi::ignore(oi::config::read_file_values("PATH", text), "it must only come back");
    if (const auto entries = oi::config::read_python_report("PATH", text))
        oi::ignore(oi::config::check_entries("PATH", *entries), "it must only come back");
    return 0;
}
