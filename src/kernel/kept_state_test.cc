// What cells define survives the end of its process, and what cannot is named.
#include "kernel/kept_state.h"
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include <algorithm>
#include <fstream>

namespace oi::kernel_tests {
namespace {

const Samples& samples_of(const std::string& language)
{
#define LANGUAGE(name) \
    if (language == #name) return name##_samples();
#include "kernel/languages.def"
#undef LANGUAGE
    static const Samples none;
    return none;
}

// A session whose variables are kept, and the folder for that.
struct Kept {
    explicit Kept(std::string_view language) : session{language}
    {
        session.host().state_folder = folder.path();
        session.host().notice = [this](std::string_view line) { notices.emplace_back(line); };
        has_started = session.start();
        if (!has_started) std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session.start_error).c_str());
    }
    // The program ends, and another one goes on with the conversation.
    void resume()
    {
        session.end();
        EXPECT_TRUE(session.start());
    }
    std::string output(std::string code) { return session.output(std::move(code)); }

    TemporaryFolder folder;
    Session session;
    std::vector<std::string> notices;
    bool has_started = false;
};

class KeepsVariables : public ::testing::TestWithParam<std::string> {
protected:
    const Samples& samples() { return samples_of(GetParam()); }
    Kept kept_{GetParam()};
};

TEST_P(KeepsVariables, ThroughTheDeathOfTheProcess)
{
    if (!kept_.has_started) GTEST_SKIP();
    kept_.output(samples().set_state);
    const auto death = kept_.output(samples().dies);
    EXPECT_NE(death.find("session ended (signal SIGKILL"), std::string::npos) << death;
    EXPECT_NE(death.find("starts a fresh one with "), std::string::npos) << death;
    EXPECT_NE(death.find(" as of cell 1"), std::string::npos) << death;
    EXPECT_EQ(kept_.output(samples().get_state), "42\n");
    kept_.output(samples().exits);
    EXPECT_EQ(kept_.output(samples().get_state), "42\n");
}

TEST_P(KeepsVariables, ThroughTheEndOfTheProgram)
{
    if (!kept_.has_started) GTEST_SKIP();
    kept_.output(samples().set_state);
    kept_.resume();
    const auto text = kept_.output(samples().get_state);
    EXPECT_TRUE(text.ends_with("42\n")) << text;
    EXPECT_NE(text.find("session was restored: "), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
    EXPECT_EQ(kept_.output(samples().get_state), "42\n");
}

TEST_P(KeepsVariables, AlsoOfASessionWhoseFolderIsGone)
{
    if (!kept_.has_started) GTEST_SKIP();
    const std::string folder = kept_.session.folder() + "/gone";
    std::filesystem::create_directory(folder);
    kept_.output(GetParam() == "shell" ? "cd gone" : GetParam() == "python" ? "import os; os.chdir('gone')" : "process.chdir('gone')");
    std::filesystem::remove(folder);
    kept_.output(samples().set_state);
    const auto death = kept_.output(samples().dies);
    EXPECT_EQ(death.find("not kept"), std::string::npos) << death;
    EXPECT_EQ(kept_.output(samples().get_state), "42\n");
}

TEST_P(KeepsVariables, ADamagedFileIsSaidAndNotFatal)
{
    if (!kept_.has_started) GTEST_SKIP();
    kept_.output(samples().set_state);
    kept_.session.end();
    for (const auto& file : std::filesystem::directory_iterator{kept_.folder.path()})
        std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) / 2);
    EXPECT_TRUE(kept_.session.start());
    const auto text = kept_.output(samples().set_state);
    EXPECT_NE(text.find("could not be restored ("), std::string::npos) << text;
    EXPECT_EQ(kept_.output(samples().get_state), "42\n");
}

TEST_P(KeepsVariables, AlsoThoseOfASecondLife)
{
    if (!kept_.has_started) GTEST_SKIP();
    kept_.output(samples().set_state);
    kept_.output(samples().dies);
    kept_.resume();
    EXPECT_TRUE(kept_.output(samples().get_state).ends_with("42\n"));
    kept_.resume();
    EXPECT_TRUE(kept_.output(samples().get_state).ends_with("42\n"));
}

INSTANTIATE_TEST_SUITE_P(Kernel, KeepsVariables, ::testing::Values("python", "shell", "javascript"),
                         [](const auto& language) { return language.param; });

class KeptPython : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!kept_.has_started) GTEST_SKIP();
    }
    std::string output(std::string code) { return kept_.output(std::move(code)); }
    std::string die() { return output("import os\nos.kill(os.getpid(), 9)"); }

    Kept kept_{"python"};
};

TEST_F(KeptPython, FunctionsClassesImportsAndInstancesComeBack)
{
    output(
        "import os, collections\nfrom math import sqrt as root\nclass P:\n    def __init__(self, x): self.x = x\n"
        "class Q(P):\n    def twice(self): return self.x * 2\n"
        "def f(a, b=2):\n    return root(a) + b\nsquare = lambda n: n * n\nPair = collections.namedtuple('Pair', 'a b')\n"
        "q = Q(4)\npair = Pair(1, 2)\nif True:\n    def g(): return 'g'");
    output("def f(a): return 'newer'\nos.environ['ADDED'] = 'yes'\nos.chdir('/usr')");
    die();
    EXPECT_EQ(output("print(q.twice(), root(9), f(1), square(3), pair, g(), os.environ['ADDED'], os.getcwd())"),
              "8 3.0 newer 9 Pair(a=1, b=2) g yes /usr\n");
    EXPECT_EQ(output("import inspect\nprint(inspect.getsource(g).strip())"), "def g(): return 'g'\n");
}

TEST_F(KeptPython, WhatIsSharedStaysShared)
{
    output("rows = [1]\nboth = {'rows': rows}\nclass Node: pass\na, b = Node(), Node()\na.other, b.other = b, a");
    die();
    EXPECT_EQ(output("rows.append(2)\nprint(both, a.other is b, b.other is a)"), "{'rows': [1, 2]} True True\n");
}

TEST_F(KeptPython, NamesWhatCouldNotBeKept)
{
    output(
        "import socket, sqlite3, threading\nx = 1\nconn = sqlite3.connect(':memory:')\nf = open('/etc/passwd')\ng = (i for i in 'ab')\n"
        "lock = threading.Lock()\ns = socket.socket()\nheld = [1, threading.Lock()]\n"
        "def make():\n    def inner(): pass\n    return inner\nmade = make()");
    EXPECT_TRUE(die().ends_with(
        "The next cell starts a fresh one with 2 variables as of cell 1; not kept: conn (sqlite3.Connection), f (open file), "
        "g (generator), lock (lock), s (socket), held (list that holds _thread.lock), "
        "made (function without a text of its own).\n"));
    EXPECT_EQ(output("x"), "1\n");
    EXPECT_NE(output("conn").find("NameError"), std::string::npos);
}

TEST_F(KeptPython, WhatCannotBeReadAnyMoreIsNamed)
{
    std::ofstream{kept_.session.folder() + "/gone.py"} << "class Thing: pass\n";
    output("import sys\nsys.path.insert(0, '')\nimport gone\nthing = gone.Thing()\nx = 5");
    std::filesystem::remove_all(kept_.session.folder() + "/gone.py");
    std::filesystem::remove_all(kept_.session.folder() + "/__pycache__");
    die();
    const auto text = output("x");
    EXPECT_TRUE(text.starts_with("Not restored: thing (ModuleNotFoundError: No module named 'gone'), gone (ModuleNotFoundError")) << text;
    EXPECT_TRUE(text.ends_with("\n5\n")) << text;
}

TEST_F(KeptPython, ACellCannotSeeThatItIsKept)
{
    output("import os\nx = bytearray(20_000_000)");
    EXPECT_EQ(output("try:\n    os.wait()\nexcept ChildProcessError as error:\n    print('no child')"), "no child\n");
    EXPECT_EQ(output("print([name for name in globals() if not name.startswith('__')])"), "['os', 'x']\n");
}

TEST_F(KeptPython, AnInterruptOfTheNextCellDoesNotEndTheKeeping)
{
    output(
        "class Slow:\n    def __reduce__(self):\n        import time\n        time.sleep(0.1)\n        return (Slow, ())\nslow = Slow()\nx "
        "= 7");
    kept_.session.run_and_stop("print('go')\nwhile True: pass");
    kept_.session.end();
    const auto state = kernel::read_kept_state(kept_.folder.path() + "/Python");
    ASSERT_TRUE(state);
    EXPECT_GE(state->count, 2);
}

TEST_F(KeptPython, WhatWouldHangWhileItIsKeptHangsNothing)
{
    output("import time\nclass Stuck:\n    def __reduce__(self): time.sleep(1000)\nx = 1\nstuck = Stuck()");
    EXPECT_EQ(output("x"), "1\n");
    while (!kernel::read_kept_state(kept_.folder.path() + "/Python")) std::this_thread::yield();  // the watchdog bounds it
    const auto began = Clock::now();
    kept_.session.end();
    EXPECT_LT(Clock::now() - began, 2s);
    EXPECT_TRUE(kept_.session.start());
    EXPECT_EQ(output("x"), "The Python session was restored: 2 variables as of cell 1; not kept: stuck (Stuck, too slow).\n1\n");
}

TEST_F(KeptPython, WhatIsTooLargeIsNamedAndTheRestIsKept)
{
    output("x = 1\nlarge = bytearray(300 << 20)");
    EXPECT_NE(die().find("not kept: large (bytearray, too large)"), std::string::npos);
    EXPECT_EQ(output("x"), "1\n");
}

TEST_F(KeptPython, AFileThatEndsItsReaderIsTriedOnce)
{
    output("import os\nclass Bomb:\n    def __reduce__(self): return (os._exit, (9,))\nbomb = Bomb()");
    kept_.resume();
    const auto text = output("1");
    EXPECT_TRUE(text.starts_with("What was kept of the Python session could not be restored (the process ended: exit code 9)")) << text;
    EXPECT_TRUE(text.ends_with("1\n"));
    EXPECT_EQ(output("2"), "2\n");
}

TEST_F(KeptPython, WhatIsNoFileIsNotRead)
{
    output("x = 1");
    kept_.session.end();
    const std::string path = kept_.folder.path() + "/Python";
    ASSERT_EQ(::unlink(path.c_str()), 0);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    ASSERT_TRUE(kept_.session.start());
    EXPECT_EQ(output("'x' in globals()"), "False\n");
}

TEST_F(KeptPython, AFullDiskIsSaid)
{
    std::filesystem::remove_all(kept_.folder.path());
    output("x = 1");
    kept_.session.end();
    ASSERT_EQ(kept_.notices.size(), 1U);
    EXPECT_TRUE(kept_.notices[0].starts_with("The variables of Python are not kept: FileNotFoundError")) << kept_.notices[0];
}

TEST(KeptShell, HasItsVariablesFunctionsOptionsAndFolder)
{
    Kept kept{"shell"};
    ASSERT_TRUE(kept.has_started);
    kept.output(
        "cd /usr; x='a b'; list=(1 '2 3'); declare -A map=([k]='v w'); export ADDED=yes; declare -ri fixed=7\n"
        "f() { echo \"f: $1\"; }\nalias say='echo said'\nshopt -s nullglob\nset -u -o pipefail");
    kept.output("unset HOME; y=2; exit 3");
    kept.output("kill -9 $$");
    EXPECT_EQ(
        kept.output("echo $PWD \"$x\" \"${list[1]}\" \"${map[k]}\" $(env | grep ADDED) $((fixed + 1)) $y ${HOME-no home}; f 1\nsay it\n"
                    "shopt -q nullglob && [[ $- == *u* && -o pipefail ]] && echo options"),
        "/usr a b 2 3 v w ADDED=yes 8 2 no home\nf: 1\nsaid it\noptions\n");
}

TEST(KeptShell, TakesTheEnvironmentOfTheDayUnlessACellChangedIt)
{
    Kept kept{"shell"};
    ASSERT_TRUE(kept.has_started);
    kept.session.host().environment.push_back("TODAY=monday");
    kept.resume();
    kept.output("x=1; old=$TODAY; jobs; sleep 0 & wait; echo $!");
    kept.session.host().environment.back() = "TODAY=tuesday";
    kept.resume();
    EXPECT_TRUE(kept.output("echo $x $old $TODAY").ends_with("1 monday tuesday\n"));
    EXPECT_EQ(kept.output("jobs; wait; echo ${!-none}"), "none\n") << "what keeps is no job of the cell";
}

TEST(KeptJavaScript, HasFunctionsClassesInstancesAndImports)
{
    Kept kept{"javascript"};
    if (!kept.has_started) GTEST_SKIP();
    kept.output(
        "const os = require('os');\nimport {join} from 'path';\nclass A { constructor(x) { this.x = x; } }\n"
        "class B extends A { twice() { return this.x * 2; } }\nfunction f(n) { return n + 1; }\nconst g = n => f(n) * 2;\n"
        "let b = new B(4), rows = [1, {b}], both = {rows}, map = new Map([['k', b]]);\nvar when = new Date(0);\n"
        "process.env.ADDED = 'yes'; process.chdir('/usr');");
    kept.output("process.kill(process.pid, 'SIGKILL')");
    EXPECT_EQ(kept.output("console.log([b.twice(), b instanceof B, f(1), g(1), rows[1].b === b, both.rows === rows, map.get('k') === b, "
                          "join('a', 'b'), typeof os.cpus, when.getTime(), process.env.ADDED, process.cwd()].join(' '))"),
              "8 true 2 4 true true true a/b function 0 yes /usr\n");
}

TEST(KeptJavaScript, NamesWhatCouldNotBeKept)
{
    Kept kept{"javascript"};
    if (!kept.has_started) GTEST_SKIP();
    kept.output(
        "let x = 1, p = Promise.resolve(1), w = new WeakMap(), calls = {f() {}};\nfunction make() { let n = 0; return () => n++; }\n"
        "let counter = make();\nclass Secret { #s = 1; }\nlet secret = new Secret();");
    const auto death = kept.output("process.kill(process.pid, 'SIGKILL')");
    EXPECT_TRUE(
        death.ends_with("starts a fresh one with 3 variables as of cell 1; not kept: counter (function of another function), p (Promise), "
                        "w (WeakMap), calls (Object with functions), secret (Secret).\n"))
        << death;
}

}  // namespace
}  // namespace oi::kernel_tests
