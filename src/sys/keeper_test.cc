// The keeper leaves nothing behind, whatever happens to the program.
#include "sys/keeper.h"
#include "base/text.h"
#include "sys/files.h"
#include "sys/process_tree.h"
#include "testing/places.h"
#include "testing/temp_dir.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oi::sys {
namespace {

using namespace std::chrono_literals;

Command bash(std::string script) { return {{"/bin/bash", "-c", std::move(script)}, {"PATH=/usr/local/bin:/usr/bin:/bin"}, "/"}; }

KeeperReport next(Keeper& keeper)
{
    for (;;) {
        if (auto report = keeper.next()) return *report;
        pollfd ready{keeper.fd(), POLLIN, 0};
        if (wait({&ready, 1}, Clock::now() + 10s) != Woke::ready) {
            ADD_FAILURE() << "the keeper says nothing";
            return {};
        }
    }
}

std::string read_until(int fd, std::string_view mark)
{
    std::string text;
    char block[4096];
    while (text.find(mark) == std::string::npos) {
        pollfd ready{fd, POLLIN, 0};
        if (wait({&ready, 1}, Clock::now() + 10s) != Woke::ready) return text;
        const ssize_t got = ::read(fd, block, sizeof block);
        if (got <= 0) return text;
        text.append(block, static_cast<std::size_t>(got));
    }
    return text;
}

class KeeperTest : public ::testing::Test {
protected:
    void SetUp() override { set_self_executable(testing::program()); }

    Keeper start(std::string script)
    {
        output_ = std::move(*make_pipe());
        const std::array<Inherit, 1> inherit{{{output_.write.get(), 1}}};
        auto keeper = Keeper::start(bash(std::move(script)), inherit);
        output_.write.reset();
        EXPECT_TRUE(keeper) << to_line(keeper.error());
        EXPECT_EQ(next(*keeper).what, KeeperReport::What::started);
        return std::move(*keeper);
    }
    std::string output_until(std::string_view mark) { return read_until(output_.read.get(), mark); }

    Pipe output_;
};

TEST_F(KeeperTest, TellsHowTheProgramEnded)
{
    {
        auto keeper = start("exit 7");
        const auto report = next(keeper);
        EXPECT_EQ(report.what, KeeperReport::What::exited);
        EXPECT_EQ(report.value, 7);
        EXPECT_EQ(report.signal, 0);
    }
    auto keeper = start("kill -SEGV $$");
    EXPECT_EQ(next(keeper).signal, SIGSEGV);
}

TEST_F(KeeperTest, TellsThatAProgramCannotBeExecuted)
{
    auto keeper = Keeper::start({{"/nowhere/at/all"}, {}, "/"}, {});
    ASSERT_TRUE(keeper);
    const auto report = next(*keeper);
    EXPECT_EQ(report.what, KeeperReport::What::failed);
    EXPECT_EQ(report.value, ENOENT);
}

TEST_F(KeeperTest, TheProgramHoldsNoDescriptorButItsOwn)
{
    auto keeper = start("ls /proc/$$/fd; echo done");
    EXPECT_EQ(output_until("done"), "0\n1\n2\ndone\n");
}

TEST_F(KeeperTest, AScratchFolderGoesWithTheLastProcess)
{
    const testing::TempDir room;
    Command command = bash("mkdir -p $0/a; echo text > $0/a/file; trap '' TERM; (sleep 1000 &); kill -KILL $$");
    command.scratch = room / "scratch";
    command.argv.push_back(command.scratch);
    std::filesystem::create_directory(command.scratch);
    {
        auto keeper = Keeper::start(command, {});
        ASSERT_TRUE(keeper);
        EXPECT_EQ(next(*keeper).what, KeeperReport::What::started);
        EXPECT_EQ(next(*keeper).signal, SIGKILL);
        EXPECT_TRUE(std::filesystem::exists(command.scratch + "/a/file"));
    }
    EXPECT_FALSE(std::filesystem::exists(command.scratch));
}

TEST_F(KeeperTest, KillEndsTheProgramAndItsChildren)
{
    auto keeper = start("trap '' INT TERM; sleep 1000 & setsid sleep 1000 & echo ready; wait");
    output_until("ready");
    keeper.kill();
    const auto report = next(keeper);
    EXPECT_EQ(report.what, KeeperReport::What::exited);
    EXPECT_EQ(report.signal, SIGKILL);
}

TEST_F(KeeperTest, AnInterruptSparesWhatIsOlderThanTheMark)
{
    auto keeper = start(
        "trap 'echo interrupted' INT; sleep 1000 & echo first; "
        "while ! read -t 0.01 < <(echo); do :; done; sleep 0.2; sleep 1001 & echo second; wait; wait; sleep 1000");
    output_until("first");
    keeper.mark();
    EXPECT_EQ(next(keeper).what, KeeperReport::What::marked);
    output_until("second");
    const auto count = [](std::string_view what) {
        const auto all = descendants(::getpid());
        return std::count_if(all.begin(), all.end(), [&](const ProcessId& process) {
            const auto line = read_file(cat("/proc/", process.pid, "/cmdline"));
            return line && *line == cat("sleep", std::string(1, '\0'), what, std::string(1, '\0'));
        });
    };
    while (count("1001") != 1) {
    }
    keeper.interrupt();
    EXPECT_NE(output_until("interrupted"), "");
    const auto deadline = Clock::now() + 5s;
    while (count("1001") != 0 && Clock::now() < deadline) {
    }
    EXPECT_EQ(count("1001"), 0);
    EXPECT_GE(count("1000"), 1);
}

// The sleepers here have numbers of their own, because they are looked for among all processes.
std::vector<pid_t> sleepers(const std::string& seconds)
{
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
        const auto pid = to_integer(entry.path().filename().string());
        const auto line = pid ? read_file(entry.path() / "cmdline") : Result<std::string>{};
        if (line && line->starts_with("sleep") && line->find(seconds) != std::string::npos) found.push_back(static_cast<pid_t>(*pid));
    }
    return found;
}

TEST_F(KeeperTest, NothingSurvivesTheProgramsDeathBySigkill)
{
    const std::string mark = cat("31536", ::getpid());
    auto output = std::move(*make_pipe());
    auto gone = std::move(*make_pipe());  // every process below inherits its end: it closes with the last of them
    const pid_t host = ::fork();
    if (host == 0) {
        const std::array<Inherit, 2> inherit{{{output.write.get(), 1}, {gone.write.get(), 7}}};
        auto keeper =
            Keeper::start(bash(replace_all("setsid sleep @ & nohup sleep @ & (sleep @ &) & (setsid nohup sleep @ &) &"
                                           "trap '' INT TERM HUP; bash -c 'trap \"\" TERM; sleep @' & "
                                           "(trap '' HUP; setsid bash -c '(sleep @ & sleep @) & sleep @') & sleep 0.2; echo ready; wait",
                                           "@", mark)),
                          inherit);
        ::pause();
        ::_exit(0);
    }
    gone.write.reset();
    output.write.reset();
    read_until(output.read.get(), "ready");
    EXPECT_EQ(sleepers(mark).size(), 8U);
    ::kill(host, SIGKILL);
    ::waitpid(host, nullptr, 0);
    pollfd last{gone.read.get(), POLLIN, 0};
    ASSERT_EQ(wait({&last, 1}, Clock::now() + 5s), Woke::ready);
    char byte;
    EXPECT_EQ(::read(gone.read.get(), &byte, 1), 0);
    EXPECT_EQ(sleepers(mark).size(), 0U);
}

TEST_F(KeeperTest, IgnoresSignalsMeantForTheProgram)
{
    auto keeper = start("echo ready; sleep 1000");
    output_until("ready");
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::kill(keeper.pid(), number);
    keeper.mark();
    EXPECT_EQ(next(keeper).what, KeeperReport::What::marked);
}

}  // namespace
}  // namespace oi::sys
