// Paths as file URLs (RFC 8089).
#include "frontend/terminal/file_link.h"

#include "base/text.h"

#include <climits>
#include <unistd.h>

namespace oi {

std::string file_link(std::string_view path)
{
    if (!path.starts_with('/')) return {};
    char host[HOST_NAME_MAX + 1] = {};
    if (::gethostname(host, sizeof host - 1) != 0) host[0] = 0;
    std::string url = cat("file://", std::string_view{host});
    constexpr std::string_view plain = "/-._~";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || plain.find(c) != plain.npos;
        constexpr std::string_view hex = "0123456789ABCDEF";
        if (is_plain) url += c;
        else url += cat('%', hex[byte >> 4], hex[byte & 15]);
    }
    return url;
}

}  // namespace oi
