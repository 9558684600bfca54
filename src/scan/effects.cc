// Which reader reads a language, and addresses.
#include "scan/effects.h"

#include "base/text.h"

#include <algorithm>

namespace oi::scan {

namespace {

constexpr int deepest = 6;

bool is_host(std::string_view host)
{
    return !host.empty() && host.size() < 200 && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '_';
    });
}

template <class T>
void make_unique(std::vector<T>& list)
{
    std::vector<T> seen;
    for (auto& one : list)
        if (std::find(seen.begin(), seen.end(), one) == seen.end()) seen.push_back(std::move(one));
    list = std::move(seen);
}

}  // namespace

void add_address(std::string_view address, Effects& effects)
{
    effects.has_network = true;
    if (const auto scheme = address.find("://"); scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
    address = address.substr(0, address.find_first_of("/?#"));
    if (const auto at = address.rfind('@'); at != std::string_view::npos) address.remove_prefix(at + 1);
    const auto colon = address.find(':');
    const std::string_view host = address.substr(0, colon);
    if (is_host(host) && effects.hosts.size() < 200) effects.hosts.emplace_back(host);
}

void read_nested(std::string_view language, std::string_view code, const Surroundings& here, Effects& effects, int depth)
{
    if (depth > deepest) return;
    if (language == "shell" || language == "zsh" || language == "bash") read_shell(code, here, effects, depth);
    else if (language == "powershell") read_powershell(code, here, effects);
    else read_calls(language, code, here, effects, depth);
}

Effects read_effects(const Cell& cell, const Surroundings& here)
{
    Effects effects;
    std::string_view code = cell.code;
    // A cell of a notebook may be of another language as a whole.
    if (cell.language == "python" && (code.starts_with("%%bash") || code.starts_with("%%sh"))) {
        code.remove_prefix(std::min(code.find('\n'), code.size()));
        read_shell(code, here, effects);
    } else read_nested(cell.language, code, here, effects, 0);
    make_unique(effects.hosts);
    make_unique(effects.packages);
    make_unique(effects.programs);
    make_unique(effects.wipes);
    return effects;
}

}  // namespace oi::scan
