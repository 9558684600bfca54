// The history file: shared by programs, limited, without secrets.
#include "frontend/terminal/history.h"

#include "base/text.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace oi {

TEST(History, ProgramsThatTypeAtTheSameTimeLoseNoLine)
{
    const testing::TempDir folder;
    const std::string path = folder.path() + "/history";
    // Large enough that each of them would shorten it.
    std::string old;
    for (int i = 0; i < 10'500; ++i) old += cat("old ", i, "\n");
    ASSERT_TRUE(sys::write_file(path, old, 0600));
    constexpr int programs = 8, lines = 100;
    std::vector<std::thread> threads;
    for (int program = 0; program < programs; ++program)
        threads.emplace_back([&, program] {
            for (int line = 0; line < lines; ++line) {
                History history{path};
                history.add(cat("new ", program, " ", line));
            }
        });
    for (auto& thread : threads) thread.join();
    History all{path};
    for (int program = 0; program < programs; ++program)
        for (int line = 0; line < lines; ++line)
            ASSERT_TRUE(all.search(cat("new ", program, " ", line), all.size())) << program << " " << line;
    EXPECT_LT(all.size(), 6500U) << "it was shortened";
}

TEST(History, AFileThatHasGrownLargeKeepsItsNewestHalf)
{
    const testing::TempDir folder;
    const std::string path = folder.path() + "/history";
    std::string old;
    for (int i = 0; i < 12'000; ++i) old += cat("line ", i, "\n");
    ASSERT_TRUE(sys::write_file(path, old, 0600));
    History first{path};
    EXPECT_EQ(first.size(), 5000U);
    EXPECT_EQ(first.at(4999), "line 11999");
    EXPECT_EQ(split(*sys::read_file(path), '\n').size(), 5001U);
    History second{path};
    EXPECT_EQ(second.size(), 5000U);
}

TEST(History, LinesWithABlankInFrontAndKeysAreNotRemembered)
{
    const testing::TempDir folder;
    const std::string path = folder.path() + "/history";
    History history{path};
    history.add(" between us");
    history.add("%set api_key sk-123");
    history.add("kept");
    EXPECT_EQ(history.size(), 1U);
    EXPECT_EQ(*sys::read_file(path), "kept\n");
}

TEST(History, AHugeEntryIsOnlyRememberedForThisRun)
{
    const testing::TempDir folder;
    History history{folder.path() + "/history"};
    history.add(std::string(100'000, 'x'));
    EXPECT_EQ(history.size(), 1U);
    EXPECT_FALSE(sys::exists(folder.path() + "/history"));
}

TEST(History, AFolderThatCannotBeWrittenIsNoFault)
{
    History history{"/proc/nowhere/history"};
    history.add("kept for now");
    EXPECT_EQ(history.at(0), "kept for now");
}

TEST(History, SearchesBothWays)
{
    History history{""};
    for (const char* entry : {"make tea", "walk", "make coffee"}) history.add(entry);
    EXPECT_EQ(history.search("make", 3), 2U);
    EXPECT_EQ(history.search("make", 2), 0U);
    EXPECT_EQ(history.search_after("make", 1), 2U);
    EXPECT_EQ(history.search_after("tea", 1), std::nullopt);
}

}  // namespace oi
