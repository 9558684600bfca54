// Python in environments of its own: what is missing, how it comes, and processes and threads of every kind.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "sys/process.h"

#include <algorithm>
#include <csignal>
#include <fstream>

namespace oi::kernel_tests {
namespace {

class PythonEnvironment : public ::testing::Test {
protected:
    static void make_environment(const std::string& folder, std::vector<std::string> options = {})
    {
        sys::Command command{{"/usr/bin/python3", "-m", "venv"}, kernel_environment(), "/"};
        command.argv.insert(command.argv.end(), options.begin(), options.end());
        command.argv.push_back(folder);
        auto process = sys::spawn(command, {});
        ASSERT_TRUE(process);
        const auto end = process->wait(Clock::now() + 30s);
        EXPECT_EQ(end, sys::Exit{});
        if (end) return;
        process->signal(SIGKILL);  // what outlives a test fails the ones after it
        process->wait({});
    }
    bool start()
    {
        session_.host().notice = [this](std::string_view line) { notices_.emplace_back(line); };
        if (session_.start()) return true;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        return false;
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }
    const std::string& folder() { return session_.folder(); }

    Session session_{"python"};
    std::vector<std::string> notices_;
};

TEST_F(PythonEnvironment, TheSystemsOwnIsNoNews)
{
    if (!start()) GTEST_SKIP();
    EXPECT_EQ(output("1"), "1\n");
    EXPECT_EQ(notices_, std::vector<std::string>{});
}

TEST_F(PythonEnvironment, ThatOfTheFolderIsNamedAndActive)
{
    make_environment(folder() + "/.venv", {"--without-pip"});
    ASSERT_TRUE(start());
    EXPECT_EQ(output("import sys\nsys.prefix"), cat("'", folder(), "/.venv'\n"));
    const std::string version = output("print('%d.%d.%d' % sys.version_info[:3])");
    EXPECT_EQ(notices_, std::vector{cat("Python ", trim(version), " of the virtual environment .venv")});
    EXPECT_EQ(output("!command -v python"), cat(folder(), "/.venv/bin/python\n"));
    output("import os\nos._exit(1)");
    EXPECT_EQ(output("1"), "1\n");
    EXPECT_EQ(notices_.size(), 1U) << "told once";
}

TEST_F(PythonEnvironment, AMissingModuleIsFollowedByTheCommandThatBringsIt)
{
    make_environment(folder() + "/.venv", {"--without-pip"});
    ASSERT_TRUE(start());
    const std::string python = cat(folder(), "/.venv");
    EXPECT_TRUE(output("import cv2")
                    .ends_with(cat("ModuleNotFoundError: No module named 'cv2'\n(To have cv2: `!", python,
                                   "/bin/python -m ensurepip`, then `%pip install opencv-python` installs it into this "
                                   "session's environment, ",
                                   python, ".)\n")));
    EXPECT_TRUE(output("import sklearn.svm")
                    .ends_with(cat("`%pip install scikit-learn` installs it into this session's environment, ", python, ".)\n")));
    EXPECT_TRUE(output("import os.nothing").ends_with("ModuleNotFoundError: No module named 'os.nothing'; 'os' is not a package\n"));
    EXPECT_EQ(output("%pip install x"),
              cat("UsageError: this Python (", python, "/bin/python) has no pip: `!", python, "/bin/python -m ensurepip` brings it\n"));
}

TEST_F(PythonEnvironment, TheSystemsPythonIsNotChangedByPip)
{
    if (!start()) GTEST_SKIP();
    if (output("import os, sysconfig\nos.path.exists(sysconfig.get_path('stdlib') + '/EXTERNALLY-MANAGED')") != "True\n")
        GTEST_SKIP() << "this system lets pip change its Python";
    EXPECT_NE(output("%pip install nothing").find("belongs to the system"), std::string::npos);
    EXPECT_NE(output("import no_such_module_at_all").find("python3 -m venv .venv && .venv/bin/pip install no-such-module-at-all"),
              std::string::npos);
}

TEST_F(PythonEnvironment, PipInstallsAndTheModuleIsThereAtOnce)
{
    make_environment(folder() + "/.venv");
    ASSERT_TRUE(start());
    output(
        "import zipfile\n"
        "with zipfile.ZipFile('oi_sample-1.0-py3-none-any.whl', 'w') as wheel:\n"
        "    info = 'oi_sample-1.0.dist-info/'\n"
        "    wheel.writestr('oi_sample.py', 'answer = 42\\n')\n"
        "    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: oi-sample\\nVersion: 1.0\\n')\n"
        "    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n"
        "    wheel.writestr(info + 'RECORD', '')\n");
    EXPECT_NE(output("import oi_sample").find("`%pip install oi-sample`"), std::string::npos);
    const auto text = output("%pip install --no-index ./oi_sample-1.0-py3-none-any.whl");
    EXPECT_NE(text.find("Successfully installed oi-sample-1.0"), std::string::npos) << text;
    EXPECT_EQ(output("import oi_sample\noi_sample.answer"), "42\n");
}

TEST_F(PythonEnvironment, ProcessesOfEveryKindHaveWhatTheCellsDefined)
{
    if (!start()) GTEST_SKIP();
    output(
        "import multiprocessing, dataclasses\nfactor = 10\n@dataclasses.dataclass\nclass P:\n    x: int\n"
        "def scale(n):\n    return P(n * factor)");
    for (const char* method : {"fork", "spawn", "forkserver"})
        EXPECT_EQ(output(cat("with multiprocessing.get_context('", method, "').Pool(2) as pool:\n    print(pool.map(scale, range(3)))")),
                  "[P(x=0), P(x=10), P(x=20)]\n")
            << method;
    EXPECT_EQ(output("import concurrent.futures as futures\nwith futures.ProcessPoolExecutor(2) as pool:\n"
                     "    print([p.x for p in pool.map(scale, [1, 2])])"),
              "[10, 20]\n");
}

TEST_F(PythonEnvironment, ThreadsRunAndPrint)
{
    if (!start()) GTEST_SKIP();
    EXPECT_EQ(output("import concurrent.futures as futures, threading\nwith futures.ThreadPoolExecutor(4) as pool:\n"
                     "    print(sum(pool.map(lambda n: n * n, range(100))))"),
              "328350\n");
    EXPECT_EQ(output("thread = threading.Thread(target=print, args=('from a thread',))\nthread.start()\nthread.join()"), "from a thread\n");
    EXPECT_EQ(
        output("import asyncio\nasync def work(n):\n    await asyncio.sleep(0)\n    return n\nawait asyncio.gather(*map(work, range(3)))"),
        "[0, 1, 2]\n");
}

TEST_F(PythonEnvironment, WhenMemoryEndsTheSessionDoesNot)
{
    if (!start()) GTEST_SKIP();
    output("import resource\nx = 'kept'\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, resource.RLIM_INFINITY))");
    const auto text = output("rows = bytearray(2 << 30)");
    EXPECT_TRUE(text.starts_with("Traceback") && text.ends_with("MemoryError\n")) << text;
    EXPECT_EQ(output("x"), "'kept'\n");
}

}  // namespace
}  // namespace oi::kernel_tests
