// Base64: three bytes become four letters.
#include "llm/base64.h"

#include <cstdint>

namespace oi::llm {

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

}  // namespace oi::llm
