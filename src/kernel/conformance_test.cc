// What every language must do, whichever it is: iterates over languages.def, so that a new one is tested at once.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"
#include "sys/process_tree.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <unistd.h>

namespace oi::kernel_tests {
namespace {

long resident_kilobytes()
{
    std::ifstream statm{"/proc/self/statm"};
    long pages = 0;
    statm >> pages >> pages;
    return pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

std::string fill(const Samples& samples, std::string_view bytes)
{
    return replace_all(samples.bytes, "@", replace_all(std::string{bytes}, "\\x", samples.byte_escape));
}

// A language and its samples.
struct Subject {
    Language language;
    const Samples* samples;
};

const std::vector<Subject>& subjects()
{
    static const std::vector<Subject> all{
#define LANGUAGE(name) {language::name(), &name##_samples()},
#include "kernel/languages.def"
#undef LANGUAGE
    };
    return all;
}

const Subject& subject_of(std::string_view name)
{
    return *std::find_if(subjects().begin(), subjects().end(), [&](const Subject& subject) { return subject.language.name == name; });
}

// Every sample by its name, but for set_state.
constexpr std::pair<std::string_view, std::string Samples::*> all_samples[] = {
    {"get_state", &Samples::get_state},
    {"ordered", &Samples::ordered},
    {"fails", &Samples::fails},
    {"failure", &Samples::failure},
    {"endless", &Samples::endless},
    {"waits", &Samples::waits},
    {"stubborn_child", &Samples::stubborn_child},
    {"flood", &Samples::flood},
    {"no_newline", &Samples::no_newline},
    {"dies", &Samples::dies},
    {"exits", &Samples::exits},
    {"reads_input", &Samples::reads_input},
    {"holder", &Samples::holder},
    {"bytes", &Samples::bytes},
    {"huge_line", &Samples::huge_line},
    {"malformed", &Samples::malformed},
    {"folder", &Samples::folder},
    {"variable", &Samples::variable},
    {"third_line", &Samples::third_line},
    {"spawn_jobs", &Samples::spawn_jobs},
};

// What no Debian package brings: only there it is no failure of the full tests that the runtime is missing.
bool is_elsewhere(std::string_view language) { return language == "powershell" || language == "applescript"; }

class EveryLanguage : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override
    {
        session_.emplace(GetParam());
        session_->host().environment.push_back("KERNEL_TEST=from the host");
        if (!session_->start()) {
            const std::string why = cat(GetParam(), ": ", to_line(*session_->start_error));
            session_.reset();
            const char* group = std::getenv("OI_TEST_GROUP");
            if (group && std::string_view{group} == "full" && !is_elsewhere(GetParam())) FAIL() << why;
            static std::set<std::string> told;
            if (told.insert(why).second) std::fprintf(stderr, "SKIPPED, NOT TESTED: %s\n", why.c_str());
            GTEST_SKIP();
        }
    }
    Session& session() { return *session_; }
    const Samples& samples() { return *subject_of(GetParam()).samples; }
    bool cannot(std::string_view sample)
    {
        const auto& list = samples().cannot;
        return std::find(list.begin(), list.end(), sample) != list.end();
    }
    bool keeps_state() { return subject_of(GetParam()).language.keeps_state; }
    Outcome run(const std::string& code) { return session_->run(code); }
    // Whether cells can read from the keyboard. Said loudly where nobody has written the sample.
    bool asks()
    {
        if (!samples().reads_line.empty()) return true;
        if (cannot("reads_line")) return false;
        const bool is_known = GetParam() != "python" && GetParam() != "shell" && GetParam() != "javascript";
        if (!is_known) ADD_FAILURE() << "there is no sample";
        std::fprintf(stderr, "NOT TESTED: how %s reads a line\n", GetParam().c_str());
        return false;
    }
    void expect_alive()
    {
        run(samples().set_state);
        EXPECT_EQ(run(samples().get_state).output, "42\n");
    }

    std::optional<Session> session_;
};

TEST_P(EveryLanguage, HasEverySampleOrSaysThatItCannot)
{
    for (const auto& [name, member] : all_samples) EXPECT_EQ((samples().*member).empty(), cannot(name)) << name;
    EXPECT_EQ(samples().set_state.empty(), !keeps_state());
}

TEST_P(EveryLanguage, KeepsStateFromCellToCell)
{
    EXPECT_EQ(run(samples().set_state).output, "");
    EXPECT_EQ(run(samples().get_state).output, "42\n");
}

TEST_P(EveryLanguage, KeepsStdoutAndStderrInOrder)
{
    for (int i = 0; i < 20; ++i) ASSERT_EQ(run(samples().ordered).output, "1\n2\n3\n");
}

TEST_P(EveryLanguage, ShowsAFailureWithoutItsOwnFrames)
{
    const auto outcome = run(samples().fails);
    EXPECT_FALSE(outcome.error);
    EXPECT_TRUE(outcome.output.starts_with(samples().failure)) << outcome.output;
    EXPECT_EQ(outcome.output.find("driver"), std::string::npos) << outcome.output;
    EXPECT_EQ(outcome.output.find("__oi"), std::string::npos) << outcome.output;
    expect_alive();
}

TEST_P(EveryLanguage, ComesBackFromAMalformedCell)
{
    const auto outcome = run(samples().malformed);
    EXPECT_FALSE(outcome.error);
    EXPECT_NE(outcome.output, "");
    expect_alive();
}

TEST_P(EveryLanguage, StopsAnEndlessLoopAndKeepsTheSession)
{
    run(samples().set_state);
    for (const auto& code : {samples().endless, samples().waits}) {
        if (code.empty()) continue;
        const auto outcome = session().run_and_stop(code);
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
        EXPECT_LT(outcome.took, 200ms);
        EXPECT_EQ(run(samples().get_state).output, "42\n");
    }
}

TEST_P(EveryLanguage, StopsACellWhoseChildIgnoresTheInterrupt)
{
    if (cannot("stubborn_child")) GTEST_SKIP();
    run(samples().set_state);
    const auto outcome = session().run_and_stop(samples().stubborn_child);
    ASSERT_TRUE(outcome.error);
    EXPECT_LT(outcome.took, 200ms);
    EXPECT_TRUE(run(samples().get_state).output.ends_with("42\n"));
    session().end();
    EXPECT_TRUE(sys::descendants(::getpid()).empty());
}

TEST_P(EveryLanguage, StopBeforeTheCellBeginsRunsNothing)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(session().run(samples().set_state, stop.get_token()).error->kind, ErrorKind::cancelled);
    expect_alive();
}

TEST_P(EveryLanguage, PassesAFloodInFlatMemory)
{
    run(samples().set_state);
    [[maybe_unused]] const long before = resident_kilobytes();
    std::size_t size = 0;
    long most = 0;
    auto result = session().kernel().run({GetParam(), samples().flood},
                                         [&](const Chunk& chunk) {
                                             if (chunk.format == "output") size += chunk.content.size();
                                             most = std::max(most, resident_kilobytes());
                                         },
                                         {});
    EXPECT_TRUE(result);
    EXPECT_EQ(size, 200'000'000U);
#if !defined(__SANITIZE_ADDRESS__)  // which keeps what is freed for a while
    EXPECT_LT(most - before, 20 * 1024);
#endif
}

TEST_P(EveryLanguage, StopsAFlood)
{
    const auto outcome = session().run_and_stop(samples().flood, "\n");
    EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
    EXPECT_LT(outcome.took, 200ms);
    expect_alive();
}

TEST_P(EveryLanguage, PassesTheLastLineWithoutANewline)
{
    if (cannot("no_newline")) GTEST_SKIP();
    EXPECT_EQ(run(samples().no_newline).output, "abc");
    EXPECT_EQ(run(samples().no_newline).output, "abc");
}

TEST_P(EveryLanguage, TellsOfADeathOnceAndStartsAfresh)
{
    if (cannot("dies")) GTEST_SKIP();
    run(samples().set_state);
    const auto outcome = run(samples().dies);
    EXPECT_FALSE(outcome.error);
    EXPECT_TRUE(outcome.output.starts_with("before\n")) << outcome.output;
    EXPECT_NE(outcome.output.find("SIGKILL"), std::string::npos) << outcome.output;
    if (!keeps_state()) return expect_alive();  // the death of a program, not of the session
    EXPECT_TRUE(outcome.output.starts_with("before\nThe ")) << outcome.output;
    EXPECT_NE(outcome.output.find("variables are gone"), std::string::npos) << outcome.output;
    EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 2);
    EXPECT_EQ(run(samples().get_state).output.find("42"), std::string::npos);
    expect_alive();
}

TEST_P(EveryLanguage, TellsTheExitCodeOfASessionThatEnds)
{
    if (cannot("exits")) GTEST_SKIP();
    const auto outcome = run(samples().exits);
    EXPECT_FALSE(outcome.error);
    EXPECT_NE(outcome.output.find("exit code 3"), std::string::npos) << outcome.output;
    expect_alive();
}

TEST_P(EveryLanguage, AFreshSessionStartsInTheFolderOfTheOneBefore)
{
    if (cannot("dies")) GTEST_SKIP();
    const std::string folder = run(samples().folder).output;
    EXPECT_EQ(folder, session().folder() + "\n");
    run(samples().dies);
    EXPECT_EQ(run(samples().folder).output, folder);
}

TEST_P(EveryLanguage, HasTheHostsEnvironment)
{
    if (cannot("variable")) GTEST_SKIP();
    EXPECT_EQ(run(samples().variable).output, "from the host\n");
}

TEST_P(EveryLanguage, ReadsTheEndOfAFileFromStdin)
{
    if (cannot("reads_input")) GTEST_SKIP();
    const std::string output = run(samples().reads_input).output;
    EXPECT_NE(output.find("(end of file: "), std::string::npos) << output;
    const auto told = replace_all(replace_all(output, "\n(end of file: no one is there to answer)\n", ""),
                                  "(end of file: no one is there to answer)\n", "");
    EXPECT_TRUE(told.starts_with("[]\n")) << output;
}

TEST_P(EveryLanguage, ACellThatReadsALineAsksForIt)
{
    if (!asks()) return;
    run(samples().third_line);  // the start is not what is measured
    session().answers = {"Zo\xc3\xab \"1\"", "again"};
    const auto outcome = run(samples().reads_line);
    EXPECT_EQ(outcome.output, "name? Zo\xc3\xab \"1\"\n[Zo\xc3\xab \"1\"]\n");
    EXPECT_LT(outcome.took, 1s);
    ASSERT_EQ(session().questions.size(), 1U);
    EXPECT_EQ(session().questions[0].prompt, "name? ");
    EXPECT_FALSE(session().questions[0].secret);
    EXPECT_EQ(run(samples().reads_line).output, "name? again\n[again]\n");
}

TEST_P(EveryLanguage, ACellThatReadsALineUnattendedIsToldSo)
{
    if (!asks()) return;
    EXPECT_EQ(run(samples().reads_line).output, "name? \n(end of file: no one is there to answer)\n[]\n");
}

TEST_P(EveryLanguage, DoesNotWaitForAChildThatHoldsTheOutput)
{
    if (cannot("holder")) GTEST_SKIP();
    const auto outcome = run(samples().holder);
    EXPECT_TRUE(outcome.output.starts_with("started\n")) << outcome.output;
    EXPECT_LT(outcome.took, 2s);
    expect_alive();
}

TEST_P(EveryLanguage, NeverSplitsACharacter)
{
    if (cannot("bytes")) GTEST_SKIP();
    std::vector<std::string> pieces;
    session().on_chunk = [&](const Chunk& chunk) {
        if (chunk.format == "output") pieces.push_back(chunk.content);
    };
    EXPECT_EQ(run(fill(samples(), R"(\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9)")).output, "\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9");
    for (const auto& piece : pieces) EXPECT_EQ(valid_utf8(piece), piece);
}

TEST_P(EveryLanguage, ReplacesWhatIsNoText)
{
    if (cannot("bytes")) GTEST_SKIP();
    EXPECT_EQ(run(fill(samples(), R"(\x61\xff\x62\xe2\x82)")).output,
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(run(fill(samples(), R"(\x61\x00\x62)")).output, (std::string{"a\0b", 3}));
}

TEST_P(EveryLanguage, PassesAHugeLine)
{
    const auto output = run(samples().huge_line).output;
    EXPECT_EQ(output.size(), 5000001U);
    EXPECT_EQ(output.find_first_not_of('x'), 5000000U);
}

TEST_P(EveryLanguage, ReportsTheFirstLineThatDoesSomething) { EXPECT_EQ(run(samples().third_line).lines, (std::vector{3})); }

TEST_P(EveryLanguage, ReportsEachStatementOfTheTopLevel)
{
    const auto lines = run(replace_all(samples().set_state, "\n", "") + ";\n" + samples().get_state).lines;
    EXPECT_EQ(lines, keeps_state() ? (std::vector{1, 2}) : std::vector{1});  // a program is told as a whole
}

TEST_P(EveryLanguage, EndsEveryProcessItStarted)
{
    if (cannot("spawn_jobs")) GTEST_SKIP();
    const auto outcome = run(samples().spawn_jobs);
    ASSERT_TRUE(outcome.output.starts_with("started\n")) << outcome.output;
    EXPECT_GE(sys::descendants(::getpid()).size(), 5U);  // keeper, kernel, three sleepers
    session().end();
    EXPECT_TRUE(sys::descendants(::getpid()).empty());
}

TEST_P(EveryLanguage, AJobOfAnEarlierCellOutlivesAnInterrupt)
{
    if (cannot("holder")) GTEST_SKIP();
    run(samples().holder);
    const auto sleeper = [] {
        const auto all = sys::descendants(::getpid());
        return std::count_if(all.begin(), all.end(), [](const sys::ProcessId& process) {
            const auto name = sys::read_file(cat("/proc/", process.pid, "/comm"));
            return name && *name == "sleep\n";
        });
    };
    while (sleeper() != 1) std::this_thread::yield();  // the watchdog bounds it
    session().run_and_stop(samples().endless);
    expect_alive();
    EXPECT_EQ(sleeper(), 1);
}

TEST_P(EveryLanguage, ManyCellsInARow)
{
    run(samples().set_state);
    for (int i = 0; i < 200; ++i) ASSERT_EQ(run(samples().get_state).output, "42\n");
}

std::vector<std::string> names()
{
    std::vector<std::string> result;
    for (const auto& subject : subjects()) result.push_back(subject.language.name);
    return result;
}

INSTANTIATE_TEST_SUITE_P(Kernel, EveryLanguage, ::testing::ValuesIn(names()), [](const auto& language) {
    return replace_all(language.param, "+", "p");  // c++
});

}  // namespace
}  // namespace oi::kernel_tests
