// What a person does to a conversation between its turns.
#include "agent/conversation.h"

#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>
#include <thread>
#include <tuple>

namespace oi {
namespace {

using namespace oi::testing;

struct Table {
    explicit Table(std::vector<Reply> replies, Approve answer = Approve::everything) : model{std::move(replies)}, frontend{answer}
    {
        python.on_cell = [](std::string_view cell, std::stop_token) { return std::string{cell} + "\n"; };
        conversation = std::make_unique<Conversation>(model, store, std::vector{python.language()}, ConversationOptions{.folder = "/here"});
    }
    Result<void> say(std::string text) { return conversation->say(user(std::move(text)), frontend, {}); }
    std::vector<Message> stored() { return store.load(conversation->id()).value(); }
    const std::vector<Message>& messages() const { return conversation->messages(); }

    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    RecordingFrontend frontend;
    std::unique_ptr<Conversation> conversation;
};

const Message picture{Role::user, Kind::image, "path", "/x.png", ""};

TEST(Undo, TakesTheLastMessageWithItsPictureAndAllThatFollowedAndRedoBringsItBack)
{
    Table table{{says("one"), code("python", "1"), says("two")}};
    ASSERT_TRUE(table.say("first"));
    const std::vector<Message> before = table.messages();
    table.conversation->attach(picture);
    ASSERT_TRUE(table.say("second"));
    const std::vector<Message> after = table.messages();
    const std::vector gone{picture, user("second"), code("python", "1"), output("1\n"), assistant("two")};

    EXPECT_EQ(table.conversation->undo(), gone);
    EXPECT_EQ(table.messages(), before);
    EXPECT_EQ(table.stored(), before);
    EXPECT_EQ(table.conversation->undo(), before);
    EXPECT_EQ(table.conversation->undo(), std::vector<Message>{});
    EXPECT_EQ(table.conversation->redo(), before);
    EXPECT_EQ(table.conversation->redo(), gone);
    EXPECT_EQ(table.conversation->redo(), std::vector<Message>{});
    EXPECT_EQ(table.messages(), after);
    EXPECT_EQ(table.stored(), after);
}

TEST(Undo, ARefusalIsPartOfTheTurnThatItAnswered)
{
    Table table{{code("python", "rm()"), says("Fine.")}, Approve::nothing};
    ASSERT_TRUE(table.say("go"));
    ASSERT_GE(table.messages().size(), 3U);
    EXPECT_EQ(table.conversation->undo().front(), user("go"));
    EXPECT_TRUE(table.messages().empty());
}

TEST(Undo, WhatIsSaidNextEndsTheRedo)
{
    Table table{{says("one"), says("two")}};
    ASSERT_TRUE(table.say("first"));
    table.conversation->undo();
    ASSERT_TRUE(table.say("instead"));
    EXPECT_EQ(table.conversation->redo(), std::vector<Message>{});
    EXPECT_EQ(table.model.asked.back().messages, std::vector{user("instead")});
}

TEST(Undo, BringsBackTheCompactionThatWasInForce)
{
    Table table{{says("one"), says("two")}};
    ASSERT_TRUE(table.say("first"));
    ASSERT_TRUE(table.say("second"));
    const ConversationId id = table.conversation->id();
    table.store.append(id, Compaction{4, "all of it"});
    ASSERT_TRUE(table.conversation->resume(id));
    table.conversation->undo();
    EXPECT_EQ(table.store.compaction(id).value(), std::nullopt);
    table.conversation->redo();
    EXPECT_EQ(table.store.compaction(id).value(), (Compaction{4, "all of it"}));
}

TEST(Load, TheMessagesBecomeAConversationOfTheirOwnAndTheLanguagesGoOn)
{
    Table table{{code("python", "1"), says("one"), says("two")}};
    ASSERT_TRUE(table.say("first"));
    const ConversationId before = table.conversation->id();
    const std::vector said = table.messages();
    const std::vector loaded{user("old"), code("python", "2"), output("2\n"), assistant("so"), assistant("and so")};
    ASSERT_TRUE(table.conversation->load(loaded));
    EXPECT_NE(table.conversation->id(), before);
    EXPECT_EQ(table.messages(), loaded);
    EXPECT_EQ(table.stored(), loaded);
    EXPECT_EQ(table.store.load(before).value(), said);
    EXPECT_EQ(table.python.alive, 1);
    ASSERT_TRUE(table.say("go on"));
    EXPECT_EQ(table.model.asked.back().messages.size(), loaded.size() + 1);
}

TEST(Load, AStoreThatFailsChangesNothing)
{
    Table table{{says("one")}};
    ASSERT_TRUE(table.say("first"));
    const auto before = table.messages();
    table.store.failure = Error{ErrorKind::io, "the disk is full", ""};
    EXPECT_FALSE(table.conversation->load({user("old")}));
    EXPECT_EQ(table.messages(), before);
}

TEST(Fork, GoesOnInACopyAndLeavesTheOriginalAsItIs)
{
    Table table{{code("python", "1"), says("one"), says("two")}};
    EXPECT_FALSE(table.conversation->fork());
    ASSERT_TRUE(table.say("first"));
    const ConversationId original = table.conversation->id();
    const std::vector before = table.messages();
    ASSERT_TRUE(table.conversation->fork());
    ASSERT_TRUE(table.say("second"));
    EXPECT_NE(table.conversation->id(), original);
    EXPECT_EQ(table.store.load(original).value(), before);
    EXPECT_EQ(table.stored(), table.messages());
    EXPECT_EQ(table.messages().size(), before.size() + 2);
    EXPECT_EQ(table.python.alive, 1);
}

TEST(RunAside, IsShownAndNoPartOfTheConversationAndSharesTheSession)
{
    Table table{{code("python", "1"), says("one")}};
    ASSERT_TRUE(table.say("first"));
    const auto before = table.messages();
    const std::size_t shown = table.frontend.json().size();
    ASSERT_TRUE(table.conversation->run_aside({"python", "mine"}, table.frontend, {}));
    EXPECT_EQ(table.messages(), before);
    EXPECT_EQ(table.stored(), before);
    EXPECT_EQ(table.python.started, 1);
    auto lines = table.frontend.json();
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(shown));
    EXPECT_EQ(lines, (std::vector<std::string>{R"({"role":"computer","type":"console","start":true})",
                                               R"({"role":"computer","type":"console","format":"output","content":"mine\n"})",
                                               R"({"role":"computer","type":"console","end":true})"}));
    EXPECT_EQ(table.conversation->run_aside({"klingon", "x"}, table.frontend, {}).error().kind, ErrorKind::not_found);
}

// If this hangs, that is the bug.
TEST(RunAside, StopEndsIt)
{
    Table table{{says("one")}};
    std::stop_source stop;
    table.python.on_cell = [&](std::string_view, std::stop_token) {
        stop.request_stop();
        return "";
    };
    EXPECT_EQ(table.conversation->run_aside({"python", "spin()"}, table.frontend, stop.get_token()).error().kind, ErrorKind::cancelled);
    EXPECT_EQ(table.python.alive, 1);
}

TEST(WholeOutput, IsThatOfTheCellWithThatNumberOrTheLast)
{
    Table table{{code("python", "a"), code("python", "b"), says("done")}};
    EXPECT_EQ(table.conversation->whole_output(0).error().kind, ErrorKind::not_found);
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.conversation->whole_output(1)->text, "a\n");
    EXPECT_EQ(table.conversation->whole_output(2)->text, "b\n");
    EXPECT_EQ(table.conversation->whole_output(0)->text, "b\n");
    EXPECT_EQ(table.conversation->whole_output(3).error().what, "there is no code number 3; the last one is 2");
}

TEST(WholeOutput, WithoutAFileItIsWhatIsStoredWhichIsMoreThanTheModelGot)
{
    Table table{{code("python", "a"), says("done")}};
    const std::string longer(20'000, 'x');
    table.python.on_cell = [&](std::string_view, std::stop_token) { return longer; };
    ASSERT_TRUE(table.say("go"));
    ASSERT_LT(table.messages().at(2).content.size(), longer.size());
    EXPECT_EQ(table.conversation->whole_output(0)->text, longer);
}

TEST(EndSessions, TheNextCellStartsAFreshOneInTheSameFolderAndTheModelIsTold)
{
    Table table{{code("python", "1"), says("one"), code("python", "2"), says("two")}};
    table.python.folder = "/moved";
    ASSERT_TRUE(table.say("first"));
    const std::string_view others[] = {"ruby"};
    EXPECT_TRUE(table.conversation->end_sessions(others).empty());
    EXPECT_EQ(table.python.alive, 1);
    const auto ended = table.conversation->end_sessions();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended.front().name, "python");
    EXPECT_EQ(table.python.alive, 0);
    EXPECT_TRUE(table.conversation->end_sessions().empty());
    ASSERT_TRUE(table.say("second"));
    EXPECT_EQ(table.messages()[6], output("This is a fresh python session: the person has changed the settings it runs with.\n2\n"));
    EXPECT_EQ(table.python.hosts.at(1).folder, "/moved");
}

TEST(EndSessions, ThatOfAJobIsNotTakenBackWhenTheJobHasEnded)
{
    Table table{{code("python", "1"), says("one"), code("python", "2"), says("two")}};
    table.python.on_controlled_run = [](const Cell&, const ChunkSink&, const RunControl&) -> Result<void> {
        return fail(ErrorKind::left_running, "left");
    };
    ASSERT_TRUE(table.say("first"));
    while (table.conversation->jobs().list().at(0).is_running) std::this_thread::yield();
    EXPECT_EQ(table.conversation->end_sessions().size(), 1U);
    EXPECT_EQ(table.python.alive, 0);
    ASSERT_TRUE(table.say("second"));
    EXPECT_EQ(table.python.started, 2);
}

TEST(KeptVariables, GoWithTheSessionsToWhatTheyGoOnAs)
{
    Table table{{code("python", "1"), says("one")}};
    std::vector<std::tuple<ConversationId, ConversationId, bool>> copies;
    table.conversation->change([&](ConversationOptions& options) {
        options.copy_variables = [&](ConversationId from, ConversationId to, ConversationOptions::CopyFor use) {
            copies.emplace_back(from, to, use == ConversationOptions::CopyFor::go_on);
        };
    });
    ASSERT_TRUE(table.say("first"));
    const ConversationId first = table.conversation->id();
    ASSERT_TRUE(table.conversation->fork());
    const ConversationId second = table.conversation->id();
    ASSERT_TRUE(table.conversation->load({user("x")}));
    const std::vector<std::tuple<ConversationId, ConversationId, bool>> wanted{{first, second, true},
                                                                               {second, table.conversation->id(), true}};
    EXPECT_EQ(copies, wanted);
}

TEST(KeptVariables, SessionsThatRunAreToldWhenThatChanges)
{
    Table table{{code("python", "1"), says("one")}};
    ASSERT_TRUE(table.say("first"));
    table.conversation->change([](ConversationOptions& options) {
        options.keep_variables = [](ConversationId id) -> Result<std::string> { return "/kept/" + std::to_string(id); };
    });
    table.conversation->keep_as_set();
    EXPECT_EQ(table.python.kept_in, "/kept/" + std::to_string(table.conversation->id()));
    table.conversation->change([](ConversationOptions& options) { options.keep_variables = {}; });
    table.conversation->keep_as_set();
    EXPECT_EQ(table.python.kept_in, "");
}

}  // namespace
}  // namespace oi
