// The folders of kept variables: for their owner alone, and not without end.
#include "store/kept_sessions.h"
#include "sys/files.h"
#include "testing/environment.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace oi {
namespace {

namespace fs = std::filesystem;

class KeptSessions : public ::testing::Test {
protected:
    KeptSessions()
    {
        char path[] = "/tmp/oi-kept-XXXXXX";
        base_ = ::mkdtemp(path);
        data_.emplace("XDG_DATA_HOME", base_);
    }
    ~KeptSessions() override { fs::remove_all(base_); }

    std::string base_;
    std::optional<testing::Environment> data_;
};

TEST_F(KeptSessions, AreForTheirOwnerAlone)
{
    const auto folder = keep_session(7);
    ASSERT_TRUE(folder);
    EXPECT_EQ(*folder, base_ + "/open-interpreter/sessions/7");
    EXPECT_EQ(fs::status(*folder).permissions(), fs::perms::owner_all);
    fs::permissions(*folder, fs::perms::all);
    EXPECT_TRUE(keep_session(7));
    EXPECT_EQ(fs::status(*folder).permissions(), fs::perms::owner_all);
    forget_session(7);
    EXPECT_FALSE(fs::exists(*folder));
}

TEST_F(KeptSessions, WhatIsNoFolderIsAnError)
{
    ASSERT_TRUE(keep_session(1));
    fs::create_directory_symlink("/tmp", base_ + "/open-interpreter/sessions/2");
    const auto folder = keep_session(2);
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().what, base_ + "/open-interpreter/sessions/2: not a folder of yours");
}

TEST_F(KeptSessions, TheOldestGoFirst)
{
    for (int i = 1; i <= 25; ++i) {
        const auto folder = keep_session(i);
        ASSERT_TRUE(folder);
        fs::last_write_time(*folder, fs::file_time_type::clock::now() - std::chrono::hours(100 - i));
    }
    EXPECT_FALSE(fs::exists(base_ + "/open-interpreter/sessions/5"));
    EXPECT_TRUE(fs::exists(base_ + "/open-interpreter/sessions/6"));
    EXPECT_TRUE(fs::exists(base_ + "/open-interpreter/sessions/25"));
}

void write(const fs::path& path, const std::string& text) { std::ofstream{path} << text; }
std::string read(const fs::path& path) { return sys::read_file(path).value_or("none"); }

TEST_F(KeptSessions, SessionsThatRunGoOnWithTheOtherConversationAndTheOneUntilThenHasACopy)
{
    const fs::path live = *keep_session(5);  // where the sessions write, before and after
    write(live / "Python", "one");
    write(live / "Python.4711", "being written");
    hand_over_session(5, 6);
    write(live / "new", "two");
    fs::rename(live / "new", live / "Python");

    EXPECT_EQ(*keep_session(6), live);
    EXPECT_EQ(read(fs::path{*keep_session(6)} / "Python"), "two");
    EXPECT_EQ(read(fs::path{*keep_session(5)} / "Python"), "one");
    EXPECT_FALSE(fs::exists(fs::path{*keep_session(5)} / "Python.4711"));
    hand_over_session(6, 7);
    EXPECT_EQ(*keep_session(7), live);
    EXPECT_EQ(read(fs::path{*keep_session(6)} / "Python"), "two");
    forget_session(5);
    EXPECT_EQ(read(live / "Python"), "two");
    EXPECT_NE(*keep_session(5), live) << "what is forgotten begins anew in a folder of its own";
}

TEST_F(KeptSessions, ACopyIsItsOwnAndFollowsNoLink)
{
    const fs::path first = *keep_session(1);
    write(base_ + "/secret", "secret");
    ASSERT_TRUE(sys::make_folders(first / "confined"));
    write(first / "confined/Shell", "x=1");
    fs::create_symlink(base_ + "/secret", first / "confined/Python");
    copy_session(1, 2);
    const fs::path second = *keep_session(2);
    EXPECT_EQ(read(second / "confined/Shell"), "x=1");
    EXPECT_FALSE(fs::exists(second / "confined/Python"));
    forget_session(1);
    EXPECT_EQ(read(second / "confined/Shell"), "x=1");
    copy_session(8, 9);  // nothing was kept: nothing is there
    EXPECT_FALSE(fs::exists(base_ + "/open-interpreter/sessions/9"));
}

TEST_F(KeptSessions, MoveIntoTheSandboxAndBack)
{
    const fs::path folder = *keep_session(3);
    write(folder / "Python", "x");
    move_session(3, Confinement::some);
    EXPECT_EQ(read(folder / "confined/Python"), "x");
    EXPECT_FALSE(fs::exists(folder / "Python"));
    move_session(3, Confinement::none);
    EXPECT_EQ(read(folder / "Python"), "x");
    move_session(3, Confinement::some);
    forget_confined_session(3);
    EXPECT_FALSE(fs::exists(folder / "confined"));
}

}  // namespace
}  // namespace oi
