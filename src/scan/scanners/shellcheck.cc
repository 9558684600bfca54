// shellcheck: faults of shell code. Its report: an array of {line, level, code, message} (shellcheck(1), -f json).
#include "scan/scanners/scanner.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace oi::scan {

namespace {

// Most of what it says is about style and robustness; these can cost data.
constexpr std::array<long, 2> dangers{2114, 2115};
constexpr std::array<long, 8> warnings{2011, 2024, 2035, 2038, 2045, 2117, 2146, 2173};

RiskLevel level_of(long code)
{
    if (std::find(dangers.begin(), dangers.end(), code) != dangers.end()) return RiskLevel::danger;
    return std::find(warnings.begin(), warnings.end(), code) != warnings.end() ? RiskLevel::warning : RiskLevel::info;
}

Result<std::vector<Finding>> parse_report(std::string_view report)
{
    OI_TRY(const auto parsed, json::parse(report));
    if (!parsed.IsArray()) return fail(ErrorKind::invalid, "its report is no array");
    std::vector<Finding> findings;
    for (const auto& one : parsed.GetArray()) {
        const long code = json::integer(one, "code");
        findings.push_back({cat("SC", code), level_of(code), static_cast<int>(json::integer(one, "line")),
                            std::string{json::text(one, "message")}, "shellcheck"});
    }
    return findings;
}

}  // namespace

Scanner shellcheck_scanner()
{
    return {.name = "shellcheck",
            .program = "shellcheck",
            .package = "shellcheck",
            .languages = "shell",
            // A cell is no script: it has no first line that names a shell, and its variables may come from earlier cells.
            .command = [](const ScanJob& job, const std::string& program) -> std::vector<std::string> {
                return {program, "--norc", "-s", "bash", "-f", "json", "-e", "SC2148,SC2154,SC2034,SC1090,SC1091,SC2164,SC2103", job.file};
            },
            .parse = parse_report};
}

}  // namespace oi::scan
