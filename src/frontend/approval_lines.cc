// Words beside the question; see approval_lines.h.
#include "frontend/approval_lines.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {
constexpr std::size_t most_findings = 8;
}

bool offers_language(const ApprovalAsked& asked) { return asked.cause.empty() && asked.warning.empty() && !asked.scope.empty(); }
bool offers_commands(const ApprovalAsked& asked)
{
    return asked.cause.empty() && !asked.reading.prefixes.empty() && asked.reading.prefixes.size() <= 3;
}

std::vector<Finding> worst_findings(const Scan& scan, std::size_t most)
{
    std::vector<Finding> findings = scan.findings;
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) { return a.level > b.level; });
    if (findings.size() > most) findings.resize(most);
    return findings;
}

std::string commands_text(const std::vector<std::string>& prefixes)
{
    std::string text;
    for (std::size_t i = 0; i < prefixes.size(); ++i) text += cat(i == 0 ? "" : i + 1 == prefixes.size() ? " and " : ", ", prefixes[i]);
    return text;
}

std::vector<std::string> approval_lines(const ApprovalAsked& asked)
{
    std::vector<std::string> lines;
    if (!asked.cause.empty()) lines.push_back(asked.cause);
    for (const auto& danger : asked.reading.dangers) lines.push_back(cat("This ", danger, "."));
    if (!asked.reading.hints.empty()) lines.push_back(cat("Seems to touch: ", join(asked.reading.hints, "; ")));
    if (!asked.scan) return lines;
    const auto findings = worst_findings(*asked.scan, most_findings);
    for (const auto& finding : findings) lines.push_back(cat(name(finding.level), ", ", to_line(finding)));
    if (findings.size() < asked.scan->findings.size())
        lines.push_back(cat("and ", asked.scan->findings.size() - findings.size(), " more findings"));
    if (findings.empty()) lines.push_back(cat("Scanned (", join(asked.scan->scanners, ", "), "): nothing found."));
    lines.insert(lines.end(), asked.scan->notes.begin(), asked.scan->notes.end());
    return lines;
}

std::string plain_answers(const ApprovalAsked& asked)
{
    std::string answers = "y, n, n WHY";
    if (asked.cause.empty()) answers += ", a: always";
    if (offers_commands(asked)) answers = cat("p: always ", commands_text(asked.reading.prefixes), ", ", answers);
    if (offers_language(asked)) answers = cat("l: always ", asked.scope, ", ", answers);
    if (asked.can_scan) answers = cat("s: scan, ", answers);
    return answers;
}

}  // namespace oi
