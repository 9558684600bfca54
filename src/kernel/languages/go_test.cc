// What a person expects of Go cells beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include <fstream>

namespace oi::kernel_tests {
const Samples& go_samples()
{
    static const Samples samples{
        .set_state = "",
        .get_state = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(42) }",
        .ordered = "fmt.Println(1)\nfmt.Fprintln(os.Stderr, 2)\nfmt.Println(3)",
        .fails =
            "func inner(rows []int) int {\n    n := 5\n    return rows[n]\n}\nfunc outer() int { return inner([]int{1}) "
            "}\nfmt.Println(outer())",
        .failure = "panic: runtime error: index out of range [5] with length 1\n",
        .endless = "fmt.Println(\"go\")\nfor {\n}",
        .waits = "fmt.Println(\"go\")\ntime.Sleep(time.Hour)",
        .stubborn_child = "fmt.Println(\"go\")\nexec.Command(\"bash\", \"-c\", `trap \"\" INT; sleep 100; sleep 100`).Run()",
        .flood = "line := strings.Repeat(\"x\", 9999)\nfor i := 0; i < 20000; i++ {\n    fmt.Println(line)\n}",
        .no_newline = "fmt.Print(\"abc\")",
        .dies =
            "import (\n    \"fmt\"\n    \"os\"\n    \"syscall\"\n)\nfmt.Println(\"before\")\nsyscall.Kill(os.Getpid(), "
            "syscall.SIGKILL)\nselect {}",
        .exits = "os.Exit(3)",
        .reads_input = "text, _ := io.ReadAll(os.Stdin)\nfmt.Printf(\"[%s]\\n\", text)",
        .holder = "command := exec.Command(\"sleep\", \"1000\")\ncommand.Stdout = os.Stdout\ncommand.Start()\nfmt.Println(\"started\")",
        .bytes = "for _, c := range []byte(\"@\") {\n    os.Stdout.Write([]byte{c})\n}",
        .huge_line = "fmt.Println(strings.Repeat(\"x\", 5000000))",
        .malformed = "x := = 1",
        .folder = "path, _ := os.Getwd()\nfmt.Println(path)",
        .variable = "fmt.Println(os.Getenv(\"KERNEL_TEST\"))",
        .third_line = "\n// nothing\nvar x = 1",
        .spawn_jobs =
            "exec.Command(\"bash\", \"-c\", \"setsid sleep 1000 & nohup sleep 1001 >/dev/null 2>&1 & (setsid sleep 1002 &)\").Run()\n"
            "fmt.Println(\"started\")",
        .reads_line =
            "fmt.Print(\"name? \")\nline, _ := bufio.NewReader(os.Stdin).ReadString('\\n')\nfmt.Printf(\"[%s]\\n\", "
            "strings.TrimSpace(line))",
    };
    return samples;
}

namespace {

class Go : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"go"};
};

TEST_F(Go, RunsWholeProgramsAndLooseStatements)
{
    EXPECT_EQ(output("type point struct{ x int }\n\nfunc (p point) twice() int { return 2 * p.x }\n\nvar offset = 1\n"
                     "func shift(x int) int { return x + offset }\n\nfunc() { fmt.Print(\"called \") }()\n"
                     "p := point{2}\nfmt.Println(p.twice(), shift(1))"),
              "called 4 2\n");
    EXPECT_EQ(output("import \"fmt\"\n\nfunc main() { fmt.Println(\"no package\") }"), "no package\n");
}

TEST_F(Go, TellsErrorsWithTheLinesOfTheCell)
{
    EXPECT_EQ(output("package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(x)\n}"), "cell.go:6:14: undefined: x\n");
    EXPECT_EQ(output("a := 1\nfmt.Println(b)"), "cell.go:1:1: a declared but not used\ncell.go:2:13: undefined: b\n");
    const auto panic = output("func inner() {\n    panic(\"no\")\n}\n\ninner()");
    EXPECT_NE(panic.find("cell.go:2"), std::string::npos) << panic;
    EXPECT_NE(panic.find("cell.go:5"), std::string::npos) << panic;
    EXPECT_EQ(panic.find("/builds/"), std::string::npos) << panic;
    EXPECT_TRUE(panic.ends_with("exit code 2\n")) << panic;
}

TEST_F(Go, KnowsTheModuleOfTheFolder)
{
    std::filesystem::create_directory(session_.folder() + "/greet");
    std::ofstream{session_.folder() + "/go.mod"} << "module example.org/own\n\ngo 1.19\n";
    std::ofstream{session_.folder() + "/greet/greet.go"} << "package greet\n\nfunc Hello() string { return \"hello\" }\n";
    const std::string code = "import (\n    \"example.org/own/greet\"\n    \"fmt\"\n)\nfmt.Println(greet.Hello())";
    EXPECT_EQ(output(code), "hello\n");
    std::ofstream{session_.folder() + "/greet/greet.go"} << "package greet\n\nfunc Hello() string { return \"again\" }\n";
    EXPECT_EQ(output(code), "again\n");
}

}  // namespace
}  // namespace oi::kernel_tests
