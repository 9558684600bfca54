// HTTP values: looking things up in them.
#include "net/http.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace oi::net {

std::string_view find_header(const Headers& headers, std::string_view name)
{
    const std::string wanted = lower(name);
    for (const auto& header : headers)
        if (header.name.size() == wanted.size() && lower(header.name) == wanted) return header.value;
    return {};
}

std::string_view origin_of(std::string_view url)
{
    const auto scheme = url.find("://");
    return url.substr(0, url.find_first_of("/?#", scheme == std::string_view::npos ? 0 : scheme + 3));
}

std::string without_credentials(std::string_view url)
{
    const std::string_view origin = origin_of(url);
    const auto at = origin.rfind('@');
    if (at == std::string_view::npos) return std::string{url};
    const auto scheme = origin.find("://");
    return cat(scheme == std::string_view::npos ? std::string_view{} : url.substr(0, scheme + 3), url.substr(at + 1));
}

std::string_view host_of(std::string_view url)
{
    std::string_view host = origin_of(url);
    if (const auto scheme = host.find("://"); scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
    if (const auto credentials = host.rfind('@'); credentials != std::string_view::npos) host.remove_prefix(credentials + 1);
    if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

std::string_view authority_of(std::string_view url)
{
    std::string_view host = origin_of(url);
    const bool is_plain = host.starts_with("http://");
    if (const auto scheme = host.find("://"); scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
    if (const auto credentials = host.rfind('@'); credentials != std::string_view::npos) host.remove_prefix(credentials + 1);
    const std::string_view port = is_plain ? ":80" : ":443";
    if (host.ends_with(port)) host.remove_suffix(port.size());
    return host;
}

std::string percent_encoded(std::string_view text, std::string_view more)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              std::string_view{"-._~"}.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
        if (is_plain) out += c;
        else out += cat('%', digits[byte >> 4], digits[byte & 15]);
    }
    return out;
}

bool is_loopback(std::string_view host)
{
    const std::string name = lower(host);
    return name == "localhost" || name == "::1" || name.ends_with(".localhost") ||
           (name.starts_with("127.") && std::all_of(name.begin(), name.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); }));
}

std::string_view status_name(int status)
{
    static constexpr std::array<std::pair<int, std::string_view>, 24> names{{
        {200, "OK"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {529, "Overloaded"},
    }};
    for (const auto& [number, name] : names)
        if (number == status) return name;
    return {};
}

}  // namespace oi::net
