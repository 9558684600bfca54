// What a conversation costs, and what it may cost.
#include "agent/conversation.h"

#include "core/rough_tokens.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

namespace oi {
namespace {

using namespace oi::testing;

constexpr Price dear{.input = 1000, .output = 2000};  // a thousand tokens cost a dollar

Reply using_up(Reply reply, Usage usage)
{
    reply.usage = usage;
    return reply;
}

struct Till {
    explicit Till(std::vector<Reply> replies, ConversationOptions chosen = {}) : model{std::move(replies)}
    {
        model.information.price = dear;
        conversation = std::make_unique<Conversation>(model, store, std::vector<Language>{}, std::move(chosen));
    }
    Result<void> say(std::string text) { return conversation->say(user(std::move(text)), frontend, {}); }

    ScriptedModel model;
    FakeStore store;
    RecordingFrontend frontend{Approve::everything};
    std::unique_ptr<Conversation> conversation;
};

}  // namespace

TEST(Costs, AddUpAndAreStored)
{
    const Usage one{.input_tokens = 10, .output_tokens = 5, .cost = 0.5};
    Till till{{using_up(says("a"), one), using_up(says("b"), one)}};
    ASSERT_TRUE(till.say("go"));
    ASSERT_TRUE(till.say("on"));
    EXPECT_EQ(till.conversation->usage(), (Usage{.input_tokens = 20, .output_tokens = 10, .cost = 1}));
    Conversation again{till.model, till.store, {}, {}};
    ASSERT_TRUE(again.resume(till.conversation->id()));
    EXPECT_DOUBLE_EQ(again.usage().cost, 1);
    again.reset();
    EXPECT_EQ(again.usage(), Usage{});
}

TEST(Costs, AnAnswerThatBreaksOffHasAnUnknownPriceAndOneThatNeverCameHasNone)
{
    Till till{{Reply{says("half")}.then({ErrorKind::network, "cut"}), Reply{Error{ErrorKind::network, "no connection"}}}};
    EXPECT_FALSE(till.say("go"));
    EXPECT_EQ(till.conversation->usage(), Usage{.unpriced_requests = 1});
    EXPECT_FALSE(till.say("go"));
    EXPECT_EQ(till.conversation->usage(), Usage{.unpriced_requests = 1});
}

TEST(Costs, AnAnswerThatBreaksOffIsPaidForAtTheModelThatGaveIt)
{
    Till till{{Reply{says("half")}.then({ErrorKind::network, "cut"})}};
    till.model.information.price = {.input = 0, .output = 0};
    till.model.on_request = [&](const Asked&) { till.model.information.price = dear; };  // it has fallen back
    EXPECT_FALSE(till.say("go"));
    EXPECT_EQ(till.conversation->usage(), Usage{.unpriced_requests = 1});
}

TEST(Budget, NothingIsSentThatWouldExceedIt)
{
    Till till{{using_up(says("a"), {.input_tokens = 100, .cost = 0.9})}, {.max_budget = 1}};
    ASSERT_TRUE(till.say("short"));
    const auto said = till.say(std::string(4000, 'x'));
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, ErrorKind::over_budget);
    EXPECT_EQ(till.model.asked.size(), 1u);
    EXPECT_EQ(till.conversation->messages().back().content.size(), 4000u) << "nothing is lost";
}

TEST(Budget, TheConversationGoesOnWhenItIsRaised)
{
    Till till{{says("a")}, {.max_budget = 0.0001}};
    EXPECT_FALSE(till.say("go"));
    till.conversation->set_max_budget(1);
    EXPECT_TRUE(till.say("go"));
}

TEST(Budget, ALimitedAnswerCountsWithItsPrice)
{
    Till till{{says("a")}, {.max_tokens = 1000, .max_budget = 1}};
    EXPECT_FALSE(till.say("go")) << "1000 tokens of answer are two dollars";
    till.conversation->set_max_budget(3);
    EXPECT_TRUE(till.say("go"));
}

TEST(Budget, AnswersWhoseCostNobodyReportsCountAsEstimated)
{
    const Message long_message = user(std::string(2000, 'x'));
    const long tokens = rough_tokens(long_message);
    Till till{{using_up(says("a"), {.unpriced_requests = 1}), says("b")}, {.max_budget = static_cast<double>(tokens) / 1000 * 1.5}};
    ASSERT_TRUE(till.say(long_message.content));
    EXPECT_FALSE(till.say("on"));
}

TEST(Budget, AModelWithoutAPriceIsRefused)
{
    Till till{{says("a")}, {.max_budget = 1}};
    till.model.information.price = {};
    const auto said = till.say("go");
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, ErrorKind::over_budget);
    EXPECT_NE(said.error().hint.find("catalogue.txt"), std::string::npos);
}

}  // namespace oi
