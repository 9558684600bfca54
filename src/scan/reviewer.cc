// Puts readers, rules and scanners together; see reviewer.h.
#include "scan/reviewer.h"

#include "base/text.h"
#include "scan/effects.h"
#include "scan/hints.h"
#include "scan/prefixes.h"
#include "scan/rules.h"
#include "scan/run_scanners.h"
#include "sys/files.h"
#include "sys/process.h"

#include <algorithm>
#include <map>
#include <set>

namespace oi::scan {

namespace {

constexpr std::size_t most_variables = 2000;  // of one session that are kept
constexpr std::size_t longest_value = 4096;
constexpr std::size_t longest_offered = 8192;  // bytes of a cell that can be allowed by its first words

class LocalReviewer : public Reviewer {
public:
    LocalReviewer(std::vector<std::string> environment, bool names_missing, Confine confine)
        : here_{.home = sys::home_folder(), .environment = std::move(environment)},
          names_missing_{names_missing},
          confine_{std::move(confine)}
    {
        if (const auto home = sys::lookup(here_.environment, "HOME"); home.starts_with('/')) here_.home = home;
        while (here_.home.size() > 1 && here_.home.ends_with('/')) here_.home.pop_back();
    }

    Reading read(const Cell& cell, std::string_view folder, std::string_view workspace) override
    {
        here_.folder = folder;
        here_.workspace = workspace;
        const Effects effects = read_effects(cell, here_, earlier(cell.language));
        Reading reading{.hints = hints_of(effects, here_), .dangers = dangers_of(effects, here_)};
        const bool is_shell = cell.language == "shell" || cell.language == "zsh";
        if (is_shell && cell.code.size() <= longest_offered) reading.prefixes = prefixes_of(cell.code);
        return reading;
    }

    Scan scan(const Cell& cell, std::string_view folder, std::stop_token stop) override
    {
        here_.folder = folder;
        if (here_.workspace.empty()) here_.workspace = folder;
        Scan scan = run_scanners(scanners(), cell, here_.workspace, here_.environment, std::move(stop), {}, confine_);
        std::erase_if(scan.notes, [this](const std::string& note) { return note.starts_with(not_confined) && !told_.insert(note).second; });
        scan.scanners.emplace_back("rules");
        for (auto& finding : find_by_rules(cell, read_effects(cell, here_, earlier(cell.language)), here_))
            scan.findings.push_back(std::move(finding));
        std::stable_sort(scan.findings.begin(), scan.findings.end(), [](const Finding& a, const Finding& b) { return a.line < b.line; });
        if (names_missing_ && told_.insert(cell.language).second)
            if (const auto missing = missing_scanners(scanners(), cell.language, here_.environment); !missing.empty())
                scan.notes.push_back(cat("Not installed, and would look at this too: ", join(missing, ", ")));
        return scan;
    }

    void keep(const Cell& cell, std::string_view folder) override
    {
        here_.folder = folder;
        Effects effects = read_effects(cell, here_, earlier(cell.language));
        Variables& known = known_[cell.language];
        for (auto& [name, values] : effects.variables) {
            const bool is_literal = !values.empty() && std::ranges::all_of(values, [](const PathText& value) {
                return value.is_known() && value.text.size() <= longest_value;
            });
            if (is_literal && known.size() < most_variables) known[name] = std::move(values);
            else known.erase(name);
        }
    }

    void forget(std::string_view language) override
    {
        if (const auto found = known_.find(language); found != known_.end()) known_.erase(found);
    }

private:
    const Variables* earlier(std::string_view language) const
    {
        const auto found = known_.find(language);
        return found == known_.end() ? nullptr : &found->second;
    }

    Surroundings here_;
    bool names_missing_;
    Confine confine_;
    std::set<std::string, std::less<>> told_;              // languages, and that scanners are not confined
    std::map<std::string, Variables, std::less<>> known_;  // by language: what the cells of its session have set to literals
};

}  // namespace

std::unique_ptr<Reviewer> make_reviewer(std::vector<std::string> environment, bool names_missing, Confine confine)
{
    return std::make_unique<LocalReviewer>(std::move(environment), names_missing, std::move(confine));
}

}  // namespace oi::scan
