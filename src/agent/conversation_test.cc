// The turn loop: what is asked, run, stored and shown, and in what order.
#include "agent/conversation.h"

#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi {
namespace {

using namespace oi::testing;

// A conversation with one fake language and everything recorded.
struct Table {
    explicit Table(std::vector<Reply> replies, Approve answer = Approve::everything, ConversationOptions chosen = {})
        : model{std::move(replies)}, frontend{answer}, options{std::move(chosen)}
    {
        if (!python.on_cell) python.on_cell = [](std::string_view, std::stop_token) { return "done\n"; };
        conversation = std::make_unique<Conversation>(model, store, std::vector{python.language()}, options);
    }
    Result<void> say(std::string text) { return conversation->say(user(std::move(text)), frontend, stop.get_token()); }
    const std::vector<Message>& messages() const { return conversation->messages(); }

    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    RecordingFrontend frontend;
    ConversationOptions options;
    std::stop_source stop;
    std::unique_ptr<Conversation> conversation;
};

TEST(Conversation, RunsCodeUntilTheModelHasNoMore)
{
    Table table{{{says("Let me see."), code("python", "1+1")}, {code("python", "x = 3")}, says("It is 2.")}};
    table.python.on_cell = [](std::string_view cell, std::stop_token) { return cell == "1+1" ? "2\n" : ""; };
    ASSERT_TRUE(table.say("what is 1+1?"));
    EXPECT_EQ(table.messages(), (std::vector{user("what is 1+1?"), assistant("Let me see."), code("python", "1+1"), output("2\n"),
                                             code("python", "x = 3"), output(""), assistant("It is 2.")}));
    EXPECT_EQ(table.model.asked.at(1).messages,
              (std::vector{user("what is 1+1?"), assistant("Let me see."), code("python", "1+1"), output("2\n")}));
    EXPECT_EQ(table.python.started, 1);
}

TEST(Conversation, EverythingIsStoredBeforeEachRequest)
{
    Table table{{code("python", "1"), says("ok")}};
    std::vector<std::string> log_at_request;
    table.model.on_request = [&](const Asked&) { log_at_request.push_back(table.store.log().back()); };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(log_at_request, (std::vector<std::string>{"flush", "flush"}));
    EXPECT_EQ(*table.store.load(table.conversation->id()), table.messages());
}

TEST(Conversation, ARefusalGoesToTheModelAtOnceWithThePersonsWords)
{
    Table table{{code("python", "rm()"), says("Fine.")}};
    table.frontend.on_approve = [](const ApprovalAsked&) {
        return Decision{.verdict = Decision::Verdict::refuse, .reason = "Use the bin."};
    };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.messages(), (std::vector{user("go"), code("python", "rm()"), user("I have declined to run this code. Use the bin."),
                                             assistant("Fine.")}));
    EXPECT_TRUE(table.python.cells.empty());
}

TEST(Conversation, EditedCodeIsWhatRunsAndWhatTheModelIsTold)
{
    Table table{{code("python", "1"), says("ok")}};
    table.frontend.on_approve = [](const ApprovalAsked&) { return Decision{.verdict = Decision::Verdict::run, .edited_code = "2"}; };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.python.cells, (std::vector{Cell{"python", "2"}}));
    EXPECT_EQ(table.model.asked.at(1).messages.at(1), code("python", "2"));
    EXPECT_EQ(*table.store.load(table.conversation->id()), table.messages());
}

TEST(Conversation, ApprovingForAllAsksNoMore)
{
    Table table{{code("python", "1"), code("python", "2"), says("ok")}, Approve::always};
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.frontend.questions.size(), 1U);
    EXPECT_EQ(table.python.cells.size(), 2U);
}

TEST(Conversation, WithNobodyToAskNothingRunsAndTheErrorNamesTheFlag)
{
    Table table{{code("python", "1")}, Approve::nobody};
    const auto result = table.say("go");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::denied);
    EXPECT_NE(to_line(result.error()).find("-y"), std::string::npos);
    EXPECT_TRUE(table.python.cells.empty());
}

TEST(Conversation, ConfirmationChunksAreEmittedWhateverAutoRunIs)
{
    for (const bool auto_run : {false, true}) {
        Table table{{code("python", "1"), says("ok")}, Approve::everything, {.auto_run = auto_run}};
        ASSERT_TRUE(table.say("go"));
        const auto json = table.frontend.json();
        const std::string id = auto_run ? "" : R"(,"id":1)";
        EXPECT_EQ(
            std::count(
                json.begin(), json.end(),
                R"({"role":"computer","type":"confirmation","format":"execution","content":{"type":"code","format":"python","content":"1"})" +
                    id + "}"),
            1)
            << auto_run;
        EXPECT_EQ(table.frontend.questions.size(), auto_run ? 0U : 1U);
    }
}

TEST(Conversation, SeveralCallsOfOneReplyRunInOrderEachWithItsResult)
{
    Table table{{{code("python", "1"), code("python", "2"), says("Both.")}, says("Seen.")}};
    table.python.on_cell = [](std::string_view cell, std::stop_token) { return std::string{cell} + "!\n"; };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.messages(), (std::vector{user("go"), code("python", "1"), output("1!\n"), code("python", "2"), output("2!\n"),
                                             assistant("Both."), assistant("Seen.")}));
}

TEST(Conversation, AnUnknownLanguageIsAnsweredToTheModel)
{
    Table table{{code("cobol", "DISPLAY 1"), says("Sorry.")}};
    ASSERT_TRUE(table.say("go"));
    EXPECT_TRUE(table.messages().at(2).content.starts_with("`cobol` disabled or not supported."));
    EXPECT_TRUE(table.messages().at(2).content.find("python") != std::string::npos);
    EXPECT_EQ(table.messages().back(), assistant("Sorry."));
}

TEST(Conversation, ACallThatCouldNotBeReadIsAnsweredWithHowToCall)
{
    Table table{{code("execute", R"({"language":"python"})"), says("Sorry.")}};
    ASSERT_TRUE(table.say("go"));
    EXPECT_TRUE(table.messages().at(2).content.starts_with("This call could not be read, so nothing was run. Call `execute` again"));
    EXPECT_TRUE(table.frontend.questions.empty());
    EXPECT_EQ(table.messages().back(), assistant("Sorry."));
}

// If this hangs, that is the bug.
TEST(Conversation, StoppingACellKeepsTheKernelForTheNextTurn)
{
    Table table{{code("python", "x = 1; spin()"), code("python", "x"), says("x is 1")}};
    table.python.on_cell = [&](std::string_view cell, std::stop_token) {
        if (cell != "x") table.stop.request_stop();
        return cell == "x" ? "1\n" : "KeyboardInterrupt\n";
    };
    EXPECT_EQ(table.say("go").error().kind, ErrorKind::cancelled);
    EXPECT_EQ(table.messages(), (std::vector{user("go"), code("python", "x = 1; spin()"), output("KeyboardInterrupt\n")}));
    table.stop = std::stop_source{};
    ASSERT_TRUE(table.say("and x?"));
    EXPECT_EQ(table.python.started, 1);
    EXPECT_EQ(table.messages().back(), assistant("x is 1"));
}

TEST(Conversation, AStreamCutInTheMiddleOfCodeRunsNothingAndKeepsWhatCame)
{
    Reply cut = Reply{says("Now:"), code("python", "import o")}.then({ErrorKind::network, "the stream was cut"});
    cut.events.pop_back();  // the end of the call never came
    Table table{{cut, says("Again.")}, Approve::everything, {.resumes = 0}};
    const auto result = table.say("go");
    EXPECT_EQ(result.error().kind, ErrorKind::network);
    EXPECT_TRUE(table.python.cells.empty());
    EXPECT_EQ(table.messages(), (std::vector{user("go"), assistant("Now:"), code("python", "import o")}));
    ASSERT_TRUE(table.say("go on"));
    EXPECT_TRUE(table.python.cells.empty());
}

TEST(Conversation, TheSameResultTwiceIsNotedAndThreeTimesIsAsked)
{
    Table table{{code("python", "1"), code("python", "1"), code("python", "1"), says("never")}, Approve::everything, {.auto_run = true}};
    table.frontend.on_approve = [](const ApprovalAsked& asked) {
        EXPECT_FALSE(asked.warning.empty());
        return Decision{.verdict = Decision::Verdict::nobody};
    };
    const auto result = table.say("go");
    EXPECT_EQ(result.error().kind, ErrorKind::denied);
    EXPECT_EQ(table.python.cells.size(), 3U);
    ASSERT_EQ(table.model.asked.size(), 3U);
    EXPECT_EQ(table.model.asked.at(1).messages.back().recipient, "");
    EXPECT_EQ(table.model.asked.at(2).messages.back().recipient, "assistant");
    EXPECT_EQ(*table.store.load(table.conversation->id()), table.messages());
}

TEST(Conversation, ADifferentResultIsNoLoop)
{
    Table table{{code("python", "1"), code("python", "1"), code("python", "1"), says("ok")}};
    int n = 0;
    table.python.on_cell = [&](std::string_view, std::stop_token) { return std::to_string(++n); };
    EXPECT_TRUE(table.say("go"));
    EXPECT_EQ(table.python.cells.size(), 3U);
}

TEST(Conversation, AKernelThatDiesIsReplacedByAFreshOne)
{
    Table table{{code("python", "1"), code("python", "2"), says("ok")}};
    table.python.on_run = [&](const Cell& cell, const ChunkSink& sink, std::stop_token) -> Result<void> {
        if (cell.code == "1") return fail(ErrorKind::io, "the session ended");
        sink(output_chunk("fine\n"));
        return {};
    };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.python.started, 2);
    EXPECT_EQ(table.messages().at(2), output("the session ended\n"));
    EXPECT_EQ(table.messages().at(4), output("fine\n"));
}

TEST(Conversation, AResumedConversationIsTheOneThatWasStored)
{
    Table first{{code("python", "1"), says("ok")}};
    ASSERT_TRUE(first.say("go"));
    Conversation second{first.model, first.store, {first.python.language()}, {}};
    ASSERT_TRUE(second.resume(first.conversation->id()));
    EXPECT_EQ(second.messages(), first.messages());
}

TEST(Conversation, AResumedConversationIsReadWhenItIsAskedFor)
{
    Table first{{says("ok")}};
    ASSERT_TRUE(first.say("go"));
    Conversation second{first.model, first.store, {first.python.language()}, {}};
    ASSERT_TRUE(second.resume(first.conversation->id()));
    ASSERT_TRUE(first.store.remove(first.conversation->id()));  // by another program
    const auto said = second.say(user("more"), first.frontend, {});
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, ErrorKind::not_found);
}

TEST(Conversation, AStoreThatFailsIsToldOnceAndTheConversationGoesOn)
{
    Table table{{code("python", "1"), code("python", "2"), says("ok")}};
    table.store.failure = Error{ErrorKind::io, "disk full"};
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.frontend.notices(), (std::vector<std::string>{"The conversation is not saved: disk full"}));
    EXPECT_EQ(table.messages().back(), assistant("ok"));
}

TEST(Conversation, AFloodReachesTheFrontendAsHeadAndTail)
{
    Table table{{code("python", "flood"), says("ok")}, Approve::everything, {.max_output = 400, .live_output = 1600}};
    table.python.on_run = [&](const Cell&, const ChunkSink& sink, std::stop_token) -> Result<void> {
        for (int i = 0; i < 1000; ++i) sink(output_chunk("0123456789\n"));
        sink(output_chunk("the end\n"));
        return {};
    };
    ASSERT_TRUE(table.say("go"));
    std::string shown;
    for (const auto& chunk : table.frontend.chunks())
        if (chunk.format == "output") shown += chunk.content;
    EXPECT_LT(shown.size(), 1900U);
    EXPECT_TRUE(shown.ends_with("the end\n"));
    EXPECT_NE(shown.find("of 11008 bytes left out"), std::string::npos) << shown.substr(1590);
    EXPECT_NE(table.messages().at(2).content.find(" of 11008 bytes left out"), std::string::npos) << table.messages().at(2).content;
}

TEST(Conversation, InASmallWindowEveryRequestFitsAndThePersonsWordsStay)
{
    std::vector<Reply> replies;
    for (int i = 0; i < 60; ++i) replies.emplace_back(says(std::string(400, 'x')));
    Table table{replies, Approve::everything, {.context_window = 1000, .max_tokens = 100}};
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(table.say("question " + std::to_string(i)));
    for (const auto& asked : table.model.asked)
        EXPECT_LE(rough_tokens({.system = asked.system, .messages = asked.messages, .languages = {}, .offers_tools = asked.offers_tools}),
                  900);
    const auto& last = table.model.asked.back().messages;
    EXPECT_EQ(last.back(), user("question 19"));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(std::count(last.begin(), last.end(), user("question " + std::to_string(i))), 1) << i;
    EXPECT_LT(last.size(), 32U);
    EXPECT_EQ(table.messages().size(), 40U);
}

}  // namespace
}  // namespace oi
