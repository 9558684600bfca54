// What a person expects of a Python session beyond what every language does.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"
#include "sys/wait.h"

#include <algorithm>
#include <fstream>

namespace oi::kernel_tests {
const Samples& python_samples()
{
    static const Samples samples{
        .set_state = "answer = 42",
        .get_state = "print(answer)",
        .ordered = "import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)",
        .fails = "def inner():\n    return 1 / 0\ninner()",
        .failure =
            "Traceback (most recent call last):\n  File \"<cell 1>\", line 3, in <module>\n    inner()\n"
            "  File \"<cell 1>\", line 2, in inner\n    return 1 / 0\n",
        .endless = "print('go')\nwhile True:\n    pass",
        .waits = "import time\nprint('go')\ntime.sleep(1000)",
        .stubborn_child = "import subprocess\nprint('go')\nsubprocess.run(['bash', '-c', 'trap \"\" INT; sleep 100; sleep 100'])",
        .flood = "line = 'x' * 9999\nfor i in range(20000):\n    print(line)",
        .no_newline = "print('abc', end='')",
        .dies = "import os, signal\nprint('before')\nos.kill(os.getpid(), signal.SIGKILL)",
        .exits = "import os\nos._exit(3)",
        .reads_input = "import sys\nprint('[' + sys.stdin.read() + ']')",
        .holder = "import subprocess\nsubprocess.Popen(['sleep', '1000'])\nprint('started')",
        .bytes = "import os\nfor byte in b'@':\n    os.write(1, bytes([byte]))",
        .huge_line = "print('x' * 5000000)",
        .malformed = "x = = 1",
        .folder = "import os\nprint(os.getcwd())",
        .variable = "import os\nprint(os.environ['KERNEL_TEST'])",
        .third_line = "\n\nx = 1",
        .spawn_jobs =
            "import subprocess\n"
            "for command in (['setsid', 'sleep', '1000'], ['nohup', 'sleep', '1001'], "
            "['bash', '-c', '(setsid sleep 1002 &) & wait']):\n"
            "    subprocess.Popen(command, stdin=subprocess.DEVNULL)\n"
            "print('started')",
        .reads_line = "import sys\nprint('name? ', end='', flush=True)\nprint('[' + sys.stdin.readline().rstrip('\\n') + ']')",
    };
    return samples;
}

namespace {

class Python : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    Outcome run(std::string code) { return session_.run(std::move(code)); }
    std::string output(std::string code) { return session_.output(std::move(code)); }
    bool has(const std::string& module) { return output("import " + module).empty(); }

    Session session_{"python"};
};

TEST_F(Python, ShowsTheLastExpressionAsANotebook)
{
    EXPECT_EQ(output("x = 41\nx + 1"), "42\n");
    EXPECT_EQ(output("_"), "42\n");
    EXPECT_EQ(output("'text'"), "'text'\n");
    EXPECT_EQ(output("None"), "");
    EXPECT_EQ(output("x;"), "");
    EXPECT_EQ(output("x\nx = 2"), "");
}

TEST_F(Python, TellsItsVariablesWithoutRunningTheirCode)
{
    EXPECT_EQ(session_.variables(), std::vector<std::string>{}) << "nothing runs yet";
    output(
        "import os\nclass Sly:\n    def __len__(self): 1/0\n    def __repr__(self): 1/0\n    __getattr__ = __len__\n"
        "rows = [1] * 200\nname = 'Ada'\nbig = 1 << 100\nsly = Sly()\n_hidden = 1\ndef f(): pass\nrate = 0.5");
    EXPECT_EQ(session_.variables(), (std::vector<std::string>{"Sly: type", "rows: list, 200 items", "name: str, 3 long", "big: int",
                                                              "sly: Sly", "f: function", "rate: 0.5"}));
    EXPECT_EQ(output("len(rows)"), "200\n");
    output("for i in range(150): globals()['v%d' % i] = i");
    EXPECT_EQ(session_.variables().size(), 100U);
}

TEST_F(Python, OrdersUnfinishedLinesAndErrors)
{
    EXPECT_EQ(output("import sys\nprint('a', end='')\nprint('b', end='', file=sys.stderr)\nprint('c')"), "abc\n");
    EXPECT_EQ(output("import os\nprint('a', end='')\nos.system('echo b')\nprint('c')"), "ab\nc\n");
}

TEST_F(Python, ShowsSyntaxErrorsWithTheirLine)
{
    EXPECT_EQ(output("x = 1\ny = = 2"), "  File \"<cell 1>\", line 2\n    y = = 2\n        ^\nSyntaxError: invalid syntax\n");
    EXPECT_NE(output("return 5").find("    return 5\n"), std::string::npos);
    EXPECT_EQ(output("def f(:").find("driver"), std::string::npos);
}

TEST_F(Python, ASyntaxErrorAnywhereRunsNothing)
{
    output("print('no')\nreturn 1");
    EXPECT_EQ(output("print('no')\nreturn 1").find("no\n"), std::string::npos);
}

TEST_F(Python, ShowsChainedErrorsWithoutItsOwnFrames)
{
    const auto text = output("try:\n    1/0\nexcept Exception:\n    int('x')");
    EXPECT_NE(text.find("ZeroDivisionError"), std::string::npos);
    EXPECT_NE(text.find("During handling"), std::string::npos);
    EXPECT_NE(text.find("ValueError: invalid literal"), std::string::npos);
    EXPECT_EQ(text.find("<driver>"), std::string::npos);
    EXPECT_EQ(text.find("<string>"), std::string::npos);
}

TEST_F(Python, AnInterruptIsShownWhereTheCellWas)
{
    EXPECT_EQ(session_.run_and_stop("import subprocess\nprint('go')\nsubprocess.run(['sleep', '100'])").output.find("subprocess.py"),
              std::string::npos);
    const auto text = session_.run_and_stop("import asyncio\nprint('go')\nawait asyncio.sleep(100)").output;
    EXPECT_TRUE(text.ends_with("KeyboardInterrupt\n")) << text;
    EXPECT_EQ(text.find("asyncio/"), std::string::npos) << text;
}

TEST_F(Python, AwaitsAtTheTopLevel)
{
    EXPECT_EQ(output("import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 5\nawait f()"), "5\n");
    EXPECT_EQ(output("[i async for i in (x async for x in agen())] if False else await f()"), "5\n");
    EXPECT_EQ(output("asyncio.run(f())"), "5\n");
}

TEST_F(Python, IsMainForPickleMultiprocessingAndInspect)
{
    EXPECT_EQ(output("import dataclasses, inspect, pickle\n@dataclasses.dataclass\nclass P:\n    x: int\n"
                     "pickle.loads(pickle.dumps(P(3)))"),
              "P(x=3)\n");
    EXPECT_EQ(output("def square(n):\n    return n * n\nprint(inspect.getsource(square), end='')"), "def square(n):\n    return n * n\n");
    EXPECT_EQ(
        output("import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n    print(pool.map(square, range(4)))"),
        "[0, 1, 4, 9]\n");
}

TEST_F(Python, AForkedChildIsNoSecondSession)
{
    EXPECT_EQ(output("import os, sys\nprint('before', end=' ')\nchild = os.fork()\nif child:\n    os.waitpid(child, 0)\n"
                     "print('child' if not child else 'parent')"),
              "before child\nparent\n");
    EXPECT_EQ(output("if os.fork() == 0:\n    raise SystemExit(5)\nos.wait()[1] >> 8"), "5\n");
    EXPECT_EQ(output("1"), "1\n");
}

TEST_F(Python, SystemExitEndsTheCellAndNotTheSession)
{
    EXPECT_EQ(output("import sys\nx = 1\nsys.exit('bad')"), "SystemExit: bad\n");
    EXPECT_EQ(output("sys.exit(0)"), "");
    EXPECT_EQ(output("x"), "1\n");
}

TEST_F(Python, RunsShellLinesAndMagics)
{
    EXPECT_EQ(output("name = 'you'\n!echo hi {name} $name; exit 3"), "hi you you\nexit status 3\n");
    EXPECT_EQ(output("lines = !printf 'a\\nb\\n'\nlines"), "['a', 'b']\n");
    EXPECT_EQ(output("%cd /\n%pwd"), "/\n'/'\n");
    EXPECT_EQ(output("%%bash\necho one\necho two >&2"), "one\ntwo\n");
    EXPECT_EQ(output("if True:\n    !echo inner"), "inner\n");
    EXPECT_EQ(output("%matplotlib inline\n1"), "1\n");
    EXPECT_EQ(output("%env KERNEL_X=5\n!echo $KERNEL_X"), "env: KERNEL_X=5\n5\n");
    EXPECT_TRUE(output("%nonsense").starts_with("UsageError: there is no %nonsense here; known: "));
}

TEST_F(Python, LeavesWhatOnlyLooksLikeAMagic)
{
    EXPECT_EQ(output("text = '''\n!echo no\n%d\n''' % 5\n!echo yes\nprint(text)"), "yes\n\n!echo no\n5\n\n");
    EXPECT_EQ(output("print(7\n% 4)\n!echo yes"), "3\nyes\n");
}

TEST_F(Python, AsksThePersonThroughTheHost)
{
    session_.answers = {"Bob", "secret"};
    EXPECT_EQ(output("input('Name? ')"), "Name? Bob\n'Bob'\n");
    EXPECT_EQ(output("import getpass\nlen(getpass.getpass())"), "Password: \n6\n");
    ASSERT_EQ(session_.questions.size(), 2U);
    EXPECT_EQ(session_.questions[0].prompt, "Name? ");
    EXPECT_FALSE(session_.questions[0].secret);
    EXPECT_TRUE(session_.questions[1].secret);
    EXPECT_NE(output("input()").find("EOFError: end of file: no one is there to answer"), std::string::npos);
}

TEST_F(Python, ShowsFiguresAsImages)
{
    if (!has("matplotlib")) GTEST_SKIP() << "matplotlib is missing";
    auto outcome = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('after')");
    ASSERT_EQ(outcome.rich.size(), 1U);
    EXPECT_EQ(outcome.rich[0].type, Kind::image);
    EXPECT_EQ(outcome.rich[0].format, "base64.png");
    EXPECT_TRUE(outcome.rich[0].content.starts_with("iVBORw0KGgo"));
    EXPECT_EQ(outcome.output, "after\n");
    EXPECT_EQ(run("plt.plot([1]);").rich.size(), 1U);  // left open
    EXPECT_EQ(run("1").rich.size(), 0U);               // and closed
}

TEST_F(Python, KeepsPicturesAndTextInOrder)
{
    if (!has("PIL.Image")) GTEST_SKIP() << "Pillow is missing";
    std::string order;
    session_.on_chunk = [&](const Chunk& chunk) {
        order += chunk.type == Kind::image ? "I" : chunk.format == "output" ? chunk.content : "";
    };
    run("from PIL import Image\nfor i in range(5):\n    print(i, end='')\n    Image.new('RGB', (3, 3)).show()\nprint('end', end='')");
    EXPECT_EQ(order, "0I1I2I3I4Iend");
}

TEST_F(Python, ShowsTablesAsHtmlAndText)
{
    if (!has("pandas")) GTEST_SKIP() << "pandas is missing";
    const auto outcome = run("import pandas\npandas.DataFrame({'a': [1, 2]})");
    EXPECT_EQ(outcome.output, "   a\n0  1\n1  2\n");
    ASSERT_EQ(outcome.rich.size(), 1U);
    EXPECT_EQ(outcome.rich[0].format, "html");
    EXPECT_EQ(outcome.rich[0].recipient, "user");
}

TEST_F(Python, ReportsTheLineInsideALongStatement)
{
    const auto lines = run("import time\nfor i in range(2):\n    time.sleep(0.3)\n    x = 1").lines;
    EXPECT_NE(std::find(lines.begin(), lines.end(), 3), lines.end());
}

TEST_F(Python, FilesOfTheFolderDoNotBreakTheDriver)
{
    for (const char* name : {"re.py", "traceback.py", "json.py", "linecache.py", "tokenize.py"})
        std::ofstream{session_.folder() + "/" + name} << "raise RuntimeError('the wrong module')\n";
    EXPECT_NE(output("1/0").find("ZeroDivisionError: division by zero"), std::string::npos);
    EXPECT_EQ(output("!echo fine"), "fine\n");
}

TEST_F(Python, ACellThatClosesTheDescriptorsIsADeathAndNoHang)
{
    EXPECT_NE(output("import os\nos.closerange(3, 100)").find("session ended"), std::string::npos);
    EXPECT_EQ(output("1"), "1\n");
}

TEST_F(Python, ACellThatDoesNotYieldIsGivenUpAtTheNext)
{
    const auto outcome =
        session_.run_and_stop("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('go')\nwhile True:\n    pass");
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_LT(outcome.took, 200ms);
    const auto next = run("1");
    EXPECT_EQ(next.output, "The interrupted cell did not yield, so the Python session was restarted: its variables are gone.\n1\n");
    EXPECT_LT(next.took, 3s);
}

TEST_F(Python, ACellThatYieldsLateKeepsItsSession)
{
    session_.run_and_stop(
        "import time\ntry:\n    print('go')\n    while True: pass\nexcept KeyboardInterrupt:\n    time.sleep(0.4)\n    x = 'kept'");
    EXPECT_EQ(output("x"), "'kept'\n");
}

TEST_F(Python, IdlesWithoutWakingUp)
{
    EXPECT_EQ(output("1"), "1\n");
    const auto switches = [&] {
        return output(
            "print(sum(int(line.split()[1]) for task in __import__('os').listdir('/proc/self/task') if task != "
            "str(__import__('os').getpid())"
            " for line in open(f'/proc/self/task/{task}/status') if line.startswith('voluntary')))");
    };
    sys::wait({}, Clock::now() + 300ms);  // the time is what is tested: the sampler goes to sleep
    const long before = *to_integer(trim(switches()));
    sys::wait({}, Clock::now() + 1s);
    EXPECT_LE(*to_integer(trim(switches())) - before, 6);
}

}  // namespace
}  // namespace oi::kernel_tests
