// eslint: faults of JavaScript. Its report: [{"messages": [{line, severity, ruleId, message, fatal}]}]. Rules of its security plugin
// are used where that is installed.
#include "scan/scanners/scanner.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"

#include <array>

namespace oi::scan {

namespace {

constexpr std::array<std::string_view, 4> rules{"no-eval", "no-implied-eval", "no-new-func", "no-script-url"};
constexpr std::array<std::string_view, 6> plugin_rules{"detect-child-process",           "detect-eval-with-expression",
                                                       "detect-non-literal-require",     "detect-buffer-noassert",
                                                       "detect-disable-mustache-escape", "detect-new-buffer"};

// The folder whose node_modules has the plugin; empty: it is not installed.
std::string plugin_place(const ScanJob& job)
{
    const std::array<std::string, 4> places{cat(job.workspace, "/node_modules"), "/usr/local/lib/node_modules", "/usr/lib/node_modules",
                                            "/usr/share/nodejs"};
    for (const auto& place : places)
        if (sys::exists(cat(place, "/eslint-plugin-security/package.json"))) return place;
    return {};
}

std::string rule_list(bool has_plugin)
{
    std::string list;
    for (const auto rule : rules) list += cat(list.empty() ? "" : ",", "\"", rule, "\":2");
    if (has_plugin)
        for (const auto rule : plugin_rules) list += cat(",\"security/", rule, "\":2");
    return list;
}

// It is configured by files beside the code, named and shaped differently by its versions: each finds its own.
std::vector<std::string> command(const ScanJob& job, const std::string& program)
{
    const std::string plugin = plugin_place(job);
    const std::string old_form = cat(
        R"({"root":true,"env":{"es6":true,"node":true,"browser":true},"parserOptions":{"ecmaVersion":2022,"sourceType":"module","ecmaFeatures":{"jsx":true}},)",
        plugin.empty() ? "" : R"("plugins":["security"],)", "\"rules\":{", rule_list(!plugin.empty()), "}}");
    const std::string new_form =
        cat(plugin.empty() ? "" : cat("const security = require(\"", plugin, "/eslint-plugin-security\");\n"),
            "module.exports = [{files: [\"**/*.js\", \"**/*.jsx\"], languageOptions: {parserOptions: {ecmaFeatures: {jsx: true}}}, ",
            plugin.empty() ? "" : "plugins: {security}, ", "rules: {", rule_list(!plugin.empty()), "}}];\n");
    if (!sys::write_file(cat(job.folder, "/.eslintrc.json"), old_form) || !sys::write_file(cat(job.folder, "/eslint.config.js"), new_form))
        return {};
    return {program, "-f", "json", "--no-inline-config", job.file};
}

Result<std::vector<Finding>> parse_report(std::string_view report)
{
    OI_TRY(const auto parsed, json::parse(report));
    if (!parsed.IsArray()) return fail(ErrorKind::invalid, "its report is no array");
    std::vector<Finding> findings;
    for (const auto& file : parsed.GetArray()) {
        const auto* messages = json::find(file, "messages");
        if (!messages || !messages->IsArray()) continue;
        for (const auto& one : messages->GetArray()) {
            const std::string_view rule = json::text(one, "ruleId");
            if (rule.empty() || json::boolean(one, "fatal")) continue;  // code that it cannot read is no fault
            findings.push_back({std::string{rule}, RiskLevel::warning, static_cast<int>(json::integer(one, "line")),
                                std::string{json::text(one, "message")}, "eslint"});
        }
    }
    return findings;
}

}  // namespace

Scanner eslint_scanner()
{
    return {.name = "eslint",
            .program = "eslint",
            .package = "eslint",
            .languages = "javascript react",
            .command = command,
            .parse = parse_report,
            // Debian's modules: its own Node.js looks there by itself, others do not.
            .variable = "NODE_PATH=/usr/share/nodejs"};
}

}  // namespace oi::scan
