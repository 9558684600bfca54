// Words that go into a running turn: nothing is lost, nothing runs twice, half code never runs.
#include "agent/conversation.h"
#include "agent/session.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>

namespace oi {
namespace {

using namespace oi::testing;

Reply hanging(std::initializer_list<Message> messages)
{
    Reply reply{messages};
    reply.is_waiting = true;
    return reply;
}

// A conversation whose frontend steers when the test says so, from the turn's own thread.
struct Table {
    explicit Table(std::vector<Reply> replies) : model{std::move(replies)}
    {
        python.on_cell = [](std::string_view, std::stop_token) { return "done\n"; };
        conversation = std::make_unique<Conversation>(model, store, std::vector{python.language()}, ConversationOptions{});
    }
    void steer(std::string words)
    {
        conversation->steering().add({user(std::move(words))});
        conversation->steering().interrupt_answer();
    }
    // Steers when a chunk with that text arrives.
    void steer_at(std::string piece, std::string words)
    {
        frontend.on_event = [this, piece = std::move(piece), words = std::move(words), is_done = false](const Event& event) mutable {
            const auto* chunk = std::get_if<Chunk>(&event);
            if (is_done || !chunk || chunk->content.find(piece) == std::string::npos) return;
            is_done = true;
            steer(words);
        };
    }
    Result<void> say(std::string text) { return conversation->say(user(std::move(text)), frontend, stop.get_token()); }
    std::vector<std::string> said() const
    {
        std::vector<std::string> all;
        for (const auto& event : frontend.events())
            if (const auto* one = std::get_if<Chunk>(&event); one && one->role == Role::user && one->mark == Mark::none)
                all.push_back(one->content);
        return all;
    }

    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    RecordingFrontend frontend{Approve::everything};
    std::stop_source stop;
    std::unique_ptr<Conversation> conversation;
};

// If these hang, that is the bug.
TEST(Steering, AnAnswerStopsAtOnceAndTheTurnGoesOnWithTheWords)
{
    Table table{{hanging({says("A long story")}), says("Short, then.")}};
    table.steer_at("story", "shorter please");
    ASSERT_TRUE(table.say("tell me"));
    const std::vector expected{user("tell me"), assistant("A long story"), user("shorter please"), assistant("Short, then.")};
    EXPECT_EQ(table.conversation->messages(), expected);
    EXPECT_EQ(*table.store.load(table.conversation->id()), expected);
    EXPECT_EQ(table.said(), std::vector<std::string>{"shorter please"});
}

TEST(Steering, HalfCodeIsTakenBackAndNeverRuns)
{
    Table table{{hanging({says("Let me."), code("python", "rm(")}), says("I did nothing.")}};
    table.steer_at("rm(", "stop, not that");
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.conversation->messages(),
              (std::vector{user("go"), assistant("Let me."), user("stop, not that"), assistant("I did nothing.")}));
    EXPECT_TRUE(table.python.cells.empty());
    EXPECT_EQ(*table.store.load(table.conversation->id()), table.conversation->messages());
}

TEST(Steering, WholeCodeThatHasNotRunDoesNotRun)
{
    Table table{{hanging({code("python", "1"), says("And then")}), says("Fine.")}};
    std::latch is_asked{1};
    table.model.on_request = [&, count = 0](const Asked&) mutable {
        if (++count == 1) is_asked.count_down();
    };
    std::thread person{[&] {
        is_asked.wait();
        table.steer("do not");
    }};
    ASSERT_TRUE(table.say("go"));
    person.join();
    const auto& messages = table.conversation->messages();
    EXPECT_EQ(messages[messages.size() - 2], user("do not"));
    EXPECT_EQ(messages.back(), assistant("Fine."));
    EXPECT_TRUE(table.python.cells.empty());
}

TEST(Steering, CodeThatRunsEndsFirstAndRunsOnce)
{
    Table table{{{code("python", "a = 1"), code("python", "b = 2")}, says("Both are there.")}};
    table.python.on_cell = [&](std::string_view, std::stop_token stop) {
        table.steer("only a");
        EXPECT_FALSE(stop.stop_requested());
        return "ran\n";
    };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.conversation->messages(),
              (std::vector{user("go"), code("python", "a = 1"), output("ran\n"), user("only a"), assistant("Both are there.")}));
    EXPECT_EQ(table.python.cells.size(), 1U) << "the second call was dropped";
}

TEST(Steering, AskedAgainTheCellStopsAndItsSessionLivesOn)
{
    Table table{{code("python", "spin()"), code("python", "x"), says("ok")}};
    table.python.on_cell = [&](std::string_view cell, std::stop_token stop) {
        if (cell != "spin()") return "1\n";
        table.conversation->steering().interrupt_cell();
        EXPECT_FALSE(stop.stop_requested()) << "no words wait";
        table.steer("too slow");
        table.conversation->steering().interrupt_cell();
        EXPECT_TRUE(stop.stop_requested());
        return "KeyboardInterrupt\n";
    };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.conversation->messages(), (std::vector{user("go"), code("python", "spin()"), output("KeyboardInterrupt\n"),
                                                           user("too slow"), code("python", "x"), output("1\n"), assistant("ok")}));
    EXPECT_EQ(table.python.started, 1);
}

TEST(Steering, WordsForTheLastAnswerAreAnsweredInTheSameTurn)
{
    Table table{{says("Done."), says("Glad to hear.")}};
    table.model.on_request = [&, count = 0](const Asked&) mutable {
        if (++count == 1) table.conversation->steering().add({user("thanks")});
    };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.conversation->messages(), (std::vector{user("go"), assistant("Done."), user("thanks"), assistant("Glad to hear.")}));
}

TEST(Steering, AnInterruptStopsTheTurnThoughWordsWait)
{
    Table table{{code("python", "1"), says("never")}};
    table.python.on_cell = [&](std::string_view, std::stop_token) {
        table.steer("wait");
        table.stop.request_stop();
        return "KeyboardInterrupt\n";
    };
    EXPECT_EQ(table.say("go").error().kind, ErrorKind::cancelled);
    EXPECT_EQ(table.model.asked.size(), 1U);
}

struct Room {
    explicit Room(std::vector<Reply> replies) : model{std::move(replies)}
    {
        session = std::make_unique<Session>(std::make_unique<Conversation>(model, store, std::vector<Language>{}, ConversationOptions{}));
    }
    template <class T>
    T until()
    {
        for (;;)
            if (auto event = session->next(); auto* wanted = std::get_if<T>(&*event)) return *wanted;
    }
    ScriptedModel model;
    FakeStore store;
    std::unique_ptr<Session> session;
};

TEST(Steering, WithNoTurnRunningItIsAMessageLikeAnyOther)
{
    Room room{{says("hello")}};
    room.session->submit(Steer{Say{user("hi")}});
    room.until<TurnDone>();
    EXPECT_EQ(room.session->messages(), (std::vector{user("hi"), assistant("hello")}));
}

TEST(Steering, AtWhateverMomentTheWordsAreSaidOnce)
{
    for (int i = 0; i < 200; ++i) {
        const Message picture{Role::user, Kind::image, "path", "a.png"};
        Room room{{says("one"), says("two"), says("three")}};
        room.session->submit(Say{user("go")});
        if (i % 2 == 0) room.until<Chunk>();
        room.session->submit(Steer{Say{user("more"), {picture}}});
        while (room.session->is_busy()) room.until<TurnDone>();
        const auto messages = room.session->messages();
        EXPECT_EQ(std::count(messages.begin(), messages.end(), user("more")), 1);
        EXPECT_EQ(std::count(messages.begin(), messages.end(), picture), 1);
        EXPECT_EQ(messages.back().role, Role::assistant);
    }
}

}  // namespace
}  // namespace oi
