// What a person expects of a Perl session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& perl_samples()
{
    static const Samples samples{
        .set_state = "my $answer = 42",
        .get_state = "print \"$answer\\n\";",
        .ordered = "print \"1\\n\"; print STDERR \"2\\n\"; print \"3\\n\";",
        .fails = "use Carp; sub inner { confess 'no such thing' }\n\ninner(5);",
        .failure = "no such thing at cell-1 line 1.\n\tmain::inner(5) called at cell-1 line 3\n",
        .endless = "print \"go\\n\";\nwhile (1) {}",
        .waits = "print \"go\\n\";\nsleep 1000;",
        .stubborn_child = "print \"go\\n\";\nsystem('bash', '-c', 'trap \"\" INT; sleep 100; sleep 100');",
        .flood = "my $line = 'x' x 9999 . \"\\n\"; print $line for 1 .. 20000;",
        .no_newline = "print 'abc';",
        .dies = "print \"before\\n\"; kill KILL => $$; sleep 10;",
        .exits = "CORE::exit(3);",
        .reads_input = "print '[', <STDIN>, \"]\\n\";",
        .holder = "system('sleep 1000 &'); print \"started\\n\";",
        .bytes = "print for split //, \"@\";",
        .huge_line = "print 'x' x 5_000_000, \"\\n\";",
        .malformed = "my $x = (1 +;",
        .folder = "use Cwd; print getcwd(), \"\\n\";",
        .variable = "print \"$ENV{KERNEL_TEST}\\n\";",
        .third_line = "\n\nmy $x = 1;",
        .spawn_jobs =
            "system('setsid sleep 1000 &'); system('nohup sleep 1001 >/dev/null 2>&1 &');\n"
            "system('(setsid sleep 1002 &)'); print \"started\\n\";",
        .reads_line = "$| = 1; print \"name? \"; my $line = <STDIN> // \"\"; chomp $line; print \"[$line]\\n\";",
    };
    return samples;
}

namespace {

class Perl : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"perl"};
};

TEST_F(Perl, KeepsMyVariablesPragmasSubsAndModules)
{
    output(
        "use strict; use warnings; use feature 'say'; use List::Util 'sum';\n"
        "my ($p, @q) = (1, 2, 3); my %h = (a => 1); our $g = 7;\n"
        "sub total { return $p + sum(@q) + $h{a} + $g }\nmy $next = sub { return $p++ };");
    EXPECT_EQ(output("say total(); $next->(); $p += 10; say \"$p @q $h{a} $g\"; say total();"), "14\n12 2 3 1 7\n25\n");
    EXPECT_EQ(output("$p = 100; say total();"), "113\n") << "a sub of an earlier cell sees the same variable";
    EXPECT_EQ(output("say $undeclared;"),
              "Global symbol \"$undeclared\" requires explicit package name (did you forget to declare "
              "\"my $undeclared\"?) at cell-4 line 1.\n");
    EXPECT_EQ(output("chdir '/usr'; say `pwd`"), "/usr\n\n");
    EXPECT_EQ(output("say `pwd`"), "/usr\n\n");
}

TEST_F(Perl, KeepsWhatWasDeclaredBeforeAFailureAndDropsInnerNames)
{
    EXPECT_EQ(output("my $kept = 5; $kept++; { my $inner = 1; } die { code => 5 };").substr(0, 5), "HASH(");
    EXPECT_EQ(output("use strict; print \"$kept\\n\";"), "6\n");
    EXPECT_NE(output("use strict; print $inner;").find("Global symbol"), std::string::npos);
    EXPECT_EQ(output("open(my $file, '<', '/etc/passwd') or die; my $first = <$file>;"), "");
    EXPECT_EQ(output("print defined(my $second = <$file>) ? \"read\\n\" : \"closed\\n\";"), "read\n");
    EXPECT_EQ(output("my $kept = 1; my @kept = (2); print \"$kept @kept\\n\";"), "1 2\n");
}

TEST_F(Perl, AnExitEndsTheCellOnly)
{
    output("my $x = 5;");
    EXPECT_EQ(output("print \"before\\n\"; eval { exit 3 }; print \"no\\n\";"), "before\nexit status 3\n");
    EXPECT_EQ(output("exit;"), "");
    EXPECT_EQ(output("print \"$x\\n\";"), "5\n");
}

TEST_F(Perl, ReportsLinesAndFastLoopsStayFast)
{
    EXPECT_EQ(session_.run("# first\nmy $n = 0;\nif ($n) {\n  $n = 1;\n}\nprint $n;").lines, (std::vector{2, 3, 6}));
    const auto outcome = session_.run("my $sum = 0;\nfor my $i (1 .. 1000000) {\n  $sum += $i;\n}\nprint $sum;");
    EXPECT_EQ(outcome.output, "500000500000");
    EXPECT_LT(outcome.lines.size(), 100U);
}

TEST_F(Perl, ReadsItsDataSection) { EXPECT_EQ(output("while (my $l = <DATA>) { print \"got $l\"; }\n__DATA__\na\nb"), "got a\ngot b"); }

TEST_F(Perl, AnInterruptEndsALoopOfCommands)
{
    const auto outcome = session_.run_and_stop("print \"go\\n\"; while (1) { system('sleep 100') }");
    EXPECT_LT(outcome.took, 200ms);
    EXPECT_EQ(outcome.output, "go\nInterrupted at cell-1 line 1.\n");
    EXPECT_EQ(output("print system({ 'sh' } 'x', '-c', 'exit 2') >> 8"), "2");
}

TEST_F(Perl, AForkEndsWithItsCell)
{
    EXPECT_EQ(
        output("my $pid = fork(); if ($pid) { waitpid $pid, 0; print 'parent ', $? >> 8, \"\\n\" } else { print \"child\\n\"; exit 4 }"),
        "child\nparent 4\n");
}

TEST_F(Perl, SurvivesAbuse)
{
    for (const char* code :
         {"close STDOUT", "$/ = undef; $\\ = 'x'; $, = 'y'; $| = 0", "select STDERR", "$_ = 1; @_ = (1)", "return 5", "last", "die",
          "kill INT => $$; sleep 1", "} {", "__END__", "*CORE::GLOBAL::die = sub {}; no strict", "package Other;",
          "$SIG{__DIE__} = sub { print 'hook' }; $SIG{__WARN__} = sub {}", "sort { exit 4 } 3, 2", "local $SIG{ALRM}"}) {
        const auto outcome = session_.run(code);
        EXPECT_FALSE(outcome.error) << code;
        session_.output("$/ = \"\\n\"; $\\ = undef; $, = undef; select STDOUT; delete $SIG{__DIE__}");
        EXPECT_EQ(output("print __PACKAGE__, \" alive\\n\";"), "main alive\n") << code;
    }
}

TEST_F(Perl, NothingACellStartsHoldsTheFrames)
{
    const auto open = output("system('ls -l /proc/self/fd | grep -cE \" 1[34] ->\"'); print `ls /proc/self/fd`;");
    EXPECT_TRUE(open.starts_with("0\n")) << open;
    EXPECT_EQ(open.find("13"), std::string::npos) << open;
}

}  // namespace
}  // namespace oi::kernel_tests
