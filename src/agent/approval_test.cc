// Who may run a cell: grants, dangers, safe mode, and what the model and the person are told.
#include "agent/conversation.h"

#include "base/text.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi {
namespace {

using namespace oi::testing;
using Verdict = Decision::Verdict;

// Cells that begin with "danger" are dangerous, those with "fault" have a finding; "a b c" can be allowed by its first word.
class FakeReviewer : public Reviewer {
public:
    Reading read(const Cell& cell, std::string_view folder, std::string_view) override
    {
        ++reads;
        folders.emplace_back(folder);
        Reading reading{.hints = {cat("writes ", cell.code)}, .prefixes = {cell.code.substr(0, cell.code.find(' '))}};
        if (cell.code.starts_with("danger")) reading.dangers = {"deletes /home/ada: your home folder, 7 files"};
        return reading;
    }
    Scan scan(const Cell& cell, std::string_view, std::stop_token) override
    {
        ++scans;
        Scan scan{.scanners = {"rules"}};
        if (cell.code.starts_with("fault")) scan.findings = {{"r1", level, 3, "it is bad", "rules"}};
        return scan;
    }
    void keep(const Cell& cell, std::string_view folder) override { told.push_back(cat("keep ", cell.code, " in ", folder)); }
    void forget(std::string_view language) override { told.push_back(cat("forget ", language)); }
    std::vector<std::string> told;
    int reads = 0;
    int scans = 0;
    RiskLevel level = RiskLevel::warning;
    std::vector<std::string> folders;
};

struct Table {
    explicit Table(std::vector<Reply> replies, ConversationOptions chosen = {}, Approve answer = Approve::everything)
        : model{std::move(replies)}, frontend{answer}
    {
        kernel.on_cell = [](std::string_view, std::stop_token) { return "done\n"; };
        chosen.reviewer = reviewer;
        if (chosen.folder.empty()) chosen.folder = "/work";
        conversation = std::make_unique<Conversation>(model, store, std::vector{kernel.language()}, chosen);
    }
    Result<void> say() { return conversation->say(user("go"), frontend, {}); }
    void answer(Decision decision)
    {
        frontend.on_approve = [decision](const ApprovalAsked&) { return decision; };
    }
    std::vector<std::string> ran() const
    {
        std::vector<std::string> codes;
        for (const auto& cell : kernel.cells) codes.push_back(cell.code);
        return codes;
    }
    const Message& last_sent() const { return model.asked.back().messages.back(); }

    std::shared_ptr<FakeReviewer> reviewer = std::make_shared<FakeReviewer>();
    ScriptedModel model;
    FakeStore store;
    FakeKernel kernel;
    RecordingFrontend frontend;
    std::unique_ptr<Conversation> conversation;
};

TEST(Approval, TheQuestionCarriesWhatWasRead)
{
    Table table{{code("python", "ls x"), says("ok")}};
    ASSERT_TRUE(table.say());
    ASSERT_EQ(table.frontend.questions.size(), 1U);
    const auto& question = table.frontend.questions[0];
    EXPECT_EQ(question.reading, (Reading{.hints = {"writes ls x"}, .prefixes = {"ls"}}));
    EXPECT_EQ(question.folder, "/work");
    EXPECT_EQ(question.scope, "python");
    EXPECT_FALSE(question.scan.has_value());
    EXPECT_FALSE(question.can_scan);
    EXPECT_EQ(table.reviewer->scans, 0);
}

TEST(Approval, AGrantOfTheLanguageLastsForTheConversation)
{
    Table table{{code("python", "a"), code("python", "b"), says("ok")}};
    table.answer({.verdict = Verdict::run_language});
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.frontend.questions.size(), 1U);
    EXPECT_EQ(table.ran(), (std::vector<std::string>{"a", "b"}));
    EXPECT_FALSE(table.conversation->auto_run());
    table.conversation->reset();
    EXPECT_TRUE(table.conversation->grants().is_empty());
}

TEST(Approval, AGrantOfCommandsCoversTheseAndNoOthersUntilItIsTakenBack)
{
    Table table{{code("python", "git a"), code("python", "git b"), code("python", "ls"), says("ok"), code("python", "git c"), says("ok")}};
    table.answer({.verdict = Verdict::run_commands});
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.frontend.questions.size(), 2U);
    EXPECT_EQ(table.conversation->grants().commands, (std::set<std::string, std::less<>>{"git", "ls"}));
    EXPECT_FALSE(table.conversation->grants().revoke("rm"));
    EXPECT_TRUE(table.conversation->grants().revoke("git"));
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.frontend.questions.size(), 3U);
}

TEST(Approval, WhatIsDangerousIsAskedAboutInEveryMode)
{
    for (const bool auto_run : {false, true}) {
        Table table{{code("python", "a"), code("python", "danger"), says("ok")}, {.auto_run = auto_run}};
        table.answer({.verdict = Verdict::run_language});
        ASSERT_TRUE(table.say());
        const auto& question = table.frontend.questions.back();
        EXPECT_EQ(question.cell.code, "danger");
        EXPECT_EQ(question.cause, "This is asked about in every mode:");
        EXPECT_EQ(question.reading.dangers.size(), 1U);
        EXPECT_EQ(table.ran(), (std::vector<std::string>{"a", "danger"}));
    }
}

TEST(Approval, UnattendedTheModelIsToldWhyADangerousCellDidNotRunAndGoesOn)
{
    Table table{{code("python", "danger"), code("python", "a"), says("ok")}, {.auto_run = true}, Approve::nobody};
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.ran(), std::vector<std::string>{"a"});
    const Message& told = table.conversation->messages().at(2);
    EXPECT_EQ(told.role, Role::computer);
    EXPECT_EQ(told.content,
              "This code was not run: it needs a person's leave, and nobody is there.\n- it deletes /home/ada: your home folder, 7 files\n"
              "Name what is deleted literally, inside of /work, or leave that step to the person.");
    EXPECT_EQ(table.frontend.notices(),
              std::vector<std::string>{"Not run, since nobody is there to allow it: it deletes /home/ada: your home folder, 7 files"});
}

// If this hangs, that is the bug.
TEST(Approval, AModelThatKeepsTryingWhatIsRefusedEnds)
{
    Table table{{code("python", "danger"), code("python", "danger"), code("python", "danger"), code("python", "danger"), says("ok")},
                {.auto_run = true},
                Approve::nobody};
    const auto said = table.say();
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, ErrorKind::denied);
    EXPECT_TRUE(table.ran().empty());
}

TEST(Approval, SafeModeAskScansWhenThePersonWants)
{
    Table table{{code("python", "fault"), says("ok")}, {.safe_mode = SafeMode::ask}};
    table.frontend.on_approve = [](const ApprovalAsked& asked) {
        return Decision{.verdict = asked.scan ? Verdict::refuse : Verdict::scan, .reason = "Mend it."};
    };
    ASSERT_TRUE(table.say());
    ASSERT_EQ(table.frontend.questions.size(), 2U);
    EXPECT_TRUE(table.frontend.questions[0].can_scan);
    EXPECT_FALSE(table.frontend.questions[1].can_scan);
    EXPECT_NE(table.frontend.questions[0].id, table.frontend.questions[1].id);
    EXPECT_EQ(table.frontend.questions[1].scan->findings.size(), 1U);
    EXPECT_EQ(table.last_sent(), user("I have declined to run this code. Mend it.\nA scan of it found:\n- line 3: it is bad (r1)"));
}

TEST(Approval, SafeModeAutoStopsAutoRunWhereItFindsSomething)
{
    Table table{{code("python", "a"), code("python", "fault"), says("ok")}, {.auto_run = true, .safe_mode = SafeMode::automatic}};
    ASSERT_TRUE(table.say());
    ASSERT_EQ(table.frontend.questions.size(), 1U);
    EXPECT_EQ(table.frontend.questions[0].cause, "Safe mode stops here:");
    EXPECT_EQ(table.reviewer->scans, 2);
    EXPECT_EQ(table.ran(), (std::vector<std::string>{"a", "fault"}));
    EXPECT_EQ(table.last_sent(), (Message{Role::computer, Kind::console, "output",
                                          "Note: a scan of this code found:\n- line 3: it is bad (r1)", "assistant"}));
}

TEST(Approval, FindingsBelowTheLevelStopNothing)
{
    Table table{{code("python", "fault"), says("ok")},
                {.auto_run = true, .safe_mode = SafeMode::automatic, .safe_level = RiskLevel::danger}};
    ASSERT_TRUE(table.say());
    EXPECT_TRUE(table.frontend.questions.empty());
    EXPECT_EQ(table.last_sent().content, "done\n");
}

TEST(Approval, UnattendedSafeModeAutoRefusesWithItsFindings)
{
    Table table{{code("python", "fault"), says("ok")}, {.auto_run = true, .safe_mode = SafeMode::automatic}, Approve::nobody};
    ASSERT_TRUE(table.say());
    EXPECT_TRUE(table.ran().empty());
    EXPECT_EQ(table.last_sent().content,
              "This code was not run: it needs a person's leave, and nobody is there.\n- line 3: it is bad (r1)\nMend what was found, or "
              "do it another way.");
}

TEST(Approval, AReviewChunkTellsProgramsWhatAScanFound)
{
    for (const auto& [first, format] : {std::pair{"fault", "warning"}, std::pair{"a", "safe"}}) {
        Table table{{code("python", first), says("ok")}, {.auto_run = true, .safe_mode = SafeMode::automatic}};
        ASSERT_TRUE(table.say());
        const auto chunks = table.frontend.chunks();
        const auto review = std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) { return chunk.type == Kind::review; });
        ASSERT_NE(review, chunks.end());
        EXPECT_EQ(review->format, format);
        for (const auto& message : table.conversation->messages()) EXPECT_NE(message.type, Kind::review);
    }
}

TEST(Approval, WhatWasFoundInTheOldCodeCountsNoMoreOnceItIsEdited)
{
    Table table{{code("python", "fault"), says("ok")}, {.safe_mode = SafeMode::automatic}};
    table.answer({.verdict = Verdict::run, .edited_code = "mended"});
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.frontend.questions.size(), 1U);
    EXPECT_EQ(table.ran(), std::vector<std::string>{"mended"});
    EXPECT_EQ(table.reviewer->scans, 2);
    EXPECT_EQ(table.last_sent().content, "done\n");
}

TEST(Approval, EditedCodeThatIsDangerousIsAskedAboutOnceMore)
{
    for (const char* edited : {"danger", "fault"}) {
        Table table{{code("python", "a"), says("ok")}, {.safe_mode = SafeMode::automatic}};
        table.answer({.verdict = Verdict::run, .edited_code = edited});
        ASSERT_TRUE(table.say());
        ASSERT_EQ(table.frontend.questions.size(), 2U) << edited;
        EXPECT_FALSE(table.frontend.questions[1].cause.empty());
        EXPECT_EQ(table.frontend.questions[1].cell, (Cell{"python", edited}));
        EXPECT_EQ(table.ran(), std::vector<std::string>{edited});
    }
}

TEST(Approval, EditedCodeThatIsDangerousAndThenRefusedDoesNotRun)
{
    Table table{{code("python", "a"), says("ok")}, {.auto_run = false}};
    table.frontend.on_approve = [&](const ApprovalAsked& asked) {
        return asked.cause.empty() ? Decision{.verdict = Verdict::run_all, .edited_code = "danger"} : Decision{.verdict = Verdict::refuse};
    };
    ASSERT_TRUE(table.say());
    EXPECT_TRUE(table.ran().empty());
    EXPECT_FALSE(table.conversation->auto_run());
    EXPECT_EQ(table.conversation->messages().at(1).content, "danger");
}

TEST(Approval, AnEditThatIsToBeReadIsAskedAboutWhateverWasAllowed)
{
    Table table{{code("python", "danger"), says("ok")}, {.auto_run = true}};
    table.frontend.on_approve = [](const ApprovalAsked& asked) {
        return asked.cause.empty() ? Decision{.verdict = Verdict::run} : Decision{.verdict = Verdict::edit, .edited_code = "mild"};
    };
    ASSERT_TRUE(table.say());
    ASSERT_EQ(table.frontend.questions.size(), 2U);
    EXPECT_EQ(table.frontend.questions[1].reading, (Reading{.hints = {"writes mild"}, .prefixes = {"mild"}}));
    EXPECT_EQ(table.ran(), std::vector<std::string>{"mild"});
}

TEST(Approval, TheReviewerIsToldWhatRunsAndWhenASessionIsGone)
{
    Table table{{code("python", "a"), code("python", "b"), code("python", "c"), says("ok")}};
    table.kernel.on_run = [&](const Cell& cell, const ChunkSink&, std::stop_token) -> Result<void> {
        if (cell.code == "b") return fail(ErrorKind::io, "the session is gone");
        return {};
    };
    table.frontend.on_approve = [](const ApprovalAsked& asked) {
        return asked.cell.code == "c" ? Decision{.verdict = Verdict::refuse} : Decision{.verdict = Verdict::run};
    };
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.reviewer->told,
              (std::vector<std::string>{"forget python", "keep a in /work", "keep b in /work", "forget python", "forget python"}));
}

TEST(Approval, ACellThatRunsCannotStartADangerousOne)
{
    Table table{{code("python", "a"), says("ok")}};
    FakeKernel other{.name = "shell"};
    Result<std::string> answered = std::string{};
    table.kernel.on_run = [&](const Cell&, const ChunkSink&, std::stop_token stop) -> Result<void> {
        answered = table.kernel.hosts.back().call("run", R"({"language":"shell","code":"danger"})", stop);
        return {};
    };
    ConversationOptions options{.folder = "/work", .reviewer = table.reviewer};
    Conversation conversation{table.model, table.store, {table.kernel.language(), other.language()}, options};
    ASSERT_TRUE(conversation.say(user("go"), table.frontend, {}));
    ASSERT_FALSE(answered);
    EXPECT_EQ(answered.error().what, "computer.run: not run, because it deletes /home/ada: your home folder, 7 files");
    EXPECT_TRUE(other.cells.empty());
}

TEST(Approval, ACellIsReadWhereItsSessionIs)
{
    Table table{{code("python", "a"), code("python", "b"), says("ok")}};
    table.kernel.folder = "/work/sub";
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.frontend.questions.back().folder, "/work/sub");
    EXPECT_EQ(table.reviewer->folders.back(), "/work/sub");
}

}  // namespace
}  // namespace oi
