// What a person expects of C cells beyond what every language does; and of every language that is compiled.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include <fstream>
#include <sys/stat.h>

namespace oi::kernel_tests {
const Samples& c_samples()
{
    static const Samples samples{
        .set_state = "",
        .get_state = "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", 42); }",
        .ordered = "puts(\"1\"); fprintf(stderr, \"2\\n\"); puts(\"3\");",
        .fails =
            "#include <assert.h>\nstatic void inner(int x) {\n    assert(x > 0);\n}\n"
            "static void outer(void) { inner(0); }\nint main(void) { outer(); }",
        .failure = "cell: cell.c:3: inner: Assertion `x > 0' failed.\nended by signal SIGABRT (Aborted)\n",
        .endless = "puts(\"go\");\nfor (;;) {}",
        .waits = "puts(\"go\");\nsleep(1000);",
        .stubborn_child = "puts(\"go\");\nsystem(\"bash -c 'trap \\\"\\\" INT; sleep 100; sleep 100'\");",
        .flood = "static char line[9999]; memset(line, 'x', 9999);\nfor (int i = 0; i < 20000; i++) printf(\"%.9999s\\n\", line);",
        .no_newline = "printf(\"abc\");",
        .dies = "#include <signal.h>\n#include <stdio.h>\n#include <unistd.h>\nputs(\"before\"); kill(getpid(), SIGKILL);",
        .exits = "exit(3);",
        .reads_input = "char text[100]; int size = fread(text, 1, sizeof text, stdin); printf(\"[%.*s]\\n\", size, text);",
        .holder = "if (fork() == 0) execlp(\"sleep\", \"sleep\", \"1000\", (char*)0);\nputs(\"started\");",
        .bytes =
            "static const char bytes[] = \"@\";\nfor (unsigned i = 0; i < sizeof bytes - 1; i++) { putchar(bytes[i]); "
            "fflush(stdout); }",
        .huge_line = "for (int i = 0; i < 5000000; i++) putchar('x');\nputchar('\\n');",
        .malformed = "int x = = 1;",
        .folder = "char path[4096]; puts(getcwd(path, sizeof path));",
        .variable = "puts(getenv(\"KERNEL_TEST\"));",
        .third_line = "// nothing\n\nint x = 1;",
        .spawn_jobs = "system(\"setsid sleep 1000 & nohup sleep 1001 >/dev/null 2>&1 & (setsid sleep 1002 &)\");\nputs(\"started\");",
        .reads_line =
            "char line[100]; printf(\"name? \"); if (!fgets(line, sizeof line, stdin)) line[0] = 0;\nline[strcspn(line, \"\\n\")] = 0; "
            "printf(\"[%s]\\n\", line);",
    };
    return samples;
}

namespace {

class C : public ::testing::Test {
protected:
    void SetUp() override
    {
        session_.host().environment.push_back("XDG_CACHE_HOME=" + session_.folder() + "/cache");
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }
    void file(const std::string& name, const std::string& text) { std::ofstream{session_.folder() + "/" + name} << text; }
    std::size_t builds() const
    {
        std::error_code error;
        const std::filesystem::directory_iterator all{session_.folder() + "/cache/open-interpreter/builds", error};
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    Session session_{"c"};
};

TEST_F(C, RunsWholeProgramsAndLooseStatements)
{
    EXPECT_EQ(output("#include <stdio.h>\nint main(int argc, char** argv)\n{\n    printf(\"%d %s\\n\", argc, argv[0]);\n}\n"), "1 cell\n");
    EXPECT_EQ(
        output("int n = 3;\nint square(int x) { return x * x; }\nstruct P { int x; } p = {n};\nprintf(\"%d %d\\n\", square(n), p.x);"),
        "cell.c:3:26: error: initializer element is not constant\n    3 | struct P { int x; } p = {n};\n"
        "      |                          ^\ncell.c:3:26: note: (near initialization for ‘p.x’)\n");
    EXPECT_EQ(output("int square(int x) { return x * x; }\nfor (int i = 1; i < 4; i++) {\n    printf(\"%d \", square(i));\n}\nputs(\"\");"),
              "1 4 9 \n");
}

TEST_F(C, TellsErrorsWithTheLinesOfTheCell)
{
    EXPECT_NE(output("raise(11);")
                  .find("cell.c:1:1: warning: implicit declaration of function ‘raise’ [-Wimplicit-function-declaration]\n"
                        "    1 | raise(11);\n"),
              std::string::npos);
    const auto told = output("#include <stdio.h>\n\nint twice(int x) { return 2 * x; }\n\nprintf(\"%d\\n\", twise(1));");
    EXPECT_NE(told.find("cell.c:5:16: warning: implicit declaration of function ‘twise’"), std::string::npos) << told;
    EXPECT_EQ(output("int main(void)\n{\n    return x;\n}").find("cell.c: In function ‘main’:\ncell.c:3:12: error"), 0U);
    EXPECT_EQ(told.find("/cache/"), std::string::npos) << told;
}

TEST_F(C, ABuildIsKeptAndItsWarningsAreToldAgain)
{
    const std::string code = "int main(void) { int x = \"text\"; return 0; }";
    const auto first = session_.run(code);
    EXPECT_NE(first.output.find("warning"), std::string::npos) << first.output;
    EXPECT_EQ(builds(), 1U);
    const auto second = session_.run(code);
    EXPECT_EQ(second.output, first.output);
    EXPECT_EQ(builds(), 1U);
    output("puts(\"other\");");
    output("does not compile");
    EXPECT_EQ(builds(), 2U);
}

TEST_F(C, ACellThatIncludesAFileOfTheFolderIsBuiltEachTime)
{
    const std::string code = "#include <stdio.h>\n#include \"own.h\"\nint main(void) { printf(\"%d\\n\", OWN); }";
    file("own.h", "#define OWN 1\n");
    EXPECT_EQ(output(code), "1\n");
    file("own.h", "#define OWN 2\n");
    EXPECT_EQ(output(code), "2\n");
    EXPECT_EQ(builds(), 0U);
}

TEST_F(C, ALineOfFlagsGoesToTheCompiler)
{
    EXPECT_EQ(output("// flags: -DANSWER=42\n#include <stdio.h>\nint main(void) { printf(\"%d\\n\", ANSWER); }"), "42\n");
}

TEST_F(C, WhatWasPrintedBeforeACrashIsThere)
{
    EXPECT_EQ(output("printf(\"first\\n\");\nint* nowhere = (int*)8;\n*nowhere = 1;"),
              "first\nended by signal SIGSEGV (Segmentation fault)\n");
}

TEST_F(C, SaysThatNothingRanWhenThereIsNothingToRun)
{
    EXPECT_EQ(output("int square(int x) { return x * x; }"), "compiled, but nothing ran: the cell has neither a main nor statements\n");
    EXPECT_EQ(output("// only words"), "");
}

TEST_F(C, TheCompilerCanBeStopped)
{
    // An #include of a pipe that nobody writes to: the compiler waits for ever.
    ASSERT_EQ(::mkfifo((session_.folder() + "/pipe.h").c_str(), 0600), 0);
    std::stop_source stop;
    session_.on_chunk = [&](const Chunk& chunk) {
        if (is_active_line(chunk)) stop.request_stop();
    };
    const auto outcome = session_.run("#include \"pipe.h\"\nint main(void) {}", stop.get_token());
    session_.on_chunk = {};
    ASSERT_TRUE(outcome.error);
    EXPECT_LT(outcome.took, 400ms);
    EXPECT_EQ(output("puts(\"alive\");"), "alive\n");
    EXPECT_EQ(builds(), 1U);
}

TEST_F(C, TwoSessionsMayBuildTheSameAtOnce)
{
    std::vector<std::string> outputs(4);
    std::vector<std::thread> threads;
    for (auto& one : outputs)
        threads.emplace_back([&] {
            Session other{"c"};
            other.host().environment.push_back("XDG_CACHE_HOME=" + session_.folder() + "/cache");
            if (other.start()) one = other.output("puts(\"same\");");
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(outputs, (std::vector<std::string>(4, "same\n")));
    EXPECT_EQ(builds(), 1U);
}

}  // namespace
}  // namespace oi::kernel_tests
