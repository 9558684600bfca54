// Command lines of the part `confine`; see confinement.h.
#include "sandbox/confinement.h"

#include "base/text.h"

namespace oi::sandbox {

std::vector<std::string> to_arguments(const Confinement& confinement)
{
    std::vector<std::string> arguments{"confine"};
    const auto add = [&](std::string word) { arguments.push_back(std::move(word)); };
    if (confinement.has_files) add("--files");
    if (!confinement.has_network) add("--no-network");
    if (!confinement.makes_namespaces) add("--inside");
    if (!confinement.has_processes) add("--shared-processes");
    if (confinement.leads_on) add("--leads-on");
    if (confinement.reports) add("--report");
    if (confinement.limits.memory_mebibytes > 0) add(cat("--memory=", confinement.limits.memory_mebibytes));
    if (confinement.limits.processes > 0) add(cat("--processes=", confinement.limits.processes));
    if (confinement.limits.cpu_seconds > 0) add(cat("--cpu=", confinement.limits.cpu_seconds));
    if (!confinement.folder.empty()) add(cat("--folder=", confinement.folder));
    if (!confinement.workspace.empty()) add(cat("--workspace=", confinement.workspace));
    for (const auto& place : confinement.places) add(cat("--place=", static_cast<char>(place.kind), place.path));
    add("--");
    arguments.insert(arguments.end(), confinement.program.begin(), confinement.program.end());
    return arguments;
}

Result<Confinement> parse_confinement(std::span<const char* const> arguments)
{
    Confinement result;
    std::size_t i = 0;
    for (; i < arguments.size() && std::string_view{arguments[i]} != "--"; ++i) {
        const std::string_view word = arguments[i];
        const auto equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const std::string_view value = equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
        const long number = static_cast<long>(to_integer(value).value_or(0));
        if (name == "--files") result.has_files = true;
        else if (name == "--no-network") result.has_network = false;
        else if (name == "--inside") result.makes_namespaces = false;
        else if (name == "--shared-processes") result.has_processes = false;
        else if (name == "--leads-on") result.leads_on = true;
        else if (name == "--report") result.reports = true;
        else if (name == "--memory") result.limits.memory_mebibytes = number;
        else if (name == "--processes") result.limits.processes = number;
        else if (name == "--cpu") result.limits.cpu_seconds = number;
        else if (name == "--folder") result.folder = value;
        else if (name == "--workspace") result.workspace = value;
        else if (name == "--place" && !value.empty())
            result.places.push_back({static_cast<Place::Kind>(value[0]), std::string{value.substr(1)}});
        else return fail(ErrorKind::invalid, cat("confine: there is no ", word));
    }
    for (++i; i < arguments.size(); ++i) result.program.emplace_back(arguments[i]);
    if (result.program.empty() && !result.reports) return fail(ErrorKind::invalid, "confine: which program?");
    return result;
}

}  // namespace oi::sandbox
