// What a person expects of an R session beyond what every language does.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

#include <filesystem>

namespace oi::kernel_tests {
const Samples& r_samples()
{
    static const Samples samples{
        .set_state = "answer <- 42",
        .get_state = "cat(answer, '\\n', sep = '')",
        .ordered = "cat('1\\n'); message('2'); cat('3\\n')",
        .fails = "inner <- function(x) x + 'a'\nouter_one <- function(x) inner(x)\nouter_one(5)",
        .failure = "Error in x + \"a\" : non-numeric argument to binary operator\n  inner(x) at cell-1:2\n  outer_one(5) at cell-1:3\n",
        .endless = "cat('go\\n')\nwhile (TRUE) {}",
        .waits = "cat('go\\n')\nSys.sleep(1000)",
        .stubborn_child = "cat('go\\n')\nsystem(\"bash -c 'trap \\\"\\\" INT; sleep 100; sleep 100'\")",
        .flood = "line <- strrep('x', 9999)\nfor (i in 1:20000) cat(line, '\\n', sep = '')",
        .no_newline = "cat('abc')",
        .dies = "cat('before\\n'); tools::pskill(Sys.getpid(), 9); Sys.sleep(10)",
        .exits = "base::.Internal(quit('no', 3L, FALSE))",
        .reads_input = "cat('[', paste(readLines(file('stdin')), collapse = ''), ']\\n', sep = '')",
        .holder = "system('sleep 1000 &'); cat('started\\n')",
        .bytes =
            "out <- pipe('cat', 'wb'); writeBin(as.raw(strtoi(strsplit(r'(@)', '\\\\x', fixed = TRUE)[[1]][-1], 16L)), out); "
            "invisible(close(out))",
        .huge_line = "cat(strrep('x', 5000000), '\\n', sep = '')",
        .malformed = "x <- (1 +",
        .folder = "cat(getwd(), '\\n', sep = '')",
        .variable = "cat(Sys.getenv('KERNEL_TEST'), '\\n', sep = '')",
        .third_line = "\n\nx <- 1",
        .spawn_jobs =
            "system('setsid sleep 1000 &'); system('nohup sleep 1001 >/dev/null 2>&1 &')\n"
            "system('(setsid sleep 1002 &)'); cat('started\\n')",
        .reads_line =
            "cat('name? '); input <- file('stdin'); line <- readLines(input, n = 1); close(input); cat('[', line, ']\\n', sep = '')",
    };
    return samples;
}

namespace {

class R : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (session_.start()) return;
        std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", to_line(*session_.start_error).c_str());
        GTEST_SKIP();
    }
    std::string output(std::string code) { return session_.output(std::move(code)); }

    Session session_{"r"};
};

TEST_F(R, KeepsVariablesFunctionsPackagesAndTheFolder)
{
    output("x <- 5; twice <- function(n) n * 2; library(stats4); setwd('/usr')");
    EXPECT_EQ(output("c(x, twice(4)); 'package:stats4' %in% search(); getwd()"), "[1] 5 8\n[1] TRUE\n[1] \"/usr\"\n");
    EXPECT_EQ(output("ls()"), "[1] \"twice\" \"x\"    \n");
}

TEST_F(R, LeavesNoFilesBehind)
{
    const std::string file = output("path <- tempfile(); writeLines('x', path); cat(path)");
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
    session_.end();
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::path{file}.parent_path())) << file;
}

TEST_F(R, PrintsVisibleValuesAndOnlyThose)
{
    EXPECT_EQ(output("1:3\ny <- 2\ninvisible(7)\n(y)\n'€'"), "[1] 1 2 3\n[1] 2\n[1] \"€\"\n");
    EXPECT_EQ(output("data.frame(a = 1:2, b = c('x', 'y'))"), "  a b\n1 1 x\n2 2 y\n");
    EXPECT_EQ(output(".Last.value$a"), "[1] 1 2\n");
    EXPECT_EQ(output("setClass('P', representation(x = 'numeric')); new('P', x = 1)"), "An object of class \"P\"\nSlot \"x\":\n[1] 1\n\n");
}

TEST_F(R, TellsErrorsAndWarningsAsRDoes)
{
    EXPECT_EQ(output("log(-1); f <- function() warning('careful'); f(); warning('top')"),
              "Warning in log(-1) : NaNs produced\n[1] NaN\nWarning in f() : careful\nWarning: top\n");
    EXPECT_EQ(output("undefined"), "Error: object 'undefined' not found\n");
    EXPECT_EQ(output("stop('top')"), "Error: top\n");
    EXPECT_EQ(output("cat('a')\nstop('b')\ncat('c')"), "aError: b\n");
    EXPECT_NE(output("x <- 1\ny <- )").find("cell-5:2:6: unexpected ')'"), std::string::npos);
    EXPECT_NE(output("f <- function(n) f(n + 1); f(1)").find("Error"), std::string::npos);
    EXPECT_EQ(output("tryCatch(stop('a'), error = function(e) cat('caught', conditionMessage(e), '\\n'))"), "caught a \n");
}

TEST_F(R, EachPlotComesOnceAsAPicture)
{
    const auto one = session_.run("plot(1:10)\nlines(1:10)");
    ASSERT_EQ(one.rich.size(), 1U) << one.output;
    EXPECT_EQ(one.rich[0].type, Kind::image);
    const auto three = session_.run("for (i in 1:3) hist(rnorm(100))\ncat('done\\n')");
    EXPECT_EQ(three.rich.size(), 3U);
    EXPECT_EQ(three.output, "done\n");
    EXPECT_EQ(session_.run("par(mfrow = c(1, 2)); plot(1); plot(2)").rich.size(), 1U);
    EXPECT_EQ(session_.run("x <- 1").rich.size(), 0U);
    const auto own = session_.run("png(tempfile()); plot(3); invisible(dev.off())");
    EXPECT_EQ(own.rich.size(), 0U) << "a plot into a file is no picture to show";
    EXPECT_EQ(own.output, "");
    const auto failing = session_.run("plot(1); stop('later')");
    EXPECT_EQ(failing.rich.size(), 1U);
}

TEST_F(R, GgplotsAreDrawnWhenTheyArePrinted)
{
    if (output("cat(requireNamespace('ggplot2', quietly = TRUE))") != "TRUE") GTEST_SKIP() << "SKIPPED, NOT TESTED: r-cran-ggplot2";
    EXPECT_EQ(session_.run("library(ggplot2)\np <- ggplot(mtcars, aes(wt, mpg)) + geom_point()").rich.size(), 0U);
    EXPECT_EQ(session_.run("p").rich.size(), 1U);
}

TEST_F(R, QuittingEndsTheCellOnly)
{
    output("x <- 5");
    EXPECT_EQ(output("cat('before\\n'); q(status = 3); cat('no')"), "before\nexit status 3\n");
    EXPECT_EQ(output("try(quit(), silent = TRUE)"), "");
    EXPECT_EQ(output("x"), "[1] 5\n");
}

TEST_F(R, StopsLoopsThatCatchErrorsAndLoopsOfCommands)
{
    output("kept <- 42");
    for (const char* code : {"cat('go\\n'); repeat try(while (TRUE) {}, silent = TRUE)", "cat('go\\n'); repeat system('sleep 100')"}) {
        const auto outcome = session_.run_and_stop(code);
        ASSERT_TRUE(outcome.error) << code;
        EXPECT_LT(outcome.took, 200ms) << code;
        EXPECT_EQ(output("kept"), "[1] 42\n") << code;
    }
}

TEST_F(R, AsksThePersonThroughTheHost)
{
    session_.answers = {"Bob"};
    EXPECT_EQ(output("readline('Name? ')"), "Name? Bob\n[1] \"Bob\"\n");
    EXPECT_EQ(output("readline('Again? ')"), "Again? \n[1] \"\"\n");
}

TEST_F(R, SurvivesAbuse)
{
    for (const char* code :
         {"sink('/dev/null')", "options(warn = 2)", "c <- function(...) stop('mine')", "rm(list = ls())", "paste0 <- NULL; T <- FALSE",
          "tools::pskill(Sys.getpid(), 2); Sys.sleep(1)", "options(error = quote(q('no')))", "closeAllConnections()",
          "options(warn = -1); warning('x')", "invokeRestart('abort')", "stop(structure(class = c('a', 'condition'), list()))"}) {
        const auto outcome = session_.run(code);
        EXPECT_FALSE(outcome.error) << code;
        EXPECT_EQ(output("cat('alive\\n')"), "alive\n") << code;
    }
}

TEST_F(R, NothingACellStartsHoldsTheFrames)
{
    const auto open = output("system(\"ls -l /proc/self/fd | grep -cE ' 1[345] ->'\")");
    EXPECT_TRUE(open.starts_with("0\n")) << open;
}

}  // namespace
}  // namespace oi::kernel_tests
