// Calls of a running cell back to the program, from the languages that have them.
#include "kernel/kernel_fixture.h"

#include "base/text.h"

namespace oi::kernel_tests {
namespace {

// What a cell called, and what it is answered.
struct Called {
    std::string method, arguments;
    bool operator==(const Called&) const = default;
};

class Calls : public ::testing::Test {
protected:
    explicit Calls(std::string_view language) : session_{language} {}
    void SetUp() override
    {
        session_.host().call = [this](std::string_view method, std::string_view arguments, std::stop_token stop) -> Result<std::string> {
            called_.push_back({std::string{method}, std::string{arguments}});
            if (on_call_) on_call_(stop);
            if (answer_) return *answer_;
            return fail(ErrorKind::not_found, "there is \"none\"", "make\none");
        };
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    // Waits until the stop, as a call does that runs a cell.
    void wait_for_stop(const std::stop_token& stop)
    {
        std::mutex mutex;
        std::unique_lock lock{mutex};
        std::condition_variable_any{}.wait(lock, stop, [] { return false; });
    }

    Session session_;
    std::vector<Called> called_;
    std::optional<std::string> answer_ = R"([{"type":"console","format":"output","content":"Zoë\n"}])";
    std::function<void(std::stop_token)> on_call_;
};

class PythonCalls : public Calls {
protected:
    PythonCalls() : Calls{"python"} {}
};
class JavaScriptCalls : public Calls {
protected:
    JavaScriptCalls() : Calls{"javascript"} {}
};

TEST_F(PythonCalls, RunGivesTheMessages)
{
    EXPECT_EQ(output("computer.run('shell', 'echo \"Zoë\"')[0]['content']"), "'Zoë\\n'\n");
    EXPECT_EQ(called_, (std::vector<Called>{{"run", R"({"language": "shell", "code": "echo \"Zo\u00eb\""})"}}));
}

TEST_F(PythonCalls, PathsAreThoseOfTheCellsFolder)
{
    answer_ = "2";
    EXPECT_EQ(output("import os\nos.mkdir('sub')\nos.chdir('sub')\ncomputer.files.edit('a.txt', 'x', 'y')"), "2\n");
    EXPECT_EQ(called_.back().arguments, cat(R"({"path": ")", session_.folder(), R"(/sub/a.txt", "original": "x", "replacement": "y"})"));
    answer_ = R"([{"path":"b/c.txt","line":3,"text":"t"}])";
    EXPECT_EQ(output("computer.files.search('q', '..')"), "[{'path': '../b/c.txt', 'line': 3, 'text': 't'}]\n");
    EXPECT_EQ(called_.back().arguments, cat(R"({"query": "q", "folder": ")", session_.folder(), "\"}"));
}

TEST_F(PythonCalls, AnErrorIsAnException)
{
    answer_.reset();
    EXPECT_EQ(output("try:\n    computer.run('a', 'b')\nexcept RuntimeError as error:\n    print(error)"),
              "there is \"none\" (make\none)\n");
    const std::string traceback = output("computer.files.search('q')");
    EXPECT_NE(traceback.find("RuntimeError: there is \"none\""), std::string::npos) << traceback;
    EXPECT_EQ(traceback.find("<driver>"), std::string::npos) << traceback;
}

TEST_F(PythonCalls, ANameOfThePersonsGoesFirst)
{
    EXPECT_EQ(output("computer = 5\ncomputer + 1"), "6\n");
    EXPECT_EQ(output("del computer\nlen(computer.run('shell', ''))"), "1\n");
    EXPECT_EQ(session_.variables(), std::vector<std::string>{});
}

TEST_F(PythonCalls, NothingIsLoadedForACellThatDoesNotCall)
{
    EXPECT_EQ(output("import sys\n'json' in sys.modules, type(computer).__name__"), "(False, 'Computer')\n");
}

TEST_F(PythonCalls, OnlyTheMainThreadMayAsk)
{
    EXPECT_EQ(output("import threading\ndef ask():\n    try:\n        computer.run('shell', '')\n    except RuntimeError as error:\n"
                     "        print(error)\nthread = threading.Thread(target=ask)\nthread.start()\nthread.join()"),
              "only the main thread of the session can ask\n");
    EXPECT_TRUE(called_.empty());
}

TEST_F(PythonCalls, AnInterruptEndsTheCallAndKeepsTheSession)
{
    output("kept = 42");
    on_call_ = [this](const std::stop_token& stop) { wait_for_stop(stop); };
    answer_.reset();
    for (int i = 0; i < 5; ++i) {
        const auto outcome = session_.run_and_stop("print('go', flush=True)\ncomputer.run('shell', 'sleep 100')");
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
        EXPECT_LT(outcome.took, 200ms);
        EXPECT_EQ(output("kept"), "42\n") << outcome.output;
    }
}

TEST_F(PythonCalls, AnAnswerMayBeLarge)
{
    answer_ = cat("\"", std::string(5'000'000, 'x'), "\"");
    EXPECT_EQ(output("len(computer.run('shell', ''))"), "5000000\n");
}

TEST_F(JavaScriptCalls, RunGivesTheMessages)
{
    EXPECT_EQ(output("computer.run('shell', 'echo Zoë')[0].content"), "'Zoë\\n'\n");
    EXPECT_EQ(called_, (std::vector<Called>{{"run", R"({"language":"shell","code":"echo Zoë"})"}}));
    EXPECT_EQ(output("const [first] = await computer.run('shell', ''); first.format"), "'output'\n");
    EXPECT_EQ(output("typeof computer.run('shell', '').then"), "'undefined'\n") << "the value itself, no promise";
}

TEST_F(JavaScriptCalls, PathsAreThoseOfTheCellsFolder)
{
    answer_ = "2";
    EXPECT_EQ(output("require('fs').mkdirSync('sub'); process.chdir('sub'); computer.files.edit('a.txt', 'x', 'y')"), "2\n");
    EXPECT_EQ(called_.back().arguments, cat(R"({"path":")", session_.folder(), R"(/sub/a.txt","original":"x","replacement":"y"})"));
    answer_ = R"([{"path":"b/c.txt","line":3,"text":"t"}])";
    EXPECT_EQ(output("computer.files.search('q', '..')"), "[ { path: '../b/c.txt', line: 3, text: 't' } ]\n");
    EXPECT_EQ(called_.back().arguments, cat(R"({"query":"q","folder":")", session_.folder(), "\"}"));
}

TEST_F(JavaScriptCalls, AnErrorIsAnException)
{
    answer_.reset();
    EXPECT_EQ(output("try { computer.run('a', 'b') } catch (error) { console.log(error.message) }"), "there is \"none\" (make\none)\n");
    const std::string shown = output("computer.files.search('q')");
    EXPECT_TRUE(shown.starts_with("Error: there is \"none\" (make\none)\n")) << shown;
    EXPECT_EQ(shown.find("oi-driver"), std::string::npos) << shown;
}

TEST_F(JavaScriptCalls, ANameOfThePersonsGoesFirst)
{
    EXPECT_EQ(output("const computer = 5; computer + 1"), "6\n");
    EXPECT_EQ(session_.variables(), std::vector<std::string>{"computer: 5"});
    EXPECT_TRUE(called_.empty());
}

TEST_F(JavaScriptCalls, AnInterruptEndsTheCallAndKeepsTheSession)
{
    output("let kept = 42");
    on_call_ = [this](const std::stop_token& stop) { wait_for_stop(stop); };
    answer_.reset();
    for (int i = 0; i < 5; ++i) {
        const auto outcome = session_.run_and_stop("console.log('go'); computer.run('shell', 'sleep 100')");
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
        EXPECT_LT(outcome.took, 200ms);
        EXPECT_EQ(output("kept"), "42\n");
    }
}

}  // namespace
}  // namespace oi::kernel_tests
