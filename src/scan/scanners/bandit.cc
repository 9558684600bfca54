// bandit: faults of Python code. Its report: {"results": [{line_number, issue_severity, issue_confidence, test_id, issue_text}]}.
#include "scan/scanners/scanner.h"

#include "base/json.h"
#include "base/text.h"

namespace oi::scan {

namespace {

RiskLevel level_of(std::string_view severity, std::string_view confidence)
{
    if (severity == "LOW" || confidence == "LOW") return RiskLevel::info;
    return severity == "HIGH" ? RiskLevel::danger : RiskLevel::warning;
}

Result<std::vector<Finding>> parse_report(std::string_view report)
{
    // It draws its progress on the same stream when it feels like it.
    const auto start = report.find('{');
    OI_TRY(const auto parsed, json::parse(start == std::string_view::npos ? report : report.substr(start)));
    const auto* results = json::find(parsed, "results");
    if (!results || !results->IsArray()) return fail(ErrorKind::invalid, "its report has no results");
    std::vector<Finding> findings;
    for (const auto& one : results->GetArray())
        findings.push_back({std::string{json::text(one, "test_id")},
                            level_of(json::text(one, "issue_severity"), json::text(one, "issue_confidence")),
                            static_cast<int>(json::integer(one, "line_number")),
                            replace_all(std::string{json::text(one, "issue_text")}, "\n", " "), "bandit"});
    return findings;
}

}  // namespace

Scanner bandit_scanner()
{
    return {.name = "bandit",
            .program = "bandit",
            .package = "bandit",
            .languages = "python",
            // Assertions and imports by themselves are no faults of a cell.
            .command = [](const ScanJob& job, const std::string& program) -> std::vector<std::string> {
                return {program, "-q", "-f", "json", "-s", "B101,B403,B404,B405,B410", job.file};
            },
            .parse = parse_report};
}

}  // namespace oi::scan
