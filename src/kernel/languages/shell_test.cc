// What a person expects of a shell session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& shell_samples()
{
    static const Samples samples{
        .set_state = "answer=42",
        .get_state = "echo $answer",
        .ordered = "echo 1\necho 2 >&2\necho 3",
        .fails = "f() { no_such_command_here; }\n\nf",
        .failure = "environment: line 1: no_such_command_here: command not found\nexit status 127\n",
        .endless = "echo go\nwhile :; do :; done",
        .waits = "echo go\nsleep 1000",
        .stubborn_child = "echo go\nbash -c 'trap \"\" INT; sleep 100; sleep 100'",
        .flood = "head -c 200000000 /dev/zero | tr '\\0' '\\n'",
        .no_newline = "printf abc",
        .dies = "echo before\nkill -9 $$",
        .exits = "exec bash -c 'exit 3'",
        .reads_input = "echo \"[$(cat)]\"",
        .holder = "(sleep 1000)&\necho started",
        .bytes = "bytes='@'\nwhile [[ $bytes ]]; do printf \"${bytes:0:4}\"; bytes=${bytes:4}; done",
        .huge_line = "head -c 5000000 /dev/zero | tr '\\0' x; echo",
        .malformed = "echo 'unfinished",
        .folder = "pwd",
        .variable = "echo $KERNEL_TEST",
        .third_line = "\n\nx=1",
        .spawn_jobs = "setsid sleep 1000 &\nnohup sleep 1001 >/dev/null 2>&1 &\n(setsid sleep 1002 &)\necho started",
        .reads_line = "read -r -p 'name? ' line; echo \"[$line]\"",
    };
    return samples;
}

namespace {

class Shell : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(session_.start()); }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"shell"};
    static constexpr const char* took_over = "; the shell ended; a fresh one took over its variables, functions and folder\n";
};

TEST_F(Shell, KeepsFolderVariablesFunctionsAliasesAndOptions)
{
    output("cd /tmp; x=5; export Y=6; f() { echo \"f $1\"; }; alias greet='echo hi'; declare -A map=([a]=1); shopt -s nullglob");
    EXPECT_EQ(output("pwd; echo $x; bash -c 'echo $Y'; f 1; echo ${map[a]}; echo /nowhere/*"), "/tmp\n5\n6\nf 1\n1\n\n");
    EXPECT_EQ(output("greet"), "hi\n");
}

TEST_F(Shell, TellsAFailingStatusAndKeepsItForTheNextCell)
{
    EXPECT_EQ(output("false"), "exit status 1\n");
    EXPECT_EQ(output("echo $?"), "1\n");
    EXPECT_EQ(output("(exit 7)"), "exit status 7\n");
    EXPECT_EQ(output("bash -c 'kill -SEGV $$'; (exit 139)").find("exit status 139 (signal 11)") != std::string::npos, true);
}

TEST_F(Shell, NumbersTheLinesOfTheCell)
{
    EXPECT_EQ(output("\n\necho $LINENO\nnot_a_program"), "3\nbash: line 4: not_a_program: command not found\nexit status 127\n");
}

TEST_F(Shell, RunsHeredocsLoopsAndPipes)
{
    EXPECT_EQ(output("x=1\ncat <<END | tr a-z A-Z\nhere $x\nEND\nfor i in 1 2; do\n  echo $i\ndone"), "HERE 1\n1\n2\n");
}

TEST_F(Shell, ComesBackFromUnfinishedSyntax)
{
    for (const char* code : {"echo 'x", "if true; then", "cat <<END\nno end", "f() {", "echo $((1 +", "for i in 1 2; do echo"})
        output(code);
    EXPECT_EQ(output("echo alive"), "alive\n");
}

TEST_F(Shell, AnExitEndsTheCellAndKeepsEverything)
{
    output("cd /tmp; x=5; export Y=6; f() { echo f; }; alias greet='echo hi'; set -o pipefail; shopt -s extglob");
    EXPECT_EQ(output("echo before; exit 3; echo after"), std::string{"before\nexit status 3"} + took_over);
    EXPECT_EQ(output("pwd; echo $x $Y; f; shopt extglob; [[ $SHELLOPTS == *pipefail* ]] && echo pipefail"),
              "/tmp\n5 6\nf\nextglob        \ton\npipefail\n");
    EXPECT_EQ(output("greet"), "hi\n");
}

TEST_F(Shell, SetEAndSetUEndTheCellAndNotTheSession)
{
    output("x=5");
    EXPECT_EQ(output("set -e\nfalse\necho no"), std::string{"exit status 1"} + took_over);
    EXPECT_EQ(output("echo $x; false; echo no"), std::string{"5\nexit status 1"} + took_over);
    EXPECT_EQ(output("set +e; false; echo yes"), "yes\n");
    EXPECT_NE(output("set -u; echo $unset_thing; echo no").find("unbound variable"), std::string::npos);
    EXPECT_EQ(output("set +u; echo $x"), "5\n");
}

TEST_F(Shell, ItsOwnExitTrapRunsWhenACellEndsTheShell)
{
    EXPECT_EQ(output("trap 'echo cleaned' EXIT"), "");
    EXPECT_EQ(output("echo still here"), "still here\n");
    EXPECT_EQ(output("exit 2"), std::string{"cleaned\nexit status 2"} + took_over);
    EXPECT_EQ(output("(trap 'echo inner' EXIT; echo sub)"), "sub\ninner\n");
}

TEST_F(Shell, KeepsStateOverAnInterrupt)
{
    output("x=5; sleep 1000 & job=$!");
    const auto outcome = session_.run_and_stop("y=6; (echo go; sleep 100); echo no");
    EXPECT_EQ(outcome.output, "go\n");
    EXPECT_EQ(output("echo $x $y; kill -0 $job && echo running"), "5 6\nrunning\n");
}

TEST_F(Shell, SurvivesLoopControlAndAbuse)
{
    for (const char* code : {"break", "continue", "break 5", "return 3", "local x=1", "shift 3", "unset PATH; PATH=/usr/bin:/bin",
                             "IFS=:", "set --", "exec 3>/dev/null 5</dev/null", "kill -INT $$", "kill $$", "set -o posix",
                             "printf() { :; }; read() { :; }; eval() { :; }", "trap '' INT TERM"}) {
        const auto outcome = session_.run(code);
        EXPECT_FALSE(outcome.error) << code;
        EXPECT_EQ(output("command echo alive"), "alive\n") << code;
    }
}

TEST_F(Shell, NothingACellStartsHoldsTheFrames)
{
    const auto listing = output("ls -l /proc/self/fd | awk '{print $9}' | grep -E '^[0-9]+$' | sort -n | tr '\\n' ' '");
    EXPECT_EQ(listing.find("13"), std::string::npos) << listing;
    EXPECT_EQ(listing.find("14"), std::string::npos) << listing;
    output("exit 1");
    EXPECT_EQ(output("[[ -e /proc/$BASHPID/fd/14 ]] && ls /proc/self/fd | grep -c '^1[34]$'").find("0\n"), 0U);
}

TEST_F(Shell, TracingShowsOnlyTheCell) { EXPECT_EQ(output("set -x; echo a\necho b").find("__oi"), std::string::npos); }

TEST_F(Shell, FastLoopsStayFastAlthoughLinesAreReported)
{
    const auto outcome = session_.run("for ((i = 0; i < 100000; i++)); do\n  :\n  x=$i\ndone\necho $x");
    EXPECT_EQ(outcome.output, "99999\n");
    EXPECT_LT(outcome.lines.size(), 200U);
}

TEST_F(Shell, ExecAndDeathStartAFreshSession)
{
    EXPECT_NE(output("exec true").find("The Shell session ended (exit code 0)"), std::string::npos);
    EXPECT_EQ(output("echo alive"), "alive\n");
}

}  // namespace
}  // namespace oi::kernel_tests
