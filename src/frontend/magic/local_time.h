// When something was, as the person's clock has it.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

namespace oi {

// "2026-11-29 09:30"; `seconds` since 1970, UTC.
inline std::string local_time(std::int64_t seconds)
{
    const auto time = static_cast<std::time_t>(seconds);
    std::tm local{};
    ::localtime_r(&time, &local);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    return text;
}

}  // namespace oi
