// What a person expects of a PHP session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include <fstream>

namespace oi::kernel_tests {
const Samples& php_samples()
{
    static const Samples samples{
        .set_state = "$answer = 42;",
        .get_state = "echo $answer, \"\\n\";",
        .ordered = "echo \"1\\n\"; fwrite(STDERR, \"2\\n\"); echo \"3\\n\";",
        .fails = "function inner() { throw new RuntimeException('no such thing'); }\n\ninner();",
        .failure = "Uncaught RuntimeException: no such thing in cell://1:1\nStack trace:\n#0 cell://1(3): inner()\n#1 {main}\n",
        .endless = "echo \"go\\n\";\nwhile (true) {}",
        .waits = "echo \"go\\n\";\nsleep(1000);",
        .stubborn_child = "echo \"go\\n\";\nsystem('bash -c \"trap \\'\\' INT; sleep 100; sleep 100\"');",
        .flood = "$line = str_repeat('x', 9999) . \"\\n\"; for ($i = 0; $i < 20000; $i++) echo $line;",
        .no_newline = "echo 'abc';",
        .dies = "echo \"before\\n\"; posix_kill(getmypid(), SIGKILL); sleep(10);",
        .exits = "eval('exit(3);');",
        .reads_input = "$text = stream_get_contents(STDIN); echo \"[$text]\\n\";",
        .holder = "proc_close(proc_open('sleep 1000 &', [], $pipes)); echo \"started\\n\";",
        .bytes = "foreach (str_split(\"@\") as $c) echo $c;",
        .huge_line = "echo str_repeat('x', 5000000), \"\\n\";",
        .malformed = "$x = (1 +;",
        .folder = "echo getcwd(), \"\\n\";",
        .variable = "echo getenv('KERNEL_TEST'), \"\\n\";",
        .third_line = "\n\n$x = 1;",
        .spawn_jobs =
            "foreach (['setsid sleep 1000 &', 'nohup sleep 1001 >/dev/null 2>&1 &', '(setsid sleep 1002 &)'] as $command)\n"
            "    proc_close(proc_open($command, [], $pipes));\necho \"started\\n\";",
        .reads_line = "echo 'name? '; $line = fgets(STDIN); echo '[', rtrim((string) $line, \"\\n\"), \"]\\n\";",
    };
    return samples;
}

namespace {

class Php : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"php"};
};

TEST_F(Php, KeepsVariablesFunctionsClassesAndConstants)
{
    output(
        "<?php\n$x = 5; const TEN = 10;\nfunction twice(int $n): int { return $n * 2; }\nclass Point { public $v = 7; }\n$f = fn($a) => $a "
        "+ $x;");
    EXPECT_EQ(output("echo json_encode([$x, TEN, twice(4), (new Point)->v, $f(1), $GLOBALS['x']]), \"\\n\";"), "[5,10,8,7,6,5]\n");
    EXPECT_EQ(output("function sees() { global $x; return $x; }\n$x = 6; echo sees();"), "6");
    output("namespace My\\Space;\nfunction hello() { return 'hi'; }");
    EXPECT_EQ(output("echo \\My\\Space\\hello();"), "hi");
    output("chdir('/usr');");
    EXPECT_EQ(output("echo getcwd(), ' ', __DIR__;"), "/usr /usr");
}

TEST_F(Php, APageWithCodeInItIsACell)
{
    output("$x = 5;");
    EXPECT_EQ(output("<h1><?= $x ?></h1>\n<?php if ($x > 4): ?>\n<p>more</p>\n<?php endif;"), "<h1>5</h1>\n<p>more</p>\n");
    EXPECT_EQ(output("<<<A\ntext\nA;\necho $x;"), "5");
}

TEST_F(Php, AFileThatIsNotThereIsNamed)
{
    const auto told = output("require 'nosuch.php';");
    EXPECT_EQ(told.find("url_stat"), std::string::npos) << told;
    EXPECT_NE(told.find("require(nosuch.php): Failed to open stream: No such file or directory in cell://1 on line 1"), std::string::npos)
        << told;
}

TEST_F(Php, AnExitEndsTheCellOnly)
{
    output("$x = 5;");
    EXPECT_EQ(output("echo \"before\\n\"; exit(3); echo 'no';"), "before\nexit status 3\n");
    EXPECT_EQ(output("$x > 9 or die(\"reason\\n\");"), "reason\n");
    EXPECT_EQ(output("exit;"), "");
    EXPECT_EQ(output("echo $x;"), "5");
}

TEST_F(Php, ErrorsOfTheCompilerLeaveTheSession)
{
    output("$x = 5; function f() { return 1; }");
    EXPECT_NE(output("\nfunction f() { return 2; }").find("Cannot redeclare f() (previously declared in cell://1:1) in cell://2 on line 2"),
              std::string::npos);
    EXPECT_NE(output("break;").find("'break' not in the 'loop'"), std::string::npos);
    EXPECT_EQ(output("\n$y = (;"), "Parse error: syntax error, unexpected token \";\" in cell://4 on line 2\n");
    EXPECT_EQ(output("echo $x, f();"), "51");
}

TEST_F(Php, WarnsWithTheCellsLines)
{
    const auto warned = output("$a = [];\necho $a['none'];\necho 'after';");
    EXPECT_NE(warned.find("Warning: Undefined array key \"none\" in cell://1 on line 2"), std::string::npos) << warned;
    EXPECT_TRUE(warned.ends_with("after"));
}

TEST_F(Php, ReportsLinesOnlyWhereAStatementBegins)
{
    EXPECT_EQ(
        session_.run("$a = 1;\nif ($a) {\n  $b = 2;\n} else {\n  $b = 3;\n}\n$o = new class { public $v = 7; };\necho $o\n  ->v;").lines,
        (std::vector{1, 2, 7, 8}));
    EXPECT_EQ(session_.run("if ($a):\n  echo 1;\nelse:\n  echo 2;\nendif;\ndo\n  $a--;\nwhile ($a > 0);\n?>\nhtml <?= $a ?>").output,
              "1html 0");
}

TEST_F(Php, AForkEndsWithItsCell)
{
    EXPECT_EQ(output("$pid = pcntl_fork(); if ($pid) { pcntl_wait($status); echo \"parent\\n\"; } else echo \"child\\n\";"),
              "child\nparent\n");
}

TEST_F(Php, SurvivesAbuse)
{
    for (const char* code :
         {"ob_start(); echo 'x';", "fclose(STDERR);", "set_error_handler(fn() => throw new Exception('mine'));",
          "set_exception_handler(fn() => 1);", "posix_kill(getmypid(), SIGINT); sleep(1);", "return 5;", "unset($GLOBALS['argv']);",
          "function rec($n) { return $n > 5000 ? $n : rec($n + 1); } rec(0);", "?>", "throw new Exception(str_repeat('x', 10));"}) {
        const auto outcome = session_.run(code);
        EXPECT_FALSE(outcome.error) << code;
        EXPECT_EQ(output("echo \"alive\\n\";"), "alive\n") << code;
    }
}

TEST_F(Php, NothingACellStartsHoldsTheFrames)
{
    const auto open = output("system('ls -l /proc/self/fd | grep -cE \" 1[34] ->\"'); echo shell_exec('ls -l /proc/self/fd');");
    EXPECT_TRUE(open.starts_with("0\n")) << open;
    EXPECT_EQ(open.find("socket:"), std::string::npos) << open;
}

}  // namespace
}  // namespace oi::kernel_tests
