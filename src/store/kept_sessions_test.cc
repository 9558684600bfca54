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

}  // namespace
}  // namespace oi
