// Numbers for people: 1234567 as 1,234,567.
#pragma once

#include <string>

namespace oi {

inline std::string grouped(std::size_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

}  // namespace oi
