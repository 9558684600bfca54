// What confined code can do, what limits do, and what the person is told. What it cannot do is escape_test.cc.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "sandbox/confinement.h"
#include "sandbox/part_sandbox.h"
#include "sandbox/sandboxes.h"
#include "testing/environment.h"
#include "testing/places.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace oi::sandbox {
namespace {

using namespace std::chrono_literals;
using kernel_tests::Session;
using testing::Environment;
namespace fs = std::filesystem;
using Files = SandboxPolicy::Files;

// A session of one language that is confined to its folder.
class Confined : public ::testing::TestWithParam<const char*> {
protected:
    std::unique_ptr<Session> start(std::string_view language, Limits limits = {}, bool has_network = true)
    {
        auto session = std::make_unique<Session>(language);
        policy_ = {.files = Files::workspace, .workspace = session->folder(), .has_network = has_network, .limits = limits};
        session->host().sandbox = find_sandbox(GetParam());
        session->host().policy = policy_;
        if (const auto works = session->host().sandbox->check(policy_); !works) {
            why_not_ = to_line(works.error());
            return {};
        }
        if (session->start()) return session;
        why_not_ = to_line(*session->start_error);
        return {};
    }
    SandboxPolicy policy_;
    std::string why_not_;
};

#define START_OR_SKIP(...)                   \
    const auto session = start(__VA_ARGS__); \
    if (!session) GTEST_SKIP() << why_not_

TEST_P(Confined, WorksInTheWorkspaceAndInItsOwnTmp)
{
    START_OR_SKIP("shell");
    const std::string file = cat("/tmp/oi-confined-", ::getpid());
    EXPECT_EQ(session->output(cat("pwd; echo hello > made; cat made; touch ", file, " && ls ", file, "; [ $$ -gt 0 ] && echo > /dev/null")),
              cat(session->folder(), "\nhello\n", file, "\n"));
    EXPECT_EQ(sys::read_file(session->folder() + "/made").value_or(""), "hello\n");
    EXPECT_FALSE(sys::exists(file));
    EXPECT_EQ(session->output("ls " + file), file + "\n");
}

TEST_P(Confined, GitAndACompilerWork)
{
    START_OR_SKIP("shell");
    EXPECT_EQ(
        session->output("git init -q . && git -c user.name=a -c user.email=b commit -q --allow-empty -m first && git log --format=%s"),
        "first\n");
    EXPECT_EQ(session->output("printf 'int main(void) { return 42; }' > a.c && cc a.c -o a && ./a; echo $?"), "42\n");
}

TEST_P(Confined, PythonKeepsItsStateAndItsProcessesWork)
{
    START_OR_SKIP("python");
    session->output("import multiprocessing, subprocess, sqlite3, tempfile, threading, os; x = 41");
    EXPECT_EQ(session->output("x + 1"), "42\n");
    EXPECT_EQ(session->output("with multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, -2]))"), "[1, 2]\n");
    EXPECT_EQ(session->output("print(subprocess.run('echo from below', shell=True, capture_output=True, text=True).stdout, end='')"),
              "from below\n");
    EXPECT_EQ(session->output("db = sqlite3.connect('a.db'); db.execute('create table t(x)'); db.commit(); print(os.path.exists('a.db'))"),
              "True\n");
    EXPECT_EQ(session->output("print(tempfile.NamedTemporaryFile().name[:5])"), "/tmp/\n");
}

TEST_P(Confined, AFigureNeedsNoWritableHome)
{
    START_OR_SKIP("python");
    const auto outcome = session->run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()");
    EXPECT_EQ(outcome.output.find("Matplotlib"), std::string::npos) << outcome.output;
    EXPECT_EQ(outcome.rich.size(), outcome.output.find("No module") == std::string::npos ? 1U : 0U);
}

TEST_P(Confined, NodeWorks)
{
    START_OR_SKIP("javascript");
    EXPECT_EQ(session->output("console.log(require('child_process').execSync('echo below').toString() + [1].length)"), "below\n1\n");
}

TEST_P(Confined, AnInterruptReachesTheProgramAndItsChildrenInTime)
{
    for (const char* language : {"python", "shell"}) {
        START_OR_SKIP(language);
        const auto python = session->run_and_stop(std::string_view{language} == "python" ? "import subprocess, time\nkept = 5\n"
                                                                                           "print('go', flush=True)\n"
                                                                                           "subprocess.run(['sleep', '1000'])"
                                                                                         : "kept=5; echo go; sleep 1000");
        ASSERT_TRUE(python.error);
        EXPECT_EQ(python.error->kind, ErrorKind::cancelled);
        EXPECT_LT(python.took, 250ms);
        EXPECT_EQ(session->output(std::string_view{language} == "python" ? "print(kept)" : "echo $kept"), "5\n") << language;
    }
}

TEST_P(Confined, ADeathIsToldAndTheNextCellStartsAfresh)
{
    START_OR_SKIP("python");
    EXPECT_NE(session->output("import os; os.kill(os.getpid(), 9)").find("SIGKILL"), std::string::npos);
    EXPECT_EQ(session->output("print(6 * 7)"), "42\n");
    EXPECT_NE(session->output("import os; os._exit(3)").find("exit code 3"), std::string::npos);
}

TEST_P(Confined, NothingStaysBehind)
{
    const std::string mark = cat("31415", ::getpid());
    {
        START_OR_SKIP("shell");
        session->output(cat("nohup sleep ", mark, " >/dev/null & (setsid sleep ", mark, " &) ; echo"));
    }
    for (const auto& entry : fs::directory_iterator{"/proc"}) {
        const auto line = sys::read_file(entry.path() / "cmdline");
        EXPECT_FALSE(line && line->starts_with("sleep") && line->find(mark) != std::string::npos) << entry.path();
    }
}

TEST_P(Confined, MemoryIsLimitedForEachRuntime)
{
    {
        START_OR_SKIP("python", Limits{.memory_mebibytes = 300});
        EXPECT_NE(session->output("x = bytearray(1 << 30)").find("MemoryError"), std::string::npos);
        EXPECT_EQ(session->output("x = bytearray(100 << 20); print(len(x) >> 20)"), "100\n");
    }
    START_OR_SKIP("javascript", Limits{.memory_mebibytes = 300});
    EXPECT_EQ(session->output("console.log(1)"), "1\n");  // it reserves far more than it may use
    EXPECT_EQ(session->output("try { Buffer.alloc(1 << 30); console.log('got it') } catch (e) { console.log('refused') }"), "refused\n");
}

TEST_P(Confined, AForkBombStaysWithinTheLimit)
{
    START_OR_SKIP("python", Limits{.processes = 30});
    const auto text = session->output(
        "import os, signal, time\nchildren = []\n"
        "try:\n    while len(children) < 200:\n        pid = os.fork()\n        if pid == 0: signal.pause()\n        children.append(pid)\n"
        "except OSError as e: print('refused', len(children) <= 30)\n"
        "for pid in children: os.kill(pid, 9); os.waitpid(pid, 0)\n");
    EXPECT_EQ(text, "refused True\n");
    EXPECT_EQ(session->output("import subprocess; subprocess.run(['true']).returncode"), "0\n");
}

TEST_P(Confined, ReadOnlyWritesNowhereButInTmp)
{
    START_OR_SKIP("shell");
    session->host().policy.files = Files::read_only;
    std::ofstream{session->folder() + "/before"} << "from before\n";
    ASSERT_TRUE(session->start());
    EXPECT_EQ(session->output("pwd; cat before"), cat(session->folder(), "\nfrom before\n"));
    const auto text = session->output("touch here; touch /tmp/there && echo there");
    EXPECT_NE(text.find("Read-only file system"), std::string::npos) << text;
    EXPECT_NE(text.find("there\n"), std::string::npos) << text;
}

TEST_P(Confined, ASessionThatFindsNoSuchFolderStartsInTheWorkspace)
{
    START_OR_SKIP("shell");
    const kernel_tests::TemporaryFolder kept, elsewhere;
    session->host().policy.writable = {kept.path()};
    session->host().folder = elsewhere.path();
    ASSERT_TRUE(session->start());
    EXPECT_EQ(session->output("pwd"), session->host().policy.workspace + "\n");
}

TEST_P(Confined, ItsOwnLoopbackWorksWithoutANetwork)
{
    START_OR_SKIP("python", {}, false);
    EXPECT_EQ(
        session->output(
            "import socket\ns = socket.create_server(('127.0.0.1', 0))\nc = socket.create_connection(s.getsockname())\nprint('connected')"),
        "connected\n");
}

INSTANTIATE_TEST_SUITE_P(By, Confined, ::testing::Values("namespaces", "bubblewrap", "shared_processes"),
                         [](const auto& info) { return std::string{info.param}; });

TEST(SandboxNone, LimitsAreKeptWithoutAnythingElse)
{
    Session session{"python"};
    session.host().sandbox = find_sandbox("none");
    session.host().policy.limits = {.memory_mebibytes = 300, .processes = 40};
    ASSERT_TRUE(session.start());
    EXPECT_NE(session.output("x = bytearray(1 << 30)").find("MemoryError"), std::string::npos);
    EXPECT_EQ(session.output("open('/tmp/oi-none-test', 'w').close(); import os; os.unlink('/tmp/oi-none-test'); print('as the person')"),
              "as the person\n");
}

TEST(SandboxNone, TheNetworkAloneCanBeClosed)
{
    Session session{"python"};
    const SandboxPolicy policy{.has_network = false};
    const auto chosen = choose_sandbox(policy);
    if (!chosen) GTEST_SKIP() << to_line(chosen.error());
    session.host().sandbox = chosen->sandbox;
    session.host().policy = policy;
    ASSERT_TRUE(session.start());
    EXPECT_EQ(session.output("import os\nprint(sorted(os.listdir('/sys/class/net')) != [], [l.split(':')[0].strip() for l in "
                             "open('/proc/self/net/dev')][2:])"),
              "True ['lo']\n");
    EXPECT_EQ(session.output("open('/tmp/oi-none-test', 'w').close(); os.unlink('/tmp/oi-none-test'); print('files as ever')"),
              "files as ever\n");
    EXPECT_NE(chosen->line.find("Code has no network."), std::string::npos);
    EXPECT_NE(chosen->line.find("Not confined: files"), std::string::npos);
}

TEST(ChooseSandbox, NothingAskedForIsNoSandbox)
{
    const auto chosen = choose_sandbox({.workspace = "/somewhere"});
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->sandbox, nullptr);
    EXPECT_EQ(chosen->line, "");
}

TEST(ChooseSandbox, RefusesWhenNothingWorks)
{
    const kernel_tests::TemporaryFolder folder;
    sys::set_self_executable("/bin/false");
    const auto chosen = choose_sandbox({.files = Files::workspace, .workspace = folder.path()});
    sys::set_self_executable(testing::program());
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().kind, ErrorKind::unsupported);
    EXPECT_NE(chosen.error().what.find("namespaces: exit code 1"), std::string::npos) << chosen.error().what;
    EXPECT_NE(chosen.error().hint.find("install bubblewrap"), std::string::npos);
}

TEST(ChooseSandbox, SaysWhatIsEnforcedAndWhatIsNot)
{
    const kernel_tests::TemporaryFolder folder;
    sys::set_self_executable(testing::program());
    const auto chosen = choose_sandbox({.files = Files::workspace, .workspace = folder.path(), .limits = {.memory_mebibytes = 500}});
    if (!chosen) GTEST_SKIP() << to_line(chosen.error());
    for (const auto& words : {cat("writes only in ", folder.path(), " and a /tmp of its own"), std::string{"500 MiB a process"},
                              std::string{"Not confined: the network"}})
        EXPECT_NE(chosen->line.find(words), std::string::npos) << chosen->line;
}

TEST(Places, SomeFoldersCannotBeTheWorkspace)
{
    const kernel_tests::TemporaryFolder home;
    const Environment variable{"HOME", home.path()}, data{"XDG_DATA_HOME", home.path() + "/data"};
    fs::create_directories(home.path() + "/data/open-interpreter/x");
    fs::create_directories(home.path() + "/project");
    const auto kind = [](std::string folder) {
        const auto places = find_places({.files = Files::workspace, .workspace = std::move(folder)});
        return places ? ErrorKind::cancelled : places.error().kind;
    };
    for (const char* refused : {"/", "/tmp", "/etc", "/usr", "/nowhere", "/proc/1", "/dev/shm"})
        EXPECT_EQ(kind(refused), ErrorKind::invalid) << refused;
    EXPECT_EQ(kind(home.path()), ErrorKind::invalid);
    EXPECT_EQ(kind(home.path() + "/data/open-interpreter/x"), ErrorKind::invalid);
    EXPECT_EQ(kind(home.path() + "/project"), ErrorKind::cancelled);
}

TEST(Places, OuterOnesComeFirstAndSecretsInAWorkspaceAreHidden)
{
    const kernel_tests::TemporaryFolder home;
    const Environment variable{"HOME", home.path()}, data{"XDG_DATA_HOME", home.path() + "/project/data"};
    fs::create_directories(home.path() + "/project/data/open-interpreter/state");
    const auto places = find_places({.files = Files::workspace,
                                     .workspace = home.path() + "/project",
                                     .writable = {home.path() + "/project/data/open-interpreter/state"}});
    ASSERT_TRUE(places);
    std::vector<Place> mine;
    for (const auto& place : *places)
        if (place.path == "/tmp" || place.path.starts_with(home.path())) mine.push_back(place);
    using Kind = Place::Kind;
    EXPECT_EQ(mine, (std::vector<Place>{{Kind::scratch, "/tmp"},
                                        {Kind::writable, home.path() + "/project"},
                                        {Kind::hidden, home.path() + "/project/data/open-interpreter"},
                                        {Kind::writable, home.path() + "/project/data/open-interpreter/state"}}));
}

TEST(Places, AFolderBelowTmpIsShownInAReadOnlySandbox)
{
    const kernel_tests::TemporaryFolder home;
    const Environment variable{"HOME", home.path()}, data{"XDG_DATA_HOME", home.path() + "/data"};
    fs::create_directories(home.path() + "/project/below");
    fs::create_directories(home.path() + "/data/open-interpreter");
    const auto is_shown = [](std::string folder) {
        const Place shown{Place::Kind::shown, folder};
        const auto places = find_places({.files = Files::read_only, .workspace = std::move(folder)});
        return places && std::ranges::find(*places, shown) != places->end();
    };
    EXPECT_TRUE(is_shown(home.path() + "/project"));
    EXPECT_FALSE(is_shown(home.path() + "/data/open-interpreter"));
    EXPECT_FALSE(is_shown("/tmp"));
}

TEST(Confinement, ItsCommandLineSaysItAll)
{
    const Confinement all{.has_files = true,
                          .has_network = false,
                          .makes_namespaces = false,
                          .has_processes = false,
                          .reports = true,
                          .limits = {1, 2, 3},
                          .folder = "/a b",
                          .workspace = "/a",
                          .places = {{Place::Kind::writable, "/w"}, {Place::Kind::hidden, "/h=x"}},
                          .program = {"x", "--", "--files"}};
    const auto words = to_arguments(all);
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    const auto parsed = parse_confinement({argv.data() + 1, argv.size() - 1});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(to_arguments(*parsed), words);
    const std::array<const char*, 1> unknown{"--wat"};
    EXPECT_EQ(parse_confinement(unknown).error().what, "confine: there is no --wat");
}

TEST(ConfinedEnvironment, LeadsToNoAgentAndHoldsNoSecret)
{
    EXPECT_EQ(
        confined_environment({"PATH=/bin", "SSH_AUTH_SOCK=/x", "GITHUB_TOKEN=x", "DB_PASSWORD=x", "DISPLAY=:0", "HOME=/root", "TMPDIR=/x"}),
        (std::vector<std::string>{"PATH=/bin", "HOME=/root", "XDG_CACHE_HOME=/tmp/.cache", "MPLCONFIGDIR=/tmp/.cache/matplotlib"}));
}

}  // namespace
}  // namespace oi::sandbox
