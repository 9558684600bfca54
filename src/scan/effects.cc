// Which reader reads a language, and addresses.
#include "scan/effects.h"

#include "base/text.h"

#include <algorithm>
#include <unordered_set>

namespace oi::scan {

namespace {

constexpr int deepest = 6;

bool is_host(std::string_view host)
{
    return !host.empty() && host.size() < 200 && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '_';
    });
}

void make_unique(std::vector<std::string>& list)
{
    std::unordered_set<std::string> seen;
    std::erase_if(list, [&](const std::string& one) { return !seen.insert(one).second; });
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

std::string as_shell_code(const PathText& value)
{
    if (value.is_known()) return value.text;
    std::string code;
    std::size_t at = 0;
    for (const char c : value.holed) {
        if (c != hole) {
            code += c;
            continue;
        }
        std::string_view name = at < value.unknown.size() ? std::string_view{value.unknown[at++]} : std::string_view{};
        if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
        const bool is_name = !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos &&
                             (name[0] < '0' || name[0] > '9');
        code += cat("${", is_name ? name : "unknown", value.is_guarded ? ":?" : "", "}");
    }
    return code;
}

Effects read_effects(const Cell& cell, const Surroundings& here, const Variables* earlier)
{
    Effects effects;
    std::string_view code = cell.code;
    // A cell of a notebook may be of another language as a whole.
    if (cell.language == "python" && (code.starts_with("%%bash") || code.starts_with("%%sh"))) {
        code.remove_prefix(std::min(code.find('\n'), code.size()));
        read_shell(code, here, effects);
        effects.variables.clear();
    } else if (cell.language == "shell" || cell.language == "zsh") read_shell(code, here, effects, 0, earlier);
    else if (cell.language == "powershell") read_powershell(code, here, effects);
    else read_calls(cell.language, code, here, effects, 0, earlier);
    make_unique(effects.hosts);
    make_unique(effects.packages);
    make_unique(effects.programs);
    make_unique(effects.wipes);
    return effects;
}

}  // namespace oi::scan
