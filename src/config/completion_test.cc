// Completion and man page: every row of the tables is in each of them.
#include "config/completion.h"

#include "base/text.h"
#include "config/man_page.h"
#include "config/tables.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi::config {

namespace {

TEST(Completion, EveryFlagIsInEveryScript)
{
    for (const auto shell : shells) {
        const auto script = completion_script(shell);
        ASSERT_TRUE(script) << shell;
        for (const char* mark : {"@FLAGS@", "@VALUES@", "@NEEDING@", "@SPECS@", "@ROWS@"})
            EXPECT_EQ(script->find(mark), std::string::npos) << "a mark is left in the script of " << shell;
        for (const auto& flag : completed_flags()) {
            const std::string spelled = shell == "fish" ? cat(" -l ", flag.name, " ") : cat("--", flag.name);
            EXPECT_NE(script->find(spelled), std::string::npos) << shell << ": " << flag.name;
        }
    }
    EXPECT_FALSE(completion_script("csh"));
}

TEST(Completion, WhatAFlagTakesIsReadOffItsRow)
{
    const auto flags = completed_flags();
    const auto flag = [&](std::string_view name) {
        const auto found = std::find_if(flags.begin(), flags.end(), [&](const Completed& one) { return one.name == name; });
        EXPECT_NE(found, flags.end()) << name;
        return found == flags.end() ? Completed{} : *found;
    };
    EXPECT_EQ(flag("safe_mode").words, (std::vector<std::string>{"off", "ask", "auto"}));
    EXPECT_EQ(flag("temperature").kind, Completed::Kind::nothing) << "a range is no list of words";
    EXPECT_EQ(flag("auto_run").value, Completed::Value::none);
    EXPECT_EQ(flag("resume").value, Completed::Value::attached);
    EXPECT_EQ(flag("help").words, std::vector<std::string>{"all"});
    EXPECT_EQ(flag("record").kind, Completed::Kind::files);
    EXPECT_EQ(flag("model").kind, Completed::Kind::asked);
}

TEST(ManPage, HasEveryCommandAndSettingAndNoMarkLeft)
{
    const MagicRow magic[] = {{"undo", "[n]", "takes back"}};
    const std::string page = man_page("1.2.3", magic);
    for (const auto& row : setting_rows())
        EXPECT_NE(page.find(replace_all(std::string{row.name}, "-", "\\-")), std::string::npos) << row.name;
    for (const auto& row : command_rows()) EXPECT_NE(page.find(row.name), std::string::npos) << row.name;
    EXPECT_NE(page.find("\\fB%undo\\fR\\fI [n]\\fR\nTakes back.\n"), std::string::npos);
    EXPECT_NE(page.find("1.2.3"), std::string::npos);
    EXPECT_EQ(page.find('@'), std::string::npos);
}

}  // namespace

}  // namespace oi::config
