// What scanners have reported, as they wrote it (tests/scanners), read back.
#include "base/text.h"
#include "scan/scanners/scanner.h"
#include "sys/files.h"
#include "testing/places.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi::scan {
namespace {

const Scanner& scanner(std::string_view name) { return *std::ranges::find(scanners(), name, &Scanner::name); }

std::string recorded(std::string_view file) { return sys::read_file(cat(testing::source_folder(), "/tests/scanners/", file)).value_or(""); }

TEST(ScannerReports, OfSemgrepAreRead)
{
    const auto findings = scanner("semgrep").parse(recorded("semgrep-1.185.0.json"));
    ASSERT_TRUE(findings) << to_line(findings.error());
    EXPECT_EQ(*findings, (std::vector<Finding>{
                             {"no-shell", RiskLevel::warning, 2, "A command line goes through a shell. Give a list instead.", "semgrep"},
                             {"no-pickle", RiskLevel::danger, 3, "Data in this form runs code.", "semgrep"}}));
}

TEST(ScannerReports, OfEslintAreRead)
{
    const auto findings = scanner("eslint").parse(recorded("eslint-6.4.0.json"));
    ASSERT_TRUE(findings) << to_line(findings.error());
    EXPECT_EQ(*findings,
              (std::vector<Finding>{{"no-eval", RiskLevel::warning, 2, "eval can be harmful.", "eslint"},
                                    {"no-new-func", RiskLevel::warning, 3, "The Function constructor is eval.", "eslint"},
                                    {"no-sparse-arrays", RiskLevel::warning, 4, "Unexpected comma in middle of array.", "eslint"}}));
}

TEST(ScannerReports, ThatAreNoneAreNotTakenForFindings)
{
    for (const auto& one : scanners())
        for (const std::string_view report : {"", "{}", "[1", "Error: no such file", "{\"results\":3}"}) {
            const auto findings = one.parse(report);
            EXPECT_TRUE(!findings || findings->empty()) << one.name << ": " << report;
        }
}

}  // namespace
}  // namespace oi::scan
