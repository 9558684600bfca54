// Processes that read the terminal are asked about, passwords stay secret, and nobody waits for ever.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "sys/process.h"
#include "sys/process_tree.h"
#include "sys/wait.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

namespace oi::kernel_tests {
namespace {

constexpr const char* end_told = "(end of file: no one is there to answer)\n";

class KeyboardTest : public ::testing::Test {
protected:
    Session& start(const char* language)
    {
        session_.emplace(language);
        EXPECT_TRUE(session_->start());
        return *session_;
    }
    Outcome answer(const char* language, std::vector<std::string> answers, const std::string& code)
    {
        auto& session = start(language);
        session.answers = std::move(answers);
        return session.run(code);
    }
    bool has_program(const char* name) { return !sys::find_program(name, session_->host().environment).empty(); }
    const std::vector<InputAsked>& questions() { return session_->questions; }

    std::optional<Session> session_;
};

TEST_F(KeyboardTest, AskForEveryLineThatAProgramReads)
{
    const auto outcome = answer("shell", {"one", "two"}, "cat; echo done");
    EXPECT_EQ(outcome.output, cat("one\none\ntwo\ntwo\n", end_told, "done\n"));
    EXPECT_EQ(questions().size(), 3U);
}

TEST_F(KeyboardTest, AskWithin500MillisecondsAlsoWhileTheCellPrints)
{
    auto& session = start("shell");
    Clock::time_point asked{}, begun{};
    session.on_input = [&](std::stop_token) {
        asked = Clock::now();
        return std::optional<std::string>{"x"};
    };
    session.on_chunk = [&](const Chunk& chunk) {
        if (chunk.content.find("begin") != std::string::npos) begun = Clock::now();
    };
    for (const char* code : {"echo begin; read x", "read x < <(sleep 0.6; echo); read x < <(echo begin >&2; sleep 0.31; echo); read x",
                             "(while :; do echo tick; sleep 0.03; done) & sleep 1; echo begin; read x; kill $!"}) {
        asked = {};
        session.run(code);
        EXPECT_GT(asked, begun) << code;
        EXPECT_LT(asked - begun, std::string_view{code}.find("0.31") != std::string_view::npos ? 810ms : 500ms) << code;
    }
}

TEST_F(KeyboardTest, AChildsPromptIsTheQuestion)
{
    const auto outcome =
        answer("python", {"Ada"}, "import subprocess\nsubprocess.run(['python3', '-c', 'print(input(\"Name? \") + \"!\")'])");
    EXPECT_TRUE(outcome.output.starts_with("Name? Ada\nAda!\n")) << outcome.output;
    ASSERT_EQ(questions().size(), 1U);
    EXPECT_EQ(questions()[0].prompt, "Name? ");
}

TEST_F(KeyboardTest, ThreadsAndChildrenOfPythonAsk)
{
    const auto outcome = answer("python", {"a", "b", "c"},
                                "import threading, os, sys\n"
                                "def work(): print('[' + input('thread? ') + ']')\n"
                                "t = threading.Thread(target=work); t.start(); t.join()\n"
                                "if os.fork() == 0:\n    print('[' + input('child? ') + ']'); sys.stdout.flush(); os._exit(0)\n"
                                "x = os.wait()\nprint('[' + sys.stdin.readline().strip() + ']')");
    EXPECT_EQ(outcome.output, "thread? a\n[a]\nchild? b\n[b]\nc\n[c]\n");
}

TEST_F(KeyboardTest, NodesReadlineAsks)
{
    const auto outcome = answer("javascript", {"Ada"},
                                "const rl = require('readline/promises').createInterface({input: process.stdin, output: process.stdout})\n"
                                "const name = await rl.question('Name? ')\nrl.close()\nconsole.log('hello ' + name)");
    EXPECT_TRUE(outcome.output.ends_with("hello Ada\n")) << outcome.output;
    ASSERT_EQ(questions().size(), 1U);
    EXPECT_FALSE(questions()[0].secret);
    EXPECT_EQ(session_->output("1 + 1"), "2\n");
}

constexpr const char* password_program =
    "import os, termios\n"
    "tty = os.open('/dev/tty', os.O_RDWR)\n"
    "mode = termios.tcgetattr(tty)\n"
    "hidden = termios.tcgetattr(tty); hidden[3] &= ~termios.ECHO\n"
    "termios.tcsetattr(tty, termios.TCSAFLUSH, hidden)\n"
    "os.write(tty, b'[sudo] password for ada: ')\n"
    "line = os.read(tty, 100)\n"
    "termios.tcsetattr(tty, termios.TCSAFLUSH, mode)\n"
    "os.write(tty, b'\\n')\n"
    "print(len(line))\n";

TEST_F(KeyboardTest, APasswordIsSecretAndNowhereInTheOutput)
{
    auto& session = start("shell");
    session.answers = {"hunter2 \x15\x03"};  // bytes that would act as keys
    const auto outcome = session.run(cat("python3 - 2>&1 <<'END'\n", password_program, "END\necho after"));
    EXPECT_EQ(outcome.output, "[sudo] password for ada: \n11\nafter\n");
    EXPECT_LT(outcome.took, 500ms);
    ASSERT_EQ(session.questions.size(), 1U);
    EXPECT_TRUE(session.questions[0].secret);
    EXPECT_EQ(session.questions[0].prompt, "[sudo] password for ada: ");
    session.answers = {"plain"};
    EXPECT_EQ(session.output("read -s x; echo \"[$x]\""), "\n[plain]\n");
    EXPECT_TRUE(session.questions[1].secret);
    session.answers = {"shown"};
    EXPECT_EQ(session.output("read x; echo \"[$x]\""), "shown\n[shown]\n");
    EXPECT_FALSE(session.questions[2].secret);
}

TEST_F(KeyboardTest, ALineAfterAPasswordIsShownOnce)
{
    auto& session = start("shell");
    session.answers = {"hidden", "shown"};
    EXPECT_EQ(session.output("read -s a; read b; echo \"[$a$b]\""), "\nshown\n[hiddenshown]\n");
}

TEST_F(KeyboardTest, ACellThatDiesWithTheEchoOffDoesNotMakeTheNextOneSecret)
{
    auto& session = start("shell");
    session.output("stty -echo -icanon; exit 1");
    session.answers = {"shown"};
    EXPECT_EQ(session.output("read x; echo \"[$x]\""), "shown\n[shown]\n");
    EXPECT_FALSE(session.questions.back().secret);
}

TEST_F(KeyboardTest, GetpassOfAChildIsSecret)
{
    const auto outcome = answer("shell", {"pw"}, "python3 -c 'import getpass; print(len(getpass.getpass()))'");
    EXPECT_EQ(outcome.output, "Password: \n2\n");
    ASSERT_EQ(questions().size(), 1U);
    EXPECT_TRUE(questions()[0].secret);
}

TEST_F(KeyboardTest, SudoAsksAnOrdinaryUser)
{
    auto& session = start("shell");
    if (!has_program("sudo")) GTEST_SKIP() << "there is no sudo";
    const bool is_root = ::geteuid() == 0;  // whom sudo would not ask
    session.answers = {"wrong"};
    const auto outcome = session.run(cat(is_root ? "setpriv --reuid=nobody --regid=nogroup --clear-groups " : "", "sudo -k true"));
    ASSERT_GE(session.questions.size(), 1U) << outcome.output;
    EXPECT_TRUE(session.questions[0].secret);
    EXPECT_NE(session.questions[0].prompt.find("password for "), std::string::npos) << session.questions[0].prompt;
    EXPECT_EQ(outcome.output.find("wrong\n"), std::string::npos);
    EXPECT_LT(outcome.took, 15s);
}

TEST_F(KeyboardTest, ALongLineArrivesWhole)
{
    const std::string line(20000, 'x');
    const auto outcome = answer("python", {line}, "import sys\nprint(len(sys.stdin.readline()))");
    EXPECT_EQ(outcome.output, cat(line, "\n20001\n"));
}

TEST_F(KeyboardTest, WhatIsTypedButNotReadIsNotForTheNextCell)
{
    auto& session = start("shell");
    session.answers = {"abc"};
    session.output("read -n 1 x");
    EXPECT_EQ(session.output("read -t 1 x; echo \"[$x]\"").find("bc"), std::string::npos);
}

TEST_F(KeyboardTest, AJobOfAnEarlierCellIsNotAskedAbout)
{
    auto& session = start("python");
    session.output("import subprocess\njob = subprocess.Popen(['cat'])");
    sys::wait({}, Clock::now() + 50ms);  // processes are dated in hundredths of a second
    session.output("import time\ntime.sleep(0.8)");
    EXPECT_EQ(session.questions.size(), 0U);
}

TEST_F(KeyboardTest, ABackgroundReaderDoesNotHoldTheCell)
{
    auto& session = start("shell");
    EXPECT_LT(session.run("cat & wait").took, 1s);
    const auto outcome = session.run("set -m; cat & wait; set +m");
    EXPECT_LT(outcome.took, 1s) << outcome.output;
    EXPECT_EQ(session.questions.size(), 0U);
    EXPECT_EQ(session.output("echo alive"), "alive\n");
}

TEST_F(KeyboardTest, AJobThatTookTheTerminalGivesItBack)
{
    auto& session = start("shell");
    session.run_and_stop("set -m; (echo go; sleep 100)");
    session.answers = {"x"};
    EXPECT_EQ(session.output("set +m; read x; echo \"[$x]\""), "x\n[x]\n");
}

TEST_F(KeyboardTest, WhoWaitsForKeysAndGetsNoneIsInterrupted)
{
    auto& session = start("shell");
    const auto outcome = session.run("python3 -c \"\nimport tty, os\ntty.setraw(0)\nwhile True: os.read(0, 1)\n\"; echo after");
    EXPECT_NE(outcome.output.find(end_told), std::string::npos);
    EXPECT_NE(outcome.output.find("(it goes on waiting for the keyboard: interrupted)\n"), std::string::npos) << outcome.output;
    EXPECT_LT(outcome.took, 3s);
    EXPECT_EQ(session.output("echo alive"), "alive\n");
}

TEST_F(KeyboardTest, StopEndsAQuestion)
{
    auto& session = start("shell");
    session.answers = {};
    std::stop_source stop;
    session.on_input = [&](std::stop_token) -> std::optional<std::string> {
        stop.request_stop();
        return {};
    };
    const auto outcome = session.run("read x; echo no", stop.get_token());
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_EQ(outcome.output.find("end of file"), std::string::npos);
    EXPECT_EQ(session.output("echo alive"), "alive\n");
}

TEST_F(KeyboardTest, PtyGivesACommandATerminal)
{
    auto& session = start("shell");
    EXPECT_EQ(session.output("pty bash -c '[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo terminal; stty size; echo $TERM; exit 3'"),
              "terminal\n24 80\nxterm-256color\nexit status 3\n");
    session.answers = {"Ada"};
    const auto outcome = session.run("pty bash -c 'read -p \"Name? \" x; echo \"[$x]\"'");
    EXPECT_EQ(outcome.output, "Name? Ada\n[Ada]\n");
    session.answers = {"secret"};
    EXPECT_EQ(session.output("pty bash -c 'read -s -p \"Password: \" x; echo \"[${#x}]\"'"), "Password: \n[6]\n");
    ASSERT_EQ(session.questions.size(), 2U);
    EXPECT_TRUE(session.questions[1].secret);
    EXPECT_NE(session.output("pty cat; echo done").find("done\n"), std::string::npos);
}

TEST_F(KeyboardTest, PollsOfOtherThingsAreNoQuestions)
{
    auto& session = start("python");
    const auto outcome = session.run(
        "import select, socket\na, b = socket.socketpair()\nprint(select.select([0, a], [], [], 1.0))\n"
        "print(select.select([a], [], [], 0.6))");
    EXPECT_EQ(session.questions.size(), 0U) << outcome.output;
    session.output("import select\nselect.select([0], [], [], 2)");
    EXPECT_EQ(session.questions.size(), 1U);
}

// A file system that takes requests and never answers, in a mount namespace of its own: who asks it cannot be killed.
constexpr const char* dead_disk =
    "import ctypes, os, struct, sys\n"
    "fuse = os.open('/dev/fuse', os.O_RDWR)\n"
    "libc = ctypes.CDLL(None, use_errno=True)\n"
    "options = b'fd=%d,rootmode=40000,user_id=0,group_id=0' % fuse\n"
    "if libc.mount(b'dead', sys.argv[1].encode(), b'fuse', 0, options): sys.exit('no fuse')\n"
    "head = struct.unpack('<IIQQIIII', os.read(fuse, 1 << 17)[:40])\n"
    "init = struct.pack('<IIIIHHIIHHIIII', 7, 31, 65536, 0, 8, 8, 65536, 1, 1, 0, 0, 0, 0, 0)\n"
    "os.write(fuse, struct.pack('<IiQ', 16 + len(init), 0, head[2]) + init)\n"
    "print('ready', flush=True)\n"
    "while True: os.read(fuse, 1 << 17)\n";

TEST_F(KeyboardTest, WhatNoKillReachesIsNamedAndControlComesBack)
{
    auto& session = start("shell");
    std::string notice;
    session.end();
    session.host().notice = [&](std::string_view line) { notice = line; };
    ASSERT_TRUE(session.start());
    auto pipe = std::move(*sys::make_pipe());
    const sys::Inherit inherit{pipe.write.get(), 1};
    auto disk = sys::spawn({{"unshare", "-m", "--propagation", "private", "/usr/bin/python3", "-c", dead_disk, session.folder()},
                            session.host().environment,
                            "/"},
                           {&inherit, 1});
    ASSERT_TRUE(disk);
    pipe.write.reset();
    char block[8];
    if (::read(pipe.read.get(), block, sizeof block) <= 0) {
        disk->wait(Clock::now() + 10s);
        GTEST_SKIP() << "only root can mount, where there is /dev/fuse";
    }
    RunControl control;
    control.limit = 500ms;
    const auto outcome = session.run(cat("cat /proc/", disk->pid(), "/root", session.folder(), "/file"), control);
    EXPECT_TRUE(outcome.error && outcome.error->kind == ErrorKind::timeout) << outcome.output;
    EXPECT_LT(outcome.took, 700ms);
    EXPECT_NE(outcome.output.find("(cannot be ended: cat (pid "), std::string::npos) << outcome.output;
    EXPECT_NE(outcome.output.find(", in an uninterruptible wait)"), std::string::npos) << outcome.output;
    EXPECT_TRUE(session.output("echo alive").ends_with("alive\n"));
    EXPECT_NE(notice.find("left running: cat (pid "), std::string::npos) << notice;
    disk->signal(SIGKILL);
    disk->wait(Clock::now() + 10s);
}

// The figure of the manual: what it costs to look at twenty processes while a cell runs silently.
TEST_F(KeyboardTest, LookingCostsNextToNothing)
{
    auto& session = start("shell");
    const auto used = [] {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
               static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
    };
    const double before = used();
    session.output("for i in {1..19}; do sleep 3 & done; wait");
    const double per_second = (used() - before) / 3;
    std::printf("looking at 20 processes: %.2f ms of CPU a second\n", per_second);
    EXPECT_LT(per_second, 20);
}

}  // namespace
}  // namespace oi::kernel_tests
