// Effects in words; see hints.h.
#include "scan/hints.h"

#include "base/text.h"
#include "scan/paths.h"

#include <algorithm>

namespace oi::scan {

namespace {

constexpr std::size_t most_named = 4;     // in one hint
constexpr std::size_t most_dangers = 8;   // that are shown
constexpr std::size_t most_judged = 200;  // deletions of one cell that are looked at on the disk
constexpr std::size_t longest_name = 60;  // bytes

std::string listed(const std::vector<std::string>& names)
{
    std::string line;
    for (std::size_t i = 0; i < names.size() && i < most_named; ++i) {
        const bool is_last = i + 1 == names.size();
        line += cat(i == 0    ? ""
                    : is_last ? " and "
                              : ", ",
                    utf8_prefix(names[i], longest_name), names[i].size() > longest_name ? "..." : "");
    }
    if (names.size() > most_named) line += cat(" and ", names.size() - most_named, " more");
    return line;
}

void add_unique(std::vector<std::string>& list, std::string text)
{
    if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

std::vector<std::string> names_of(const std::vector<Touched>& touched, const Surroundings& here)
{
    std::vector<std::string> names;
    for (const auto& one : touched) {
        if (names.size() > most_judged) break;
        const std::string_view text = one.path.text;
        if (one.path.is_known() && (text.starts_with("/dev/") || text.empty())) continue;
        add_unique(names, shown(one, here));
    }
    return names;
}

}  // namespace

std::vector<std::string> hints_of(const Effects& effects, const Surroundings& here)
{
    std::vector<std::string> hints;
    const auto add = [&](std::string_view what, const std::vector<std::string>& names) {
        if (!names.empty()) hints.push_back(cat(what, listed(names)));
    };
    add("deletes ", names_of(effects.deletes, here));
    add("writes ", names_of(effects.writes, here));
    if (effects.has_network)
        hints.push_back(effects.hosts.empty() ? std::string{"uses the network"} : cat("network: ", listed(effects.hosts)));
    add("installs ", effects.packages);
    add("runs ", effects.programs);
    if (effects.has_privilege) hints.emplace_back("asks for the rights of root");
    return hints;
}

std::vector<std::string> dangers_of(const Effects& effects, const Surroundings& here)
{
    std::vector<std::string> dangers;
    for (const auto& device : effects.wipes) add_unique(dangers, cat("writes over the disk ", device));
    std::size_t judged = 0;
    std::size_t more = 0;
    for (const auto& deleted : effects.deletes) {
        if (++judged > most_judged) break;
        const auto danger = danger_of(deleted, here);
        if (!danger || std::find(dangers.begin(), dangers.end(), *danger) != dangers.end()) continue;
        if (dangers.size() < most_dangers) dangers.push_back(*danger);
        else ++more;
    }
    if (more > 0) dangers.push_back(cat("and ", more, " more places"));
    return dangers;
}

}  // namespace oi::scan
