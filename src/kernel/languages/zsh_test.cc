// What a person expects of a zsh session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& zsh_samples()
{
    static const Samples samples{
        .set_state = "answer=42",
        .get_state = "echo $answer",
        .ordered = "echo 1\necho 2 >&2\necho 3",
        .fails = "f() { no_such_command_here }\n\nf",
        .failure = "f: command not found: no_such_command_here\nexit status 127\n",
        .endless = "echo go\nwhile :; do :; done",
        .waits = "echo go\nsleep 1000",
        .stubborn_child = "echo go\nbash -c 'trap \"\" INT; sleep 100; sleep 100'",
        .flood = "head -c 200000000 /dev/zero | tr '\\0' '\\n'",
        .no_newline = "printf abc",
        .dies = "echo before\nkill -9 $$",
        .exits = "exec bash -c 'exit 3'",
        .reads_input = "echo \"[$(cat)]\"",
        .holder = "(sleep 1000)&\necho started",
        .bytes = "bytes='@'\nfor ((i = 1; i < $#bytes; i += 4)); do printf $bytes[i,i+3]; done",
        .huge_line = "head -c 5000000 /dev/zero | tr '\\0' x; echo",
        .malformed = "echo 'unfinished",
        .folder = "pwd",
        .variable = "echo $KERNEL_TEST",
        .third_line = "\n\nx=1",
        .spawn_jobs = "setsid sleep 1000 &\nnohup sleep 1001 >/dev/null 2>&1 &\n(setsid sleep 1002 &)\necho started",
        .reads_line = "printf 'name? '; read -r line; echo \"[$line]\"",
    };
    return samples;
}

namespace {

class Zsh : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"zsh"};
    static constexpr const char* took_over = "; the shell ended; a fresh one took over its variables, functions and folder\n";
};

TEST_F(Zsh, IsAZsh)
{
    EXPECT_NE(output("echo $ZSH_VERSION"), "\n");
    EXPECT_EQ(output("words=(one two three); echo $words[2] ${(U)words[1]} ${#words}; print -l ${(o)words}"),
              "two ONE 3\none\nthree\ntwo\n");
    EXPECT_EQ(output("typeset -A map; map=(a 1 b 2); echo ${(k)map[(r)2]}; echo ${${:-abc}/b/x}"), "b\naxc\n");
}

TEST_F(Zsh, KeepsFolderVariablesFunctionsAliasesAndOptions)
{
    output("cd /tmp; x=5; export Y=6; f() { echo \"f $1\" }; alias greet='echo hi'; typeset -A map; map=(a 1); setopt null_glob");
    EXPECT_EQ(output("pwd; echo $x; sh -c 'echo $Y'; f 1; echo $map[a]; echo /nowhere/*"), "/tmp\n5\n6\nf 1\n1\n\n");
    EXPECT_EQ(output("greet"), "hi\n");
}

TEST_F(Zsh, TellsAFailingStatusAndKeepsItForTheNextCell)
{
    EXPECT_EQ(output("false"), "exit status 1\n");
    EXPECT_EQ(output("echo $?"), "1\n");
    EXPECT_EQ(output("(exit 7)"), "exit status 7\n");
}

TEST_F(Zsh, AnExitEndsTheCellOnly)
{
    output("x=5");
    EXPECT_EQ(output("echo before; f() { exit 3; echo no }; f; echo after"), "before\nexit status 3\n");
    EXPECT_EQ(output("exit"), "");
    EXPECT_EQ(output("echo $x; (exit 4); echo $?"), "5\n4\n");
}

TEST_F(Zsh, SetEAndReturnEndTheCellAndKeepEverything)
{
    output("cd /tmp; x=5; export Y=6; f() { echo f }; alias greet='echo hi'; typeset -A map; map=(a 1)");
    EXPECT_EQ(output("set -e\nfalse\necho no"), std::string{"exit status 1"} + took_over);
    EXPECT_EQ(output("set +e; pwd; echo $x $map[a]; sh -c 'echo $Y'; f"), "/tmp\n5 1\n6\nf\n");
    EXPECT_EQ(output("greet; false; echo yes"), "hi\nyes\n");
    EXPECT_EQ(output("return 3"), std::string{"exit status 3"} + took_over);
    EXPECT_NE(output("set -u; echo $unset_thing; echo no").find("parameter not set"), std::string::npos);
    EXPECT_EQ(output("set +u; echo $x"), "5\n");
    EXPECT_EQ(session_.run_and_stop("echo go; sleep 100").error->kind, ErrorKind::cancelled);
    EXPECT_EQ(output("ls -l /proc/self/fd | grep -cE 'socket:|memfd'; echo $x"), "0\n5\n")
        << "the fresh one keeps its descriptors to itself";
}

TEST_F(Zsh, ComesBackFromUnfinishedSyntax)
{
    for (const char* code : {"echo 'x", "if true; then", "cat <<END\nno end", "f() {", "echo $((1 +", "for i in 1 2; do echo"})
        output(code);
    EXPECT_EQ(output("echo alive"), "alive\n");
}

TEST_F(Zsh, ReportsTheLinesOfTheTopLevel)
{
    EXPECT_EQ(session_.run("# first\nx=1\nf() {\n  x=2\n}\nf\necho $x").lines, (std::vector{2, 3, 6, 7}));
    const auto outcome = session_.run("for ((i = 0; i < 50000; i++)); do\n  :\n  x=$i\ndone\necho $x");
    EXPECT_EQ(outcome.output, "49999\n");
    EXPECT_LT(outcome.lines.size(), 400U);
}

TEST_F(Zsh, SurvivesAbuse)
{
    for (const char* code : {"break", "continue", "break 5", "local x=1", "shift 3", "unset PATH; PATH=/usr/bin:/bin", "IFS=:", "set --",
                             "kill -INT $$", "emulate sh", "emulate zsh", "print() { : }; eval() { : }", "trap '' TERM", "exec 3>/dev/null",
                             "setopt no_unset xtrace; unsetopt xtrace"}) {
        const auto outcome = session_.run(code);
        EXPECT_FALSE(outcome.error) << code;
        EXPECT_EQ(output("command printf 'alive\\n'"), "alive\n") << code;
    }
}

TEST_F(Zsh, NothingACellStartsHoldsTheFrames)
{
    const auto open = output("ls -l /proc/self/fd | grep -cE ' 1[345] ->'; env | grep -c LD_PRELOAD; true");
    EXPECT_EQ(open, "0\n0\n");
}

}  // namespace
}  // namespace oi::kernel_tests
