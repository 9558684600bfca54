// Sessions that are forked from a parent behave as those that are started.
#include "kernel/warm_parents.h"
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "sys/process_tree.h"

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace oi::kernel_tests {
namespace {

// No test finds the parents of another one.
class EndParents : public ::testing::EmptyTestEventListener {
    void OnTestEnd(const ::testing::TestInfo&) override { kernel::warm_parents().clear(); }
};
[[maybe_unused]] const bool is_listening = [] {
    ::testing::UnitTest::GetInstance()->listeners().Append(new EndParents);
    return true;
}();

// A Python session; the environment makes a family of sessions of its own for each test.
struct Forkable {
    explicit Forkable(const std::string& family, const std::function<void(const std::string& folder)>& prepare = {}) : session{"python"}
    {
        session.host().environment.push_back("FAMILY=" + family);
        session.host().is_warm = true;
        if (prepare) prepare(session.folder());
        has_started = session.start();
    }
    std::string output(std::string code) { return session.output(std::move(code)); }
    bool is_forked() { return output("import sys\n'decimal' in sys.modules") == "True\n"; }

    Session session;
    bool has_started = false;
};

// The first one that is forked: until then the parent gets ready. Null: this machine has no Python.
std::unique_ptr<Forkable> forked(const std::string& family)
{
    for (bool is_first = true;; is_first = false) {
        auto one = std::make_unique<Forkable>(family);
        if (!one->has_started) return nullptr;
        if (is_first) one->output("import decimal, random, tempfile, multiprocessing, json");
        else if (one->is_forked()) return one;
    }
}

class WarmParents : public ::testing::Test {
protected:
    void SetUp() override
    {
        one_ = forked("one");
        if (!one_) GTEST_SKIP() << "Python is missing";
    }
    std::string output(std::string code) { return one_->output(std::move(code)); }
    std::unique_ptr<Forkable> one_;
};

TEST_F(WarmParents, AForkedSessionIsAsAStartedOne)
{
    EXPECT_EQ(output("import os, sys\nos.getcwd()"), cat("'", one_->session.folder(), "'\n"));
    EXPECT_EQ(output("sys.argv, __name__, os.environ['FAMILY'], [n for n in globals() if not n.startswith('_')]"),
              "([''], '__main__', 'one', ['sys', 'os'])\n");
    const std::string facts =
        "print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1], os.getpgrp() == os.getpid(), os.getsid(0) == os.getppid(), "
        "os.isatty(0), "
        "open('/proc/%d/comm' % os.getppid()).read().strip(), sys.stdout.encoding, os.tcgetpgrp(0) == os.getpgrp(), "
        "[line for line in open('/proc/self/status') if line[:6] in ('SigBlk', 'SigIgn')])";
    const std::string here = output(facts);
    Forkable cold{"another"};
    cold.output("import os, sys");
    EXPECT_EQ(here, cold.output(facts));
    EXPECT_TRUE(output("1/0").ends_with("ZeroDivisionError: division by zero\n"));
    one_->session.answers = {"Bob"};
    EXPECT_EQ(output("input('Name? ')"), "Name? Bob\n'Bob'\n");
}

TEST_F(WarmParents, NoTwoHaveTheSameChance)
{
    Forkable other{"one"};
    ASSERT_TRUE(other.is_forked());
    const std::string code =
        "import random, tempfile, multiprocessing.process as p, os\n"
        "print(random.random(), next(tempfile._get_candidate_names()), bytes(p.current_process().authkey).hex(), os.getpid())";
    const auto here = output(code), there = other.output(code);
    const auto mine = split(std::string_view{here}, ' '), theirs = split(std::string_view{there}, ' ');
    ASSERT_EQ(mine.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NE(mine[i], theirs[i]);
}

TEST_F(WarmParents, AnInterruptAndADeathAreAsEver)
{
    output("x = 5");
    const auto outcome = one_->session.run_and_stop("print('go')\nwhile True: pass");
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_LT(outcome.took, 200ms);
    EXPECT_EQ(output("x"), "5\n");
    EXPECT_NE(output("import os\nos.kill(os.getpid(), 9)").find("session ended (signal SIGKILL"), std::string::npos);
    EXPECT_TRUE(output("x").ends_with("NameError: name 'x' is not defined\n"));
}

TEST_F(WarmParents, TheEndOfASessionEndsAllThatItStarted)
{
    const auto sleepers = [] {
        const auto all = sys::descendants(::getpid());
        return std::count_if(all.begin(), all.end(), [](const sys::ProcessId& process) { return sys::name_of(process.pid) == "sleep"; });
    };
    output(
        "import subprocess\nfor command in (['setsid', 'sleep', '1000'], ['nohup', 'sleep', '1001']):\n"
        "    subprocess.Popen(command, stdin=subprocess.DEVNULL)");
    while (sleepers() != 2) std::this_thread::yield();  // the watchdog bounds it
    one_->session.end();
    EXPECT_EQ(sleepers(), 0);
}

TEST_F(WarmParents, AFileOfTheFolderStillHidesAModule)
{
    Forkable other{"one", [](const std::string& folder) { std::ofstream{folder + "/decimal.py"} << "mine = True\n"; }};
    EXPECT_EQ(other.output("import decimal\ndecimal.mine"), "True\n");
    EXPECT_TRUE(Forkable{"one"}.is_forked()) << "only there";
}

TEST_F(WarmParents, WhatIsInstalledLaterIsSeen)
{
    TemporaryFolder library;
    const auto session = [&] {
        auto one = std::make_unique<Forkable>("unused");
        one->session.end();
        one->session.host().environment.back() = "PYTHONPATH=" + library.path();
        EXPECT_TRUE(one->session.start());
        return one;
    };
    session()->output("import decimal");
    while (!session()->is_forked()) {  // the watchdog of each session bounds it
    }
    std::ofstream{library.path() + "/fresh.py"} << "answer = 1\n";
    auto next = session();
    EXPECT_FALSE(next->is_forked());
    EXPECT_EQ(next->output("import fresh\nfresh.answer"), "1\n");
}

}  // namespace
}  // namespace oi::kernel_tests
