// semgrep: patterns in many languages, by rules that the person has. Its report: {"results": [{start: {line}, check_id, extra:
// {severity, message}}]}. Rules of its registry would have to be downloaded: those are never used.
#include "scan/scanners/scanner.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"
#include "sys/process.h"

namespace oi::scan {

namespace {

// A file or folder of rules on this machine; empty: there is none.
std::string rules_of(const ScanJob& job)
{
    const std::string own{sys::lookup(job.environment, "SEMGREP_RULES")};
    if (own.starts_with('/') && sys::exists(own)) return own;
    for (const std::string_view name : {"/.semgrep.yml", "/.semgrep.yaml", "/.semgrep"})
        if (const std::string path = cat(job.workspace, name); sys::exists(path)) return path;
    return {};
}

std::vector<std::string> command(const ScanJob& job, const std::string& program)
{
    const std::string rules = rules_of(job);
    if (rules.empty()) return {};
    return {program,           "scan",     "--json", "--quiet", "--metrics=off", "--disable-version-check",
            "--no-git-ignore", "--config", rules,    job.file};
}

RiskLevel level_of(std::string_view severity)
{
    if (severity == "ERROR" || severity == "CRITICAL" || severity == "HIGH") return RiskLevel::danger;
    return severity == "WARNING" || severity == "MEDIUM" ? RiskLevel::warning : RiskLevel::info;
}

Result<std::vector<Finding>> parse_report(std::string_view report)
{
    OI_TRY(const auto parsed, json::parse(report));
    const auto* results = json::find(parsed, "results");
    if (!results || !results->IsArray()) return fail(ErrorKind::invalid, "its report has no results");
    std::vector<Finding> findings;
    for (const auto& one : results->GetArray()) {
        const auto* line = json::find(one, {"start", "line"});
        const auto* extra = json::find(one, "extra");
        std::string id{json::text(one, "check_id")};
        findings.push_back({id.substr(id.rfind('.') + 1), level_of(extra ? json::text(*extra, "severity") : ""),
                            line && line->IsInt() ? line->GetInt() : 0,
                            replace_all(std::string{trim(extra ? json::text(*extra, "message") : "")}, "\n", " "), "semgrep"});
    }
    return findings;
}

}  // namespace

Scanner semgrep_scanner()
{
    return {.name = "semgrep",
            .program = "semgrep",
            .package = "",
            .languages = "python javascript typescript react java go ruby php c cpp rust shell html",
            .command = command,
            .parse = parse_report};
}

}  // namespace oi::scan
