// Jupyter kernels of this machine, the real ones: ipykernel and IRkernel.
#include "base/text.h"
#include "kernel/jupyter/languages.h"
#include "kernel/jupyter/jupyter_kernel.h"
#include "kernel/jupyter/local_link.h"
#include "kernel/kernel_fixture.h"
#include "sys/process_tree.h"
#include "sys/wait.h"
#include "testing/places.h"

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace oi::kernel::jupyter {
namespace {

using kernel_tests::Clock;
using kernel_tests::Outcome;
using namespace std::chrono_literals;

std::vector<Language> installed() { return jupyter_languages(std::vector<std::string>{"HOME=/nowhere"}, built_in_languages()); }

class JupyterKernels : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        session_.emplace(GetParam(), installed());
        if (session_->start()) return;
        const std::string why = cat(GetParam(), ": ", session_->start_error ? to_line(*session_->start_error) : "not installed");
        session_.reset();
        const char* group = std::getenv("OI_TEST_GROUP");
        if (group && std::string_view{group} == "full") FAIL() << why;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", why.c_str());
        GTEST_SKIP();
    }
    kernel_tests::Session& session() { return *session_; }
    Outcome run(const std::string& code) { return session_->run(code); }

    std::optional<kernel_tests::Session> session_;
};

class IPython : public JupyterKernels {};

TEST_P(IPython, KeepsStateAndOrder)
{
    EXPECT_EQ(run("x = 42").output, "");
    const auto outcome = run("import sys\nprint('1')\nprint('2', flush=True)\nprint(x)\nx + 1");
    EXPECT_EQ(outcome.output, "1\n2\n42\n43\n");
    EXPECT_EQ(outcome.lines, (std::vector{1}));
    for (int i = 0; i < 50; ++i) ASSERT_EQ(run("print(x)").output, "42\n");
}

TEST_P(IPython, ShowsAnErrorWithoutColours)
{
    const auto outcome = run("def f():\n    return 1 / 0\nf()");
    EXPECT_FALSE(outcome.error);
    EXPECT_NE(outcome.output.find("ZeroDivisionError: division by zero\n"), std::string::npos) << outcome.output;
    EXPECT_EQ(outcome.output.find('\x1b'), std::string::npos) << outcome.output;
    EXPECT_EQ(run("print('alive')").output, "alive\n");
    EXPECT_NE(run("for").output.find("SyntaxError"), std::string::npos);
}

TEST_P(IPython, StopsALoopAndASleepAndKeepsTheSession)
{
    run("x = 42");
    for (const char* code : {"print('go', flush=True)\nwhile True: pass", "import time\nprint('go', flush=True)\ntime.sleep(1000)"}) {
        const auto outcome = session().run_and_stop(code);
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
        EXPECT_LT(outcome.took, 200ms);
        EXPECT_EQ(run("print(x)").output.substr(0, 200).find("restarted"), std::string::npos);
        EXPECT_EQ(run("print(x)").output, "42\n");
    }
}

TEST_P(IPython, ReplacesASessionThatDoesNotYield)
{
    run("x = 42");
    const auto outcome =
        session().run_and_stop("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('go', flush=True)\nwhile True: pass");
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_LT(outcome.took, 200ms);
    const auto next = run("print('x' in globals())");
    EXPECT_NE(next.output.find("did not yield"), std::string::npos) << next.output;
    EXPECT_TRUE(next.output.ends_with("False\n")) << next.output;
}

TEST_P(IPython, StopsTheChildrenOfTheCellToo)
{
    const auto outcome = session().run_and_stop("import subprocess\nprint('go', flush=True)\nsubprocess.run(['sleep', '1000'])");
    EXPECT_LT(outcome.took, 200ms);
    EXPECT_TRUE(run("print(1)").output.ends_with("1\n"));  // after the late traceback of that cell
}

TEST_P(IPython, ShowsPicturesAndHtml)
{
    const auto outcome =
        run("from IPython.display import HTML, Image, display\nimport base64\n"
            "png = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')\n"
            "display(Image(data=png))\nprint('between')\ndisplay(HTML('<b>bold</b>'))");
    ASSERT_EQ(outcome.rich.size(), 2U);
    EXPECT_EQ(outcome.rich[0].format, "base64.png");
    EXPECT_TRUE(outcome.rich[0].content.starts_with("iVBORw0KGgo"));
    EXPECT_EQ(outcome.rich[1].content, "<b>bold</b>");
    EXPECT_EQ(outcome.output, "between\n<IPython.core.display.HTML object>\n");
}

TEST_P(IPython, AsksForInputAndPasswords)
{
    session().answers = {"Ada", "secret"};
    EXPECT_EQ(run("import getpass\na = input('name? ')\nb = getpass.getpass('word? ')\nprint(a, len(b))").output, "Ada 6\n");
    ASSERT_EQ(session().questions.size(), 2U);
    EXPECT_EQ(session().questions[0].prompt, "name? ");
    EXPECT_FALSE(session().questions[0].secret);
    EXPECT_TRUE(session().questions[1].secret);
    EXPECT_NE(run("input('more? ')").output.find("EOFError"), std::string::npos);
}

TEST_P(IPython, WaitsForNoAnswerOnceItIsStopped)
{
    const auto outcome = session().run_and_stop(
        "import time\ntry:\n    print('go', flush=True)\n    time.sleep(1000)\nexcept KeyboardInterrupt:\n    input('really? ')");
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_EQ(run("print(1)").output.find("restarted"), std::string::npos);
    EXPECT_TRUE(session().questions.empty());
}

TEST_P(IPython, TimeInWhichItWaitsForThePersonIsNotItsOwn)
{
    session().on_input = [](std::stop_token) -> std::optional<std::string> {
        sys::wait({}, sys::Clock::now() + 400ms);  // a person who thinks
        return "Ada";
    };
    std::string output;
    const ChunkSink sink = [&](const Chunk& chunk) {
        if (chunk.format == "output") output += chunk.content;
    };
    run("x = 42");
    RunControl control;
    control.limit = 300ms;
    const auto ran = session().kernel().run({GetParam(), "print(input('name? '))"}, sink, control);
    EXPECT_TRUE(ran) << to_line(ran.error());
    EXPECT_EQ(output, "Ada\n");
}

TEST_P(IPython, TellsOfADeathAndStartsAfresh)
{
    run("x = 42");
    const auto outcome = run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)");
    EXPECT_FALSE(outcome.error);
    EXPECT_NE(outcome.output.find("session ended (signal SIGKILL"), std::string::npos) << outcome.output;
    EXPECT_EQ(run("print('x' in globals())").output, "False\n");
    EXPECT_NE(run("import os\nos._exit(3)").output.find("exit code 3"), std::string::npos);
    EXPECT_NE(run("exit()").output.find("session ended (exit)"), std::string::npos);
    EXPECT_EQ(run("print(1)").output, "1\n");
}

TEST_P(IPython, PassesAFlood)
{
    std::size_t size = 0;
    session().on_chunk = [&](const Chunk& chunk) {
        if (chunk.format == "output") size += chunk.content.size();
    };
    run("line = 'x' * 999\nfor i in range(20000): print(line)");
    EXPECT_EQ(size, 20'000'000U);
}

TEST_P(IPython, StopsAFlood)
{
    const auto outcome = session().run_and_stop("while True: print('x' * 999, flush=True)", "x");
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_LT(outcome.took, 200ms);
    EXPECT_TRUE(run("print('alive')").output.ends_with("alive\n"));
}

TEST_P(IPython, ShowsHelpAndWhatAChildPrints)
{
    EXPECT_NE(run("len?").output.find("Return the number of items"), std::string::npos);
    EXPECT_NE(run("import os\nos.system('echo from a child') and None").output.find("from a child\n"), std::string::npos);
}

TEST_P(IPython, IsStoppedAtItsLimitAndCanBeLeftRunning)
{
    std::string output;
    const ChunkSink sink = [&](const Chunk& chunk) {
        if (chunk.format == "output") output += chunk.content;
    };
    run("x = 42");
    RunControl control;
    control.limit = 300ms;
    const auto stopped = session().kernel().run({GetParam(), "while True: pass"}, sink, control);
    EXPECT_EQ(stopped.error().kind, ErrorKind::timeout);
    EXPECT_EQ(run("print(x)").output.find("restarted"), std::string::npos);
    output.clear();
    control.limit = 0ms;
    control.leave_after = 100ms;
    const auto left = session().kernel().run({GetParam(), "import time\ntime.sleep(0.5)\nprint('late')"}, sink, control);
    EXPECT_EQ(left.error().kind, ErrorKind::left_running);
    EXPECT_EQ(output, "");
    EXPECT_TRUE(session().kernel().go_on(sink, {}));
    EXPECT_EQ(output, "late\n");
}

TEST_P(IPython, LeavesNothingBehind)
{
    run("import subprocess\nchild = subprocess.Popen(['sleep', '1000'], start_new_session=True)");
    EXPECT_GE(sys::descendants(::getpid()).size(), 3U);
    session().end();
    EXPECT_TRUE(sys::descendants(::getpid()).empty());
}

INSTANTIATE_TEST_SUITE_P(Jupyter, IPython, ::testing::Values("ipython"));

class R : public JupyterKernels {};

TEST_P(R, KeepsStateShowsFailuresAndPictures)
{
    EXPECT_EQ(run("x <- 42").output, "");
    EXPECT_EQ(run("cat(x, '\\n')\nprint(x + 1)").output, "42 \n[1] 43\n");
    EXPECT_NE(run("stop('broken')").output.find("broken"), std::string::npos);
    EXPECT_NE(run("x").output.find("42"), std::string::npos);
    const auto plot = run("plot(1:3)").rich;
    ASSERT_EQ(plot.size(), 1U);
    EXPECT_EQ(plot[0].format, "base64.png");
}

TEST_P(R, StopsALoop)
{
    run("x <- 42");
    const auto outcome = session().run_and_stop("cat('go\\n'); flush.console(); repeat { y <- 1 }");
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_LT(outcome.took, 200ms);
    EXPECT_TRUE(run("cat(x)").output.ends_with("42"));
}

TEST_P(R, TellsOfADeath)
{
    EXPECT_NE(run("tools::pskill(Sys.getpid(), 9)").output.find("SIGKILL"), std::string::npos);
    EXPECT_EQ(run("cat(1)").output, "1");
}

INSTANTIATE_TEST_SUITE_P(Jupyter, R, ::testing::Values("ir"));

TEST(JupyterStart, AKernelThatDoesNotStartSaysWhy)
{
    kernel_tests::Watchdog watchdog;
    kernel_tests::TemporaryFolder folder;
    const Host host{.folder = folder.path(), .environment = kernel_environment()};
    sys::set_self_executable(testing::program());
    const auto start = [&](std::vector<std::string> argv) {
        const Kernelspec spec{
            .name = "broken", .display_name = "Broken", .language = "none", .argv = std::move(argv), .folder = folder.path()};
        return JupyterKernel::start(
            spec.display_name, [spec](const Host& with, const std::string& session) { return LocalLink::start(spec, with, session); },
            host);
    };
    auto kernel = start({"sh", "-c", "echo no such module >&2; exit 7"});
    ASSERT_TRUE(kernel);
    const auto result = (*kernel)->run({"broken", "1"}, [](const Chunk&) {}, {});
    ASSERT_FALSE(result);
    EXPECT_EQ(to_line(result.error()), "the Jupyter kernel Broken did not start: exit code 7 (no such module)");
    auto silent = start({"sleep", "1000"});
    std::stop_source stop;
    std::jthread stopper{[&] { stop.request_stop(); }};
    EXPECT_EQ((*silent)
                  ->run(
                      {"broken", "1"}, [](const Chunk&) {}, stop.get_token())
                  .error()
                  .kind,
              ErrorKind::cancelled);
}

TEST(JupyterStart, WritesTheConnectionFileThatKernelsRead)
{
    EXPECT_EQ(connection_file({true, "/tmp/x/k", {1, 2, 3, 4, 5}, "secret"}, "python3"),
              R"({"transport":"ipc","ip":"/tmp/x/k","shell_port":1,"control_port":2,"iopub_port":3,"stdin_port":4,"hb_port":5,)"
              R"("key":"secret","signature_scheme":"hmac-sha256","kernel_name":"python3"})");
}

}  // namespace
}  // namespace oi::kernel::jupyter
