// Loop mode: the turn goes on until the model says that it is done, and not for ever.
#include "agent/loop_mode.h"
#include "agent/conversation.h"

#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

namespace oi {
namespace {

using namespace oi::testing;

struct Looping {
    explicit Looping(std::vector<Reply> replies, LoopMode mode = loop_mode(true, "Go on.", "Done.|Over."))
        : model{std::move(replies)}, conversation{model, store, {python.language()}, {.loop = std::move(mode)}}
    {
        python.on_cell = [](std::string_view, std::stop_token) { return "ok\n"; };
    }
    Result<void> say(std::string text) { return conversation.say(user(std::move(text)), frontend, stop.get_token()); }

    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    RecordingFrontend frontend{Approve::everything};
    std::stop_source stop;
    Conversation conversation;
};

TEST(LoopMode, TheModelIsToldToGoOnUntilItSaysAPhrase)
{
    Looping loop{{says("I will."), code("python", "1"), says("Nearly."), says("All is DONE.")}};
    ASSERT_TRUE(loop.say("go"));
    EXPECT_EQ(loop.conversation.messages(), (std::vector{user("go"), assistant("I will."), code("python", "1"), output("ok\n"),
                                                         assistant("Nearly."), assistant("All is DONE.")}));
    ASSERT_EQ(loop.model.asked.size(), 4U);
    const Message told = user("Go on.\n- Done.\n- Over.");
    EXPECT_EQ(loop.model.asked[1].messages, (std::vector{user("go"), assistant("I will."), told}));
    EXPECT_EQ(loop.model.asked[2].messages.back(), output("ok\n")) << "after code the model goes on by itself";
    EXPECT_EQ(loop.model.asked[3].messages.back(), told);
}

TEST(LoopMode, WithoutItOneAnswerEndsTheTurn)
{
    Looping loop{{says("I will."), says("never asked")}, loop_mode(false, "", "")};
    ASSERT_TRUE(loop.say("go"));
    EXPECT_EQ(loop.model.asked.size(), 1U);
}

TEST(LoopMode, AModelThatOnlyTalksIsLeftAlone)
{
    Looping loop{std::vector<Reply>(20, says("Hm."))};
    ASSERT_TRUE(loop.say("go"));
    EXPECT_EQ(loop.model.asked.size(), 1U + LoopMode::most_words_alone);
    EXPECT_EQ(loop.frontend.notices(),
              (std::vector<std::string>{"Loop mode ends here: 5 times in a row the model neither ran code nor said that it is done."}));
}

TEST(LoopMode, ItsOwnWordsAreUsedWhereNoneAreSet)
{
    const LoopMode own = loop_mode(true, "", " ");
    EXPECT_EQ(own.breakers, (std::vector<std::string>{"The task is done.", "The task is impossible.",
                                                      "Let me know what you'd like to do next.", "Please provide more information."}));
    EXPECT_TRUE(
        own.told().ends_with(":\n- The task is done.\n- The task is impossible.\n- Let me know what you'd like to do next.\n"
                             "- Please provide more information."));
    EXPECT_FALSE(own.wants_more(std::vector{assistant("Good. the TASK is done. Bye")}));
    EXPECT_TRUE(own.wants_more(std::vector{assistant("Working on it.")}));
    EXPECT_FALSE(own.wants_more(std::vector{user("Working on it.")}));
    EXPECT_FALSE(own.wants_more({}));
    EXPECT_EQ(loop_mode(true, "x", " a | |b").breakers, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace oi
