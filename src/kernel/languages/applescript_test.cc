// What a person expects of AppleScript; and of programs that run one cell each, which is how it runs.
#include "kernel/kernel_fixture.h"
#include "kernel/process_kernel.h"
#include "kernel/samples.h"
#include "testing/places.h"

namespace oi::kernel_tests {
const Samples& applescript_samples()
{
    static const Samples samples{
        .get_state = "42",
        .ordered = "do shell script \"echo 1; echo 2; echo 3\" without altering line endings",
        .fails = "on inner()\n    error \"no such row\"\nend inner\ninner()",
        .failure = "execution error: no such row",
        .endless = "log \"go\"\nrepeat\nend repeat",
        .waits = "log \"go\"\ndelay 1000",
        .stubborn_child = "log \"go\"\ndo shell script \"trap '' INT; sleep 100; sleep 100\"",
        .malformed = "repeat",
        .folder = "do shell script \"pwd\"",
        .variable = "do shell script \"echo $KERNEL_TEST\"",
        .third_line = "\n\nset x to 1",
        .cannot = {"flood", "no_newline", "dies", "exits", "reads_input", "holder", "bytes", "huge_line", "spawn_jobs", "reads_line"},
    };
    return samples;
}

namespace {

TEST(AppleScript, SaysThatItNeedsMacOS)
{
    Session session{"applescript"};
    if (session.start()) GTEST_SKIP();
    EXPECT_EQ(*session.start_error, (Error{ErrorKind::not_found, "osascript: no such program", "AppleScript runs on macOS only"}));
}

// The part of our program that runs it, with another program in its place.
TEST(OneShot, RunsEachCellByItself)
{
    Session session{"shell"};  // for its watchdog and its host
    auto kernel = kernel::ProcessKernel::start(
        {.name = "sh", .argv = {testing::program(), "--as", "one-shot", "/bin/sh", "-c"}, .driver = "", .hint = ""}, session.host());
    ASSERT_TRUE(kernel);
    const auto run = [&](std::string code, std::stop_token stop = {}) {
        std::string output;
        const auto result = (*kernel)->run(
            {"sh", std::move(code)}, [&](const Chunk& chunk) { output += is_active_line(chunk) ? chunk.content + ":" : chunk.content; },
            stop);
        return result ? output : output + to_line(result.error());
    };
    EXPECT_EQ(run("\nx=1; echo $x"), "2:1\n");
    EXPECT_EQ(run("echo $x; exit 3"), "1:\nexit code 3\n");
    EXPECT_EQ(run("kill -9 $$"), "1:ended by signal SIGKILL (Killed)\n");
    EXPECT_EQ(run(" \n"), "");
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(run("echo never", stop.get_token()), "the cell was stopped before it began");
}

}  // namespace
}  // namespace oi::kernel_tests
