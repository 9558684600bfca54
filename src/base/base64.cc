// Base64: three bytes become four letters, and back.
#include "base/base64.h"

#include <array>
#include <cstdint>

namespace oi {

std::string base64(std::string_view bytes)
{
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U; };
        const std::uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        out += letters[bits >> 18];
        out += letters[bits >> 12 & 63];
        out += i + 1 < bytes.size() ? letters[bits >> 6 & 63] : '=';
        out += i + 2 < bytes.size() ? letters[bits & 63] : '=';
    }
    return out;
}

std::string from_base64(std::string_view text)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<int, 256> values;
    values.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i) values[static_cast<unsigned char>(digits[i])] = static_cast<int>(i);
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ') continue;
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) break;
        bits = (bits << 6) | static_cast<unsigned>(value);
        if ((count += 6) >= 8) bytes += static_cast<char>(bits >> (count -= 8));
    }
    return bytes;
}

}  // namespace oi
