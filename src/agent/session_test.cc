// Session: ops in, events out, from another thread.
#include "agent/session.h"

#include "agent/conversation.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

#include <latch>

namespace oi {
namespace {

using namespace oi::testing;

struct Room {
    explicit Room(std::vector<Reply> replies) : model{std::move(replies)}
    {
        python.on_cell = [](std::string_view, std::stop_token) { return "1\n"; };
        session =
            std::make_unique<Session>(std::make_unique<Conversation>(model, store, std::vector{python.language()}, ConversationOptions{}));
    }
    // Takes events until one of type T comes.
    template <class T>
    T until()
    {
        for (;;)
            if (auto event = session->next(); auto* wanted = std::get_if<T>(&*event)) return *wanted;
    }
    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    std::unique_ptr<Session> session;
};

TEST(Session, AsksAndGoesOnWithTheDecision)
{
    Room room{{code("python", "1"), says("ok")}};
    room.session->submit(Say{user("go")});
    const auto asked = room.until<ApprovalAsked>();
    EXPECT_EQ(asked.cell, (Cell{"python", "1"}));
    room.session->submit(Decide{asked.id + 7, {Decision::Verdict::refuse}});  // nobody asked this
    room.session->submit(Decide{asked.id, {Decision::Verdict::run}});
    EXPECT_EQ(room.until<TurnDone>().error, std::nullopt);
    EXPECT_EQ(room.python.cells.size(), 1U);
}

// If these hang, that is the bug.
TEST(Session, InterruptStopsAModelThatHangs)
{
    Room room{{waits(), says("later")}};
    std::latch is_asked{1};
    room.model.on_request = [&](const Asked&) {
        if (!is_asked.try_wait()) is_asked.count_down();
    };
    room.session->submit(Say{user("go")});
    is_asked.wait();
    room.session->submit(Interrupt{});
    EXPECT_EQ(room.until<TurnDone>().error->kind, ErrorKind::cancelled);
    room.session->submit(Say{user("again")});
    room.until<TurnDone>();
    EXPECT_EQ(room.session->messages().front(), user("go"));
}

TEST(Session, AnInterruptRightAfterAMessageStopsItsTurnAlsoBeforeItStarts)
{
    for (int i = 0; i < 100; ++i) {
        Room room{{waits()}};
        room.session->submit(Say{user("go")});
        room.session->submit(Interrupt{});
        EXPECT_EQ(room.until<TurnDone>().error->kind, ErrorKind::cancelled);
    }
}

TEST(Session, InterruptEndsAQuestion)
{
    Room room{{code("python", "1")}};
    room.session->submit(Say{user("go")});
    room.until<ApprovalAsked>();
    room.session->submit(Interrupt{});
    EXPECT_EQ(exit_code(room.until<TurnDone>().error), 130);
    EXPECT_TRUE(room.python.cells.empty());
}

TEST(Session, ResetStopsTheTurnAndForgetsTheConversation)
{
    Room room{{code("python", "1")}};
    room.session->submit(Say{user("go")});
    room.until<ApprovalAsked>();
    room.session->submit(Reset{});
    EXPECT_EQ(room.until<TurnDone>().error->kind, ErrorKind::cancelled);
    EXPECT_EQ(room.until<TurnDone>().error, std::nullopt);
    EXPECT_TRUE(room.session->messages().empty());
}

TEST(Session, DestroyingItInTheMiddleOfATurnStopsTheTurn)
{
    Room room{{waits()}};
    room.session->submit(Say{user("go")});
    room.session.reset();
    EXPECT_EQ(room.python.alive, 0);
}

TEST(Session, TheEndOfATurnSumsTheUsageOfItsRequests)
{
    Reply first{code("python", "1")};
    first.usage = {.input_tokens = 10, .output_tokens = 2, .cached_tokens = 1};
    Reply second{says("ok")};
    second.usage = {.input_tokens = 20, .output_tokens = 3, .cached_tokens = 8};
    Room room{{first, second}};
    room.session->submit(Say{user("go")});
    room.session->submit(Decide{room.until<ApprovalAsked>().id, {Decision::Verdict::run}});
    EXPECT_EQ(room.until<TurnDone>().usage, (Usage{30, 5, 9}));
}

TEST(Session, WhatIsAttachedStandsBeforeItsMessageInOneRequest)
{
    Room room{{says("red")}};
    const Message picture{Role::user, Kind::image, "path", "a.png"};
    room.session->submit(Say{user("which colour?"), {picture}});
    room.until<TurnDone>();
    ASSERT_EQ(room.model.asked.size(), 1U);
    EXPECT_EQ(room.model.asked[0].messages, (std::vector{picture, user("which colour?")}));
}

TEST(Session, MessagesSaidWhileATurnRunsComeNext)
{
    Room room{{says("one"), says("two")}};
    room.session->submit(Say{user("1")});
    room.session->submit(Say{user("2")});
    room.until<TurnDone>();
    room.until<TurnDone>();
    EXPECT_EQ(room.session->messages(), (std::vector{user("1"), assistant("one"), user("2"), assistant("two")}));
    EXPECT_FALSE(room.session->is_busy());
}

}  // namespace
}  // namespace oi
