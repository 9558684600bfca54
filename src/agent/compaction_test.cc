// Long conversations: when they are summed up, what is sent then, and what becomes of it later.
#include "agent/compaction.h"
#include "agent/conversation.h"

#include "base/text.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace oi {
namespace {

using namespace oi::testing;

const std::string long_output(1200, 'x');

// Two exchanges of about 300 tokens each are past 80 % of the room of this window.
constexpr long window = 900, answer = 100;

struct Table {
    explicit Table(std::vector<Reply> replies, long context_window = window) : model{std::move(replies)}, frontend{Approve::everything}
    {
        python.on_cell = [](std::string_view, std::stop_token) { return long_output; };
        python.variables = {"rows: list, 200 items"};
        conversation = make(context_window);
    }
    std::unique_ptr<Conversation> make(long context_window)
    {
        return std::make_unique<Conversation>(
            model, store, std::vector{python.language()},
            ConversationOptions{.system_message = "Be brief.", .context_window = context_window, .max_tokens = answer});
    }
    Result<void> say(std::string text) { return conversation->say(user(std::move(text)), frontend, stop.get_token()); }
    bool has_notice(std::string_view words) const
    {
        const auto notices = frontend.notices();
        return std::any_of(notices.begin(), notices.end(), [&](const auto& text) { return text.find(words) != std::string::npos; });
    }

    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    RecordingFrontend frontend;
    std::stop_source stop;
    std::unique_ptr<Conversation> conversation;
};

Reply summed_up(std::string text)
{
    Reply reply = says(std::move(text));
    reply.usage = {.input_tokens = 700, .output_tokens = 20};
    return reply;
}

// Two steps that fill the window, then a third request.
std::vector<Reply> two_steps(Reply third, Reply fourth = says("Done."))
{
    return {{says("First."), code("python", "one()")}, {says("Second."), code("python", "two()")}, std::move(third), std::move(fourth)};
}

TEST(Compaction, ALongConversationIsSummedUpByTheModelAndGoesOn)
{
    Table table{two_steps(summed_up("one() printed x."))};
    ASSERT_TRUE(table.say("do both"));
    ASSERT_EQ(table.model.asked.size(), 4U);
    const Asked& asked = table.model.asked[2];
    EXPECT_FALSE(asked.offers_tools);
    EXPECT_EQ(asked.messages.back(), user(std::string{summary_request}));
    EXPECT_EQ(asked.messages.front(), user("do both"));
    EXPECT_EQ(table.model.asked[3].messages,
              (std::vector{user("do both"),
                           user("[What happened so far, summed up by you when the conversation became long:]\none() printed x.\n\n"
                                "[What the running languages held then:]\npython: rows: list, 200 items"),
                           assistant("Second."), code("python", "two()"), output(long_output)}));
    EXPECT_TRUE(table.model.asked[3].offers_tools);
    EXPECT_EQ(table.conversation->messages().size(), 8U) << "the conversation itself stays whole";
    EXPECT_EQ(table.conversation->messages()[2], code("python", "one()"));
    EXPECT_TRUE(table.has_notice("is being summed up"));
    EXPECT_TRUE(table.has_notice("tokens instead of"));
}

TEST(Compaction, WhatTheNextRequestTakesIsCountedAsItIsSent)
{
    Table table{two_steps(summed_up("one() printed x."))};
    ASSERT_TRUE(table.say("do both"));
    const std::vector<std::string> languages{"python"};
    const auto& last = table.model.asked.back();
    const long sent = rough_tokens(Request{.system = last.system, .messages = last.messages, .languages = languages});
    const long whole = rough_tokens(Request{.system = last.system, .messages = table.conversation->messages(), .languages = languages});
    EXPECT_GE(table.conversation->count_tokens(), sent);
    EXPECT_LT(table.conversation->count_tokens(), (sent + whole) / 2);
}

TEST(Compaction, ItsUsageCountsAndItsTextIsNotShown)
{
    Table table{two_steps(summed_up("the summary"))};
    ASSERT_TRUE(table.say("do both"));
    long input = 0;
    for (const auto& event : table.frontend.events())
        if (const auto* usage = std::get_if<Usage>(&event)) input += usage->input_tokens;
    EXPECT_EQ(input, 700);
    for (const auto& chunk : table.frontend.chunks()) EXPECT_EQ(chunk.content.find("the summary"), std::string::npos);
}

TEST(Compaction, IsStoredAndNotPaidForAgainAfterResume)
{
    Table table{two_steps(summed_up("one() printed x."))};
    ASSERT_TRUE(table.say("do both"));
    const auto id = table.conversation->id();
    EXPECT_EQ(*table.store.compaction(id), (Compaction{4, "one() printed x."}));
    EXPECT_EQ(*table.store.load(id), table.conversation->messages());
    ScriptedModel again{{says("Hello again.")}};
    Conversation resumed{again, table.store, {table.python.language()}, {.context_window = window, .max_tokens = answer}};
    ASSERT_TRUE(resumed.resume(id));
    ASSERT_TRUE(resumed.say(user("still there?"), table.frontend, {}));
    ASSERT_EQ(again.asked.size(), 1U);
    EXPECT_EQ(again.asked[0].messages[1].content,
              "[What happened so far, summed up by you when the conversation became long:]\none() printed x.");
}

TEST(Compaction, WhenTheModelGivesNoSummaryTheOldestPartsAreNotSent)
{
    for (const Reply& failure : {Reply{Error{ErrorKind::network, "the line is dead"}}, Reply{says(" ")}}) {
        Table table{two_steps(failure)};
        table.python.on_cell = [](std::string_view, std::stop_token) { return std::string(1500, 'x'); };
        ASSERT_TRUE(table.say("do both"));
        EXPECT_TRUE(table.has_notice("There is no summary: "));
        EXPECT_TRUE(table.has_notice("1 output shortened"));
        EXPECT_EQ(table.model.asked[3].messages.front(), user("do both"));
        EXPECT_EQ(table.conversation->messages().back(), assistant("Done."));
        EXPECT_FALSE(table.store.compaction(table.conversation->id())->has_value());
    }
}

TEST(Compaction, ASummaryThatWasCutIsNone)
{
    Reply cut = says("half of");
    cut.events.emplace_back(Notice{Notice::Level::warning, "the answer was cut off"});
    Table table{two_steps(cut)};
    ASSERT_TRUE(table.say("do both"));
    EXPECT_TRUE(table.has_notice("cut off"));
    EXPECT_FALSE(table.store.compaction(table.conversation->id())->has_value());
}

TEST(Compaction, AWarningBeforeTheSummaryIsShownAndCutsNothing)
{
    Reply other = summed_up("one() ran.");
    other.events.insert(other.events.begin(), Notice{Notice::Level::warning, "A failed: B answers instead."});
    Table table{two_steps(other)};
    ASSERT_TRUE(table.say("do both"));
    EXPECT_TRUE(table.has_notice("B answers instead"));
    EXPECT_FALSE(table.has_notice("There is no summary"));
    EXPECT_TRUE(table.store.compaction(table.conversation->id())->has_value());
}

TEST(Compaction, CanBeStopped)
{
    Table table{two_steps(waits())};
    table.model.on_request = [&](const Asked& asked) {
        if (!asked.offers_tools) table.stop.request_stop();
    };
    const auto said = table.say("do both");
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(table.conversation->messages().size(), 7U) << "nothing is lost";
}

TEST(Compaction, HappensWhenTheVendorSaysThatTheWindowIsSmallerThanKnown)
{
    Table table{{{says("First."), code("python", "one()")},
                 {says("Second."), code("python", "two()")},
                 Reply{Error{ErrorKind::context_overflow, "too long"}},
                 summed_up("one() ran."),
                 says("Done.")},
                0};
    ASSERT_TRUE(table.say("do both"));
    ASSERT_EQ(table.model.asked.size(), 5U);
    EXPECT_FALSE(table.model.asked[3].offers_tools);
    EXPECT_EQ(table.model.asked[4].messages.size(), 5U);
}

TEST(Compaction, HappensWhenAModelThatSaysNothingOfItsWindowHasTakenOver)
{
    Table table{{{says("First."), code("python", "one()")},
                 {says("Second."), code("python", "two()")},
                 Reply{Error{ErrorKind::context_overflow, "too long"}},
                 summed_up("one() ran."),
                 says("Done.")},
                0};
    table.model.information.context_window = 100'000;
    table.model.on_request = [&](const Asked&) { table.model.information.context_window = table.model.asked.size() < 3 ? 100'000 : 0; };
    ASSERT_TRUE(table.say("do both"));
    EXPECT_EQ(table.model.asked.size(), 5U);
}

TEST(Compaction, WhenAModelOfUnknownWindowTakesOverInItNothingIsLeftOut)
{
    for (const Reply& third : {summed_up("one() ran."), Reply{Error{ErrorKind::network, "both are down"}}}) {
        Table table{two_steps(third), 0};
        table.model.information.context_window = window;
        table.model.on_request = [&](const Asked& asked) {
            if (!asked.offers_tools) table.model.information = {.name = "other"};
        };
        ASSERT_TRUE(table.say("do both"));
        EXPECT_EQ(table.model.asked.size(), 4U);
    }
}

TEST(Compaction, WhatOneModelRefusedIsNoLimitToAnother)
{
    Table table{{{says("First."), code("python", "one()")},
                 {says("Second."), code("python", "two()")},
                 Reply{Error{ErrorKind::context_overflow, "too long"}},
                 summed_up("one() ran."),
                 says("Done."),
                 says("Read.")},
                0};
    ASSERT_TRUE(table.say("do both"));
    table.model.information = {.name = "larger", .context_window = 100'000};
    ASSERT_TRUE(table.say(std::string(12'000, 'x'))) << "the other one had no room for this";
}

TEST(Compaction, AtWillSumsUpAllButTheLastSteps)
{
    Table table{two_steps(says("Done."), summed_up("short")), 0};
    ASSERT_TRUE(table.say("do both"));
    const long whole = table.conversation->count_tokens();
    ASSERT_TRUE(table.conversation->compact(table.frontend, {}));
    const auto compaction = *table.store.compaction(table.conversation->id());
    ASSERT_TRUE(compaction);
    EXPECT_EQ(compaction->summary, "short");
    EXPECT_LT(table.conversation->count_tokens(), whole - 200) << "the next request has the summary, not what it stands for";
    table.frontend.on_event = {};
    ASSERT_TRUE(table.conversation->compact(table.frontend, {}));
    EXPECT_TRUE(table.has_notice("Nothing was summed up"));
}

TEST(Compaction, ARequestThatCannotFitIsNotSent)
{
    Table table{{says("never")}};
    const auto said = table.say(std::string(9000, 'x'));
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, ErrorKind::context_overflow);
    EXPECT_TRUE(table.model.asked.empty());
}

TEST(Compaction, AnAnswerAsLongAsTheWindowLeavesNoRoomAndThatIsSaid)
{
    Table table{{says("never")}, answer};
    const auto said = table.say("hi");
    ASSERT_FALSE(said);
    EXPECT_EQ(to_line(said.error()),
              "--max_tokens 100 leaves no room in the model's context window of 100 tokens (lower --max_tokens, or leave it out)");
    EXPECT_TRUE(table.model.asked.empty());
}

TEST(Compaction, ItsEndIsFoundWithFewCountsHoweverManyStepsThereAre)
{
    std::vector<Message> messages{user("go")};
    for (int i = 0; i < 1000; ++i) {
        messages.push_back(assistant("step"));
        messages.push_back(output("done"));
    }
    int counts = 0;
    const auto count = [&](std::span<const Message> some) {
        ++counts;
        return static_cast<long>(some.size()) + 7;
    };
    EXPECT_EQ(compaction_end(messages, 0, 101, count), 2001u - 100u) << "fifty whole steps";
    EXPECT_EQ(compaction_end(messages, 0, 5000, count), 0u);
    EXPECT_EQ(compaction_end(messages, 0, 0, count), 1999u) << "the newest stays";
    EXPECT_EQ(compaction_end(messages, 1990, 5000, count), 1991u);
    EXPECT_LT(counts, 60);
    EXPECT_EQ(compaction_end(std::span{messages}.first(1), 0, 0, count), 0u);
    EXPECT_EQ(compaction_end({}, 0, 0, count), 0u);
}

TEST(Compaction, EachSummaryTakesInTheOneBefore)
{
    std::vector<Message> messages{user("a"), assistant("1"), user("b"), assistant("2"), user("c")};
    EXPECT_EQ(compacted(messages, {2, " S "}, ""),
              (std::vector{user("a"), user("[What happened so far, summed up by you when the conversation became long:]\nS"), user("b"),
                           assistant("2"), user("c")}));
    EXPECT_EQ(compacted(messages, {99, "S"}, "").size(), 4U) << "of a conversation that has become shorter";
}

}  // namespace
}  // namespace oi
