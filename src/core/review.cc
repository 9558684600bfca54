// Findings as words.
#include "core/review.h"

#include "base/text.h"

#include <array>

namespace oi {

std::string_view name(RiskLevel level)
{
    constexpr std::array<std::string_view, 3> names{"info", "warning", "danger"};
    return names[static_cast<std::size_t>(level)];
}

std::string to_line(const Finding& finding)
{
    std::string line = finding.line > 0 ? cat("line ", finding.line, ": ") : std::string{};
    line += cat(finding.text, " (", finding.scanner == "rules" ? "" : cat(finding.scanner, " "), finding.rule, ")");
    return line;
}

std::vector<Finding> at_least(const std::vector<Finding>& findings, RiskLevel level)
{
    std::vector<Finding> found;
    for (const auto& finding : findings)
        if (finding.level >= level) found.push_back(finding);
    return found;
}

}  // namespace oi
