// Every setting has its way to change while the program runs, or a reason why it has none.
#include "app/live_kinds.h"

#include "app/restart_sessions.h"
#include "config/tables.h"

#include <gtest/gtest.h>

namespace oi {
namespace {

TEST(LiveSettings, WhatCannotChangeSaysWhy)
{
    for (const auto& row : config::setting_rows()) EXPECT_EQ(live_kind(row.name) == Live::fixed, !why_fixed(row.name).empty()) << row.name;
    for (const char* name : {"sandbox", "network", "max_memory", "max_processes", "python"})
        EXPECT_EQ(live_kind(name), Live::sessions) << name;
    for (const char* name : {"safe_mode", "safe_level", "keep_variables", "cell_timeout", "max_output", "max_spool", "loop"})
        EXPECT_EQ(live_kind(name), Live::conversation) << name;
    EXPECT_EQ(live_kind("temperature"), Live::model);
    EXPECT_EQ(live_kind("frontend"), Live::fixed);
}

TEST(LiveSettings, VariablesGoOnlyToSessionsThatMayDoNoMore)
{
    using Files = SandboxPolicy::Files;
    const SandboxPolicy free{}, workspace{.files = Files::workspace, .workspace = "/w"},
        read_only{.files = Files::read_only, .workspace = "/w"};
    const SandboxPolicy offline{.has_network = false};
    EXPECT_TRUE(is_within(workspace, free));
    EXPECT_TRUE(is_within(read_only, workspace));
    EXPECT_TRUE(is_within(workspace, workspace));
    EXPECT_FALSE(is_within(free, workspace));
    EXPECT_FALSE(is_within(workspace, read_only));
    EXPECT_FALSE(is_within(free, offline));
    EXPECT_FALSE(is_within(workspace, offline));
    EXPECT_TRUE(is_within(free, SandboxPolicy{.limits = {.memory_mebibytes = 100}}));
}

}  // namespace
}  // namespace oi
