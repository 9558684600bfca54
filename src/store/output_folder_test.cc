// Spool files: when they appear, what is in them, how the folder stays small.
#include "store/output_folder.h"

#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>

namespace oi {
namespace {

using testing::TempDir;
namespace fs = std::filesystem;

std::string content(const std::string& path) { return sys::read_file(path).value_or("(missing)"); }

std::uint64_t size_of(const std::string& folder)
{
    std::uint64_t all = 0;
    for (const auto& entry : fs::directory_iterator{folder}) all += entry.file_size();
    return all;
}

struct Room {
    explicit Room(std::uint64_t limit) : outputs{open_output_folder(dir / "outputs", limit)} {}
    TempDir dir;
    std::unique_ptr<OutputSpools> outputs;
    std::string folder = dir / "outputs";
};

TEST(OutputFolder, AShortOutputIsNoFile)
{
    Room room{1 << 20};
    {
        auto spool = room.outputs->open(7, 3, 10);
        spool->write("0123456789", "");
        EXPECT_EQ(spool->spooled(), Spooled{});
    }
    EXPECT_FALSE(sys::exists(room.folder));
}

TEST(OutputFolder, ALongOneIsWrittenWholeForTheUserAlone)
{
    Room room{1 << 20};
    auto spool = room.outputs->open(7, 3, 10);
    spool->write("0123456789", "x");
    spool->write("abc\n", "");
    const std::string path = room.folder + "/7-3.txt";
    EXPECT_EQ(spool->spooled(), Spooled{.file = path});
    EXPECT_EQ(content(path), "0123456789abc\n");
    spool->write("more\n", "");
    EXPECT_EQ(content(path), "0123456789abc\nmore\n");
    struct stat told {};
    ::stat(path.c_str(), &told);
    EXPECT_EQ(told.st_mode & 0777, 0600U);
    spool.reset();
    EXPECT_EQ(room.outputs->find(7, 3), Spooled{.file = path});
    EXPECT_EQ(room.outputs->find(7, 4), Spooled{});
}

TEST(OutputFolder, RowsThatMayStillChangeAreInTheFileAsTheyAreNow)
{
    Room room{1 << 20};
    auto spool = room.outputs->open(1, 1, 0);
    spool->create();
    const std::string path = room.folder + "/1-1.txt";
    spool->write("log\n", "10 %........");
    EXPECT_EQ(content(path), "log\n10 %........");
    spool->write("", "100 %");
    EXPECT_EQ(content(path), "log\n100 %");
    spool->write("100 %\nend\n", "");
    EXPECT_EQ(content(path), "log\n100 %\nend\n");
}

TEST(OutputFolder, AnEndlessOutputKeepsItsBeginningAndItsEnd)
{
    constexpr std::uint64_t limit = 1 << 20;
    Room room{limit};
    auto spool = room.outputs->open(1, 1, 100);
    std::string line;
    for (int i = 0; i < 300'000; ++i) {
        line = "line " + std::to_string(i) + "\n";
        spool->write(line, "");
        if (i % 1000 == 0 && i > 0) ASSERT_LE(size_of(room.folder), limit);
    }
    const Spooled spooled = spool->spooled();
    const std::string path = room.folder + "/1-1.txt";
    EXPECT_EQ(spooled, (Spooled{.file = path, .end = path + ".end.1 and " + path + ".end", .is_whole = false}));
    const std::string head = content(path), tail = content(path + ".end.1") + content(path + ".end");
    EXPECT_TRUE(head.starts_with("line 0\nline 1\n"));
    EXPECT_GE(head.size(), limit * 4 / 10);
    EXPECT_TRUE(tail.ends_with("line 299998\nline 299999\n"));
    EXPECT_GE(tail.size(), limit * 2 / 10);
    spool.reset();
    EXPECT_EQ(room.outputs->find(1, 1), spooled);
}

TEST(OutputFolder, TheOldestFilesThatNobodyWritesToGoFirst)
{
    Room room{100'000};
    const std::string text(30'000, 'x');
    auto in_use = room.outputs->open(1, 0, 0);
    in_use->write(text, "");
    for (std::size_t cell = 1; cell < 6; ++cell) {
        room.outputs->open(1, cell, 0)->write(text, "");
        EXPECT_LE(size_of(room.folder), 100'000U) << cell;
    }
    EXPECT_EQ(content(room.folder + "/1-0.txt"), text);
    EXPECT_EQ(room.outputs->find(1, 1), Spooled{});
    EXPECT_EQ(content(room.folder + "/1-5.txt"), text);
}

TEST(OutputFolder, WithoutRoomForFilesThereAreNone)
{
    Room room{0};
    auto spool = room.outputs->open(1, 1, 0);
    spool->write("abc", "");
    spool->create();
    EXPECT_EQ(spool->spooled(), Spooled{});
    EXPECT_EQ(spool->failure(), std::nullopt);
    EXPECT_FALSE(sys::exists(room.folder));
}

TEST(OutputFolder, AFullDiskIsAFailureThatNamesTheFileAndNothingElse)
{
    Room room{1 << 20};
    ::signal(SIGXFSZ, SIG_IGN);
    auto spool = room.outputs->open(1, 1, 0);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 5000;
    ::setrlimit(RLIMIT_FSIZE, &small);
    for (int i = 0; i < 100; ++i) spool->write(std::string(100, 'x'), "y");
    ::setrlimit(RLIMIT_FSIZE, &before);
    ASSERT_TRUE(spool->failure());
    EXPECT_NE(spool->failure()->what.find("/1-1.txt"), std::string::npos);
    const Spooled spooled = spool->spooled();
    EXPECT_EQ(spooled, (Spooled{.file = room.folder + "/1-1.txt", .is_whole = false}));
    EXPECT_EQ(content(spooled.file).size(), 5000U);
}

TEST(OutputFolder, AFolderThatCannotBeMadeIsAFailure)
{
    TempDir dir;
    const auto outputs = open_output_folder(dir.write("file", "") + "/outputs", 1 << 20);
    auto spool = outputs->open(1, 1, 0);
    spool->write("abc", "");
    EXPECT_TRUE(spool->failure());
    EXPECT_EQ(spool->spooled(), Spooled{});
}

}  // namespace
}  // namespace oi
