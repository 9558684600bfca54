// Rules of our own: what safe mode looks for without any scanner. The table is rules.def.
#pragma once

#include "core/review.h"
#include "scan/effects.h"

#include <span>
#include <string_view>
#include <vector>

namespace oi::scan {

struct Rule {
    enum class Look : unsigned char { command, pipe, call, text, secret, path };
    std::string_view id;
    RiskLevel level;
    std::string_view languages;
    Look look;
    std::string_view pattern;
    std::string_view text;
};

std::span<const Rule> rules();

// By line; each rule at most once a line. Cost linear in the code. `effects`: what was read of it.
std::vector<Finding> find_by_rules(const Cell& cell, const Effects& effects, const Surroundings& here);

}  // namespace oi::scan
