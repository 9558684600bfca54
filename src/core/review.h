// Review: what was found out about a cell before it runs, and the port to who finds it out.
#pragma once

#include "core/cell.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// How much a finding matters. Spelled as in the setting safe_level and in JSON.
enum class RiskLevel : std::uint8_t { info, warning, danger };

std::string_view name(RiskLevel level);

// One thing that a scanner, or a rule of our own, has to say about a line of a cell.
struct Finding {
    std::string rule;  // "unset-delete", "SC2115"
    RiskLevel level = RiskLevel::info;
    int line = 0;         // from 1; 0: the whole cell
    std::string text;     // one sentence for the person
    std::string scanner;  // "bandit"; "rules": our own
    bool operator==(const Finding&) const = default;
};

// "line 3: ... (shellcheck SC2115)".
std::string to_line(const Finding& finding);

// What a cell seems to do, read from its code: a hint, never the guard, and never complete.
struct Reading {
    std::vector<std::string> hints{};    // "writes ./out.csv": short, for the person
    std::vector<std::string> dangers{};  // what is asked about in every mode: resolved paths and how much is below them
    // The commands of a shell cell that a person can allow by their first words ("git status"), each once; empty unless that
    // would cover all that the cell does.
    std::vector<std::string> prefixes{};
    bool operator==(const Reading&) const = default;
};

struct Scan {
    std::vector<Finding> findings{};      // by line
    std::vector<std::string> notes{};     // a line for each scanner that failed or is missing
    std::vector<std::string> scanners{};  // that looked at it
    bool operator==(const Scan&) const = default;
};

// The findings of that level or above.
std::vector<Finding> at_least(const std::vector<Finding>& findings, RiskLevel level);

// Reads code and has it scanned. One thread at a time; runs none of the code.
class Reviewer {
public:
    virtual ~Reviewer() = default;

    // Quick: a few milliseconds, no process. `folder` is where the cell would run, `workspace` what deleting may touch without
    // a question; both absolute. `cell.language` is a language's own name.
    virtual Reading read(const Cell& cell, std::string_view folder, std::string_view workspace) = 0;

    // By rules of our own and by the scanners that are installed, bounded in time. Failures of scanners are notes. On stop it
    // returns early with what it has.
    virtual Scan scan(const Cell& cell, std::string_view folder, std::stop_token stop) = 0;

    // The cell is about to run there: what it sets to literals is known when later cells of its language are read.
    virtual void keep(const Cell& cell, std::string_view folder) = 0;
    // A session of the language has ended, or nobody knows what it holds: what its cells have set is not known any more.
    virtual void forget(std::string_view language) = 0;
};

// When cells are scanned.
enum class SafeMode : std::uint8_t {
    off,
    ask,        // when the person wants it
    automatic,  // each, before it runs or the person is asked; `auto` in settings
};

}  // namespace oi
