// What a person expects of a Java session beyond what every language does.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& java_samples()
{
    static const Samples samples{
        .set_state = "int answer = 42;",
        .get_state = "System.out.println(answer)",
        .ordered = "System.out.println(1); System.err.println(2); System.out.println(3);",
        .fails = "int inner(int x) { return x / 0; }\nint outer() { return inner(1); }\nouter()",
        .failure = "java.lang.ArithmeticException: / by zero\n    at inner (cell-1:1)\n    at outer (cell-1:2)\n    at cell-1:3\n",
        .endless = "System.out.println(\"go\");\nwhile (true) {}",
        .waits = "System.out.println(\"go\");\nThread.sleep(1000000);",
        .stubborn_child =
            "System.out.println(\"go\");\n"
            "new ProcessBuilder(\"bash\", \"-c\", \"trap '' INT; sleep 100; sleep 100\").start().waitFor();",
        .flood = "String line = \"x\".repeat(9999);\nfor (int i = 0; i < 20000; i++) System.out.println(line);",
        .no_newline = "System.out.print(\"abc\");",
        .dies =
            "System.out.println(\"before\");\n"
            "new ProcessBuilder(\"kill\", \"-9\", \"\" + ProcessHandle.current().pid()).start().waitFor();\nThread.sleep(100000);",
        .exits = "System.exit(3);",
        .reads_input = "System.out.println(\"[\" + new String(System.in.readAllBytes()) + \"]\");",
        .holder = "var kept = new ProcessBuilder(\"sleep\", \"1000\").inheritIO().start();\nSystem.out.println(\"started\");",
        .bytes = "for (char c : \"@\".toCharArray()) System.out.write(c);",
        .huge_line = "System.out.println(\"x\".repeat(5000000));",
        .malformed = "int x = = 1;",
        .folder = "System.out.println(System.getProperty(\"user.dir\"));",
        .variable = "System.out.println(System.getenv(\"KERNEL_TEST\"));",
        .third_line = "\n// nothing\nint x = 1;",
        .spawn_jobs =
            "for (String job : new String[] {\"setsid sleep 1000 &\", \"nohup sleep 1001 >/dev/null 2>&1 &\", \"(setsid sleep 1002 &)\"})\n"
            "    new ProcessBuilder(\"bash\", \"-c\", job).start().waitFor();\nSystem.out.println(\"started\");",
        .reads_line =
            "System.out.print(\"name? \");\nvar scanner = new Scanner(System.in);\nSystem.out.println(\"[\" + (scanner.hasNextLine() ? "
            "scanner.nextLine() : \"\") + \"]\");",
        .byte_escape = "\\u00",
    };
    return samples;
}

namespace {

class Java : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"java"};
};

TEST_F(Java, KeepsImportsVariablesMethodsAndTypes)
{
    EXPECT_EQ(output("import java.util.stream.IntStream;\nrecord Point(int x, int y) {}\nint twice(int x) { return 2 * x; }\nvar p = new "
                     "Point(1, 2);"),
              "");
    EXPECT_EQ(output("System.out.println(p + \" \" + twice(4) + \" \" + IntStream.range(0, 4).sum());"), "Point[x=1, y=2] 8 6\n");
    EXPECT_EQ(output("List.of(1, 2).stream().map(x -> x * 2).collect(Collectors.toList())"), "[2, 4]\n");
    EXPECT_EQ(output("int twice(int x) { return 20 * x; }\nfor (int i = 0; i < 2; i++) {\n    System.out.println(twice(i));\n}"),
              "0\n20\n");
    EXPECT_EQ(session_.variables(), (std::vector<std::string>{"p: Point"}));
}

TEST_F(Java, RunsAWholeProgram)
{
    EXPECT_EQ(output("package com.example;\n\nimport java.util.*;\n\npublic class Hello {\n    static int count = 2;\n\n"
                     "    public static void main(String[] args) throws Exception {\n"
                     "        System.out.println(\"Hello \" + count + args.length);\n    }\n}\n"),
              "Hello 20\n");
    EXPECT_EQ(
        output("class Bad {\n    public static void main(String[] args) {\n        throw new IllegalStateException(\"no\");\n    }\n}"),
        "java.lang.IllegalStateException: no\n    at Bad.main (cell-2:3)\n");
    EXPECT_EQ(output("class Once {\n    public static void main(String[] args) { System.out.println(\"once\"); }\n}\nOnce.main(null);"),
              "once\n");
}

TEST_F(Java, TellsErrorsWithTheLinesOfTheCell)
{
    EXPECT_EQ(output("int a = 1;\n\nint b = a + c;\nint d = 2;"),
              "cell-1:3: error: cannot find symbol\n  symbol:   variable c\n  location: class \nint b = a + c;\n            ^\n");
    EXPECT_EQ(
        output("class A {\n    int f() {\n        return \"x\";\n    }\n}"),
        "cell-2:3: error: incompatible types: java.lang.String cannot be converted to int\n        return \"x\";\n               ^\n");
    EXPECT_NE(output("void f() {").find("cell-3:1: error: "), std::string::npos);
    EXPECT_EQ(output("int later() { return missing(); }"), "later is not complete yet, for it lacks method missing()\n");
}

TEST_F(Java, ACellThatOverwhelmsTheCompilerEnds)
{
    output("int kept = 42;");
    const std::string deep = cat("int deep = ", std::string(20'000, '('), "1", std::string(20'000, ')'), ";");
    EXPECT_NE(output(deep).find("StackOverflowError"), std::string::npos);
    EXPECT_EQ(output("kept"), "42\n");
}

TEST_F(Java, StopsWhatCatchesEverything)
{
    output("int kept = 42;");
    const auto outcome = session_.run_and_stop(
        "System.out.println(\"go\");\nfor (;;) {\n    try { Thread.sleep(10); } catch (InterruptedException e) {}\n}");
    ASSERT_TRUE(outcome.error);
    EXPECT_LT(outcome.took, 200ms);
    EXPECT_EQ(output("kept"), "42\n");
}

}  // namespace
}  // namespace oi::kernel_tests
