// OLLAMA_HOST: scheme, host and port, each with its default.
#include "llm/local/ollama_host.h"

#include "base/text.h"

#include <algorithm>

namespace oi::llm {

std::string ollama_base(std::string_view host)
{
    host = trim(host);
    if (host.starts_with('"') && host.ends_with('"') && host.size() > 1) host = trim(host.substr(1, host.size() - 2));
    if (host.empty()) return {};
    std::string_view scheme = "http";
    const auto mark = host.find("://");
    const bool has_scheme = mark != std::string_view::npos;
    if (has_scheme) {
        scheme = host.substr(0, mark);
        host.remove_prefix(mark + 3);
    }
    const auto path_at = std::min(host.find('/'), host.size());
    const std::string_view path = host.substr(path_at);
    std::string_view name = host.substr(0, path_at);
    std::string_view port = has_scheme ? "" : ":11434";
    const auto colon = name.rfind(':');
    const bool is_bare_ipv6 = name.find(':') != colon && !name.starts_with('[');
    if (colon != std::string_view::npos && !is_bare_ipv6 && name.find(']', colon) == std::string_view::npos) {
        if (colon + 1 < name.size()) port = name.substr(colon);
        name = name.substr(0, colon);
    }
    if (name.empty() || name == "0.0.0.0") name = "127.0.0.1";
    if (name == "[::]" || name == "::") name = "[::1]";
    return is_bare_ipv6 && !name.starts_with('[') ? cat(scheme, "://[", name, "]", port, path) : cat(scheme, "://", name, port, path);
}

}  // namespace oi::llm
