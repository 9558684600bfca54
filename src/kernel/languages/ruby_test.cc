// What a person expects of a Ruby session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include <fstream>

namespace oi::kernel_tests {
const Samples& ruby_samples()
{
    static const Samples samples{
        .set_state = "answer = 42",
        .get_state = "puts answer",
        .ordered = "puts 1\n$stderr.puts 2\nputs 3",
        .fails = "def inner = nil.no_such_thing\n\ninner",
        .failure =
            "cell-1:1:in `inner': undefined method `no_such_thing' for nil:NilClass (NoMethodError)\n"
            "\tfrom cell-1:3:in `<main>'\n",
        .endless = "puts 'go'\nloop {}",
        .waits = "puts 'go'\nsleep",
        .stubborn_child = "puts 'go'\nsystem('bash', '-c', 'trap \"\" INT; sleep 100; sleep 100'); nil",
        .flood = "line = 'x' * 9999\n20000.times { puts line }; nil",
        .no_newline = "print 'abc'",
        .dies = "puts 'before'; Process.kill(:KILL, Process.pid); sleep",
        .exits = "exit!(3)",
        .reads_input = "puts \"[#{$stdin.read}]\"",
        .holder = "spawn('sleep 1000'); puts 'started'",
        .bytes = "\"@\".b.each_char { |c| $stdout.write(c) }; nil",
        .huge_line = "puts 'x' * 5_000_000",
        .malformed = "x = (1 +",
        .folder = "puts Dir.pwd",
        .variable = "puts ENV['KERNEL_TEST']",
        .third_line = "\n\nx = 1",
        .spawn_jobs =
            "spawn('setsid sleep 1000'); spawn('nohup sleep 1001 >/dev/null 2>&1')\n"
            "spawn('bash', '-c', '(setsid sleep 1002 &) & wait'); puts 'started'",
        .reads_line =
            "print \"name? \"; $stdout.flush\n"
            "puts \"[#{$stdin.gets.to_s.chomp}]\"",
    };
    return samples;
}

namespace {

class Ruby : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"ruby"};
};

TEST_F(Ruby, KeepsVariablesMethodsClassesAndRequires)
{
    output("require 'json'; x = 5; $g = 6; K = 7\ndef twice(n) = n * 2\nclass Point; attr_accessor :x; end\nadd = ->(a) { a + x }");
    EXPECT_EQ(output("x = 10; puts JSON.generate([x, $g, K, twice(4), Point.new.x, add.(1)])"), "[10,6,7,8,null,11]\n");
    output("def twice(n) = n * 200");
    EXPECT_EQ(output("puts twice(1)"), "200\n");
    output("Dir.chdir('/usr')");
    EXPECT_EQ(output("puts Dir.pwd"), "/usr\n");
}

TEST_F(Ruby, ShowsTheLastValueAsIrbDoes)
{
    EXPECT_EQ(output("[1, 'two', {three: 3}]"), "=> [1, \"two\", {:three=>3}]\n");
    for (const char* code : {"nil", "x = 5", "x += 1", "def f; end", "class C; end", "p", "41;", "require 'set'"})
        EXPECT_EQ(output(code), "") << code;
    EXPECT_EQ(output("x"), "=> 6\n");
    EXPECT_EQ(output("_ + 1"), "=> 7\n");
    EXPECT_EQ(output("p :a"), ":a\n");
    EXPECT_EQ(output("x /2"), "=> 3\n") << "a name of an earlier cell is no call";
    EXPECT_NE(output("(1..40).to_h { |i| [i, 'x' * 10] }").find(",\n"), std::string::npos) << "long values over several lines";
}

TEST_F(Ruby, ReportsTheLinesOfTheTopLevel)
{
    EXPECT_EQ(session_.run("# first\na = <<A; b = 2\ntext\nA\nc = [1,\n  2]\nc.each do |n|\n  n\nend\nputs a").lines,
              (std::vector{2, 5, 7, 10}));
    EXPECT_EQ(session_.run("# frozen_string_literal: true\nx = 1\nputs 'a'.frozen?").output, "true\n");
}

TEST_F(Ruby, AnExitEndsTheCellOnly)
{
    output("x = 5");
    EXPECT_EQ(output("puts 'before'; exit 3; puts 'no'"), "before\nexit status 3\n");
    EXPECT_EQ(output("exit"), "");
    EXPECT_EQ(output("abort 'reason'"), "reason\nexit status 1\n");
    EXPECT_EQ(output("x"), "=> 5\n");
}

TEST_F(Ruby, ShowsCausesAndSyntaxErrorsWithTheCellsLines)
{
    EXPECT_EQ(output("begin\n  raise 'a'\nrescue\n  raise ArgumentError, 'b'\nend"),
              "cell-1:4:in `rescue in <main>': b (ArgumentError)\n\tfrom cell-1:1:in `<main>'\n"
              "cell-1:2:in `<main>': a (RuntimeError)\n");
    EXPECT_TRUE(output("x = 1\ny = )").starts_with("cell-2:2: syntax error"));
    EXPECT_EQ(output("def deep(n) = deep(n + 1)\ndeep(0)").find("driver"), std::string::npos);
}

TEST_F(Ruby, ItsOwnInterruptHandlerLastsFromCellToCell)
{
    output("trap('INT') { puts 'mine'; raise Interrupt }");
    EXPECT_TRUE(session_.run_and_stop("puts 'go'; loop {}").output.starts_with("go\nmine\n"));
    EXPECT_EQ(output("puts 'alive'"), "alive\n");
}

TEST_F(Ruby, AForkEndsWithItsCell)
{
    EXPECT_EQ(output("pid = fork\nif pid\n  Process.wait(pid); puts 'parent'\nelse\n  puts 'child'\nend"), "child\nparent\n");
    EXPECT_EQ(output("Process.wait(fork { puts 'block' }); puts 'alive'"), "block\nalive\n");
}

TEST_F(Ruby, SurvivesAbuse)
{
    for (const char* code :
         {"$stdout.close", "require 'stringio'; $stdout = StringIO.new", "def puts(*) = raise('mine')",
          "class String; def b = raise('mine'); end", "$; = 'x'; $, = 'y'; $/ = nil; $\\ = 'z'", "Process.kill(:INT, Process.pid); sleep 1",
          "throw :nothing", "break", "return 1", "Thread.new { raise 'in a thread' }.join"}) {
        const auto outcome = session_.run(code);
        EXPECT_FALSE(outcome.error) << code;
        session_.output("$stdout = STDERR; $; = $, = $\\ = nil; $/ = 10.chr");
        EXPECT_EQ(output("$stdout.write(\"alive\\n\"); nil"), "alive\n") << code;
    }
}

TEST_F(Ruby, NothingACellStartsHoldsTheFrames)
{
    const auto open =
        output("puts `ls -l /proc/self/fd | grep -cE ' 1[34] ->'`; system('true'); puts IO.popen(['ls', '/proc/self/fd']).read");
    EXPECT_TRUE(open.starts_with("0\n")) << open;
    EXPECT_EQ(open.find("13"), std::string::npos) << open;
}

}  // namespace
}  // namespace oi::kernel_tests
