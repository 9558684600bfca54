// What a person expects of Rust cells beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& rust_samples()
{
    static const Samples samples{
        .set_state = "",
        .get_state = "fn main() { println!(\"{}\", 42); }",
        .ordered = "println!(\"1\"); eprintln!(\"2\"); println!(\"3\");",
        .fails =
            "fn inner(rows: &[i32], n: usize) -> i32 {\n    let at = n + 4;\n    rows[at]\n}\nfn outer() -> i32 { inner(&[1], 1) }\nfn "
            "main() { outer(); }",
        .failure = "thread 'main' panicked at 'index out of bounds: the len is 1 but the index is 5', cell.rs:3:5\n",
        .endless = "println!(\"go\");\nloop {}",
        .waits = "println!(\"go\");\nstd::thread::sleep(std::time::Duration::from_secs(1000));",
        .stubborn_child =
            "println!(\"go\");\nstd::process::Command::new(\"bash\").args([\"-c\", \"trap '' INT; sleep 100; sleep "
            "100\"]).status().unwrap();",
        .flood = "let line = \"x\".repeat(9999);\nfor _ in 0..20000 { println!(\"{}\", line); }",
        .no_newline = "print!(\"abc\");",
        .dies =
            "println!(\"before\");\nstd::process::Command::new(\"kill\").args([\"-9\", "
            "&std::process::id().to_string()]).status().unwrap();",
        .exits = "std::process::exit(3);",
        .reads_input =
            "use std::io::Read;\nlet mut text = String::new();\nstd::io::stdin().read_to_string(&mut text)?;\nprintln!(\"[{}]\", text);",
        .holder = "std::process::Command::new(\"sleep\").arg(\"1000\").spawn()?;\nprintln!(\"started\");",
        .bytes =
            "use std::io::Write;\nlet bytes: &[u8] = b\"@\";\nlet mut out = std::io::stdout();\n"
            "for byte in bytes { out.write_all(&[*byte]).unwrap(); out.flush().unwrap(); }",
        .huge_line = "println!(\"{}\", \"x\".repeat(5000000));",
        .malformed = "let x = = 1;",
        .folder = "println!(\"{}\", std::env::current_dir().unwrap().display());",
        .variable = "println!(\"{}\", std::env::var(\"KERNEL_TEST\").unwrap());",
        .third_line = "\n// nothing\nlet _x = 1;",
        .spawn_jobs =
            "std::process::Command::new(\"bash\").args([\"-c\", \"setsid sleep 1000 & nohup sleep 1001 >/dev/null 2>&1 & (setsid sleep "
            "1002 &)\"])"
            ".status().unwrap();\nprintln!(\"started\");",
        .reads_line =
            "use std::io::Write;\nlet mut line = String::new();\nprint!(\"name? \"); "
            "std::io::stdout().flush()?;\nstd::io::stdin().read_line(&mut line)?;\nprintln!(\"[{}]\", line.trim());",
    };
    return samples;
}

namespace {

class Rust : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"rust"};
};

TEST_F(Rust, RunsWholeProgramsAndLooseStatements)
{
    EXPECT_EQ(output("use std::collections::BTreeMap;\n\nfn main() {\n    let m: BTreeMap<i32, &str> = [(1, \"one\")].into();\n    "
                     "println!(\"{:?}\", m);\n}"),
              "{1: \"one\"}\n");
    EXPECT_EQ(
        output("#[derive(Debug)]\nstruct Point<'a> { name: &'a str, c: char }\nfn twice(x: i32) -> i32 { 2 * x }\n"
               "let p = Point { name: \"}\", c: '\"' };\nprintln!(\"{} {} {}\", p.name, p.c, twice(2));\nlet n: i32 = \"7\".parse()?;\nn"),
        "} \" 4\n");
}

TEST_F(Rust, TellsErrorsWithTheLinesOfTheCell)
{
    const auto told = output("let a = 1;\nprintln!(\"{}\", a + b);");
    EXPECT_NE(told.find("error[E0425]: cannot find value `b` in this scope\n --> cell.rs:2:20\n"), std::string::npos) << told;
    EXPECT_EQ(output("let v: i32 = \"x\".parse()?;\nprintln!(\"{}\", v);"), "Error: ParseIntError { kind: InvalidDigit }\nexit code 1\n");
}

}  // namespace
}  // namespace oi::kernel_tests
