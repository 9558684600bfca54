// Effects in words; see hints.h.
#include "scan/hints.h"

#include "base/text.h"
#include "scan/paths.h"

#include <algorithm>
#include <filesystem>

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

bool is_worth_naming(const Touched& one) { return !one.path.is_known() || !(one.path.text.starts_with("/dev/") || one.path.text.empty()); }

std::vector<std::string> names_of(const std::vector<Touched>& touched, const Surroundings& here)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < touched.size() && i < most_judged; ++i)
        if (is_worth_naming(touched[i])) add_unique(names, shown(touched[i], here));
    return names;
}

// Where it is written in truth: a folder takes what is moved or copied to it. True: a file that is there is lost by it.
bool find_target(Touched& written, const Surroundings& here)
{
    if (!written.path.is_known() || written.path.has_glob) return false;
    const std::string place = resolve(written.path.text, written.folder, here.home);
    if (place.empty()) return false;
    std::error_code failed;
    auto status = std::filesystem::status(place, failed);
    if (status.type() == std::filesystem::file_type::directory && !written.into.empty()) {
        written.path.text = cat(place, "/", written.into);
        status = std::filesystem::status(written.path.text, failed);
    }
    return written.replaces && status.type() == std::filesystem::file_type::regular;
}

struct Writes {
    std::vector<std::string> over{};  // files that are there
    std::vector<std::string> others{};
};

Writes sorted(const std::vector<Touched>& writes, const Surroundings& here)
{
    Writes sorted;
    for (std::size_t i = 0; i < writes.size() && i < most_judged; ++i) {
        if (!is_worth_naming(writes[i])) continue;
        Touched written = writes[i];
        const bool is_lost = find_target(written, here);
        add_unique(is_lost ? sorted.over : sorted.others, shown(written, here));
    }
    std::erase_if(sorted.others, [&](const std::string& name) { return std::ranges::find(sorted.over, name) != sorted.over.end(); });
    return sorted;
}

}  // namespace

std::vector<std::string> hints_of(const Effects& effects, const Surroundings& here)
{
    std::vector<std::string> hints;
    const auto add = [&](std::string_view what, const std::vector<std::string>& names) {
        if (!names.empty()) hints.push_back(cat(what, listed(names)));
    };
    add("deletes ", names_of(effects.deletes, here));
    const Writes writes = sorted(effects.writes, here);
    add("overwrites ", writes.over);
    add("writes ", writes.others);
    add("moves away ", names_of(effects.moves, here));
    if (effects.has_network)
        hints.push_back(effects.hosts.empty() ? std::string{"uses the network"} : cat("network: ", listed(effects.hosts)));
    add("installs ", effects.packages);
    add("runs ", effects.programs);
    if (effects.has_privilege) hints.emplace_back("asks for the rights of root");
    if (effects.has_made_code) hints.emplace_back("runs code that is made as it runs");
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
    if (effects.deletes.size() > most_judged)
        dangers.push_back(cat("deletes in more than ", most_judged, " places: only the first ", most_judged, " were looked at"));
    return dangers;
}

}  // namespace oi::scan
