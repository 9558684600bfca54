// Replies that break off half-way: what runs, what stays, what the model and programs are told.
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

const Error lost{ErrorKind::network, "V: the stream was cut in the middle"};

// A reply as far as it came: its last code has no end.
Reply half(std::initializer_list<Message> messages)
{
    Reply reply{messages};
    if (is_end_mark(std::get<Chunk>(reply.events.back()))) reply.events.pop_back();
    return reply.then(lost);
}

struct Table {
    explicit Table(std::vector<Reply> replies, std::size_t resumes = 3) : model{std::move(replies)}
    {
        python.on_cell = [](std::string_view, std::stop_token) { return "done\n"; };
        conversation =
            std::make_unique<Conversation>(model, store, std::vector{python.language()}, ConversationOptions{.resumes = resumes});
        result = conversation->say(user("go"), frontend, {});
    }
    std::vector<Message> shown_to_people() const
    {
        auto messages = conversation->messages();
        std::erase_if(messages, [](const Message& message) { return message.recipient == "assistant"; });
        return messages;
    }

    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    RecordingFrontend frontend;
    std::unique_ptr<Conversation> conversation;
    Result<void> result;
};

TEST(Resume, ProseStaysAndTheModelIsAskedToGoOn)
{
    const Table table{{half({says("The answer")}), says(" is 4.")}};
    ASSERT_TRUE(table.result);
    EXPECT_EQ(table.shown_to_people(), (std::vector{user("go"), assistant("The answer"), assistant(" is 4.")}));
    const auto& asked = table.model.asked.at(1).messages;
    ASSERT_EQ(asked.size(), 3U);
    EXPECT_EQ(asked[2].recipient, "assistant");
    EXPECT_NE(asked[2].content.find("exactly where it stops"), std::string::npos);
    EXPECT_EQ(table.frontend.notices(),
              std::vector<std::string>{"The reply broke off (V: the stream was cut in the middle): asking the model to go on."});
}

TEST(Resume, HalfCodeIsWithdrawnAndAskedForAgain)
{
    Table table{{half({says("So:"), code("python", "del everythi")}), code("python", "del everything_old"), says("ok")}};
    ASSERT_TRUE(table.result);
    EXPECT_EQ(table.python.cells, (std::vector{Cell{"python", "del everything_old"}}));
    EXPECT_EQ(table.shown_to_people(),
              (std::vector{user("go"), assistant("So:"), code("python", "del everything_old"), output("done\n"), assistant("ok")}));
    EXPECT_EQ(*table.store.load(table.conversation->id()), table.conversation->messages());
    EXPECT_NE(table.model.asked.at(1).messages.back().content.find("Send it again, whole"), std::string::npos);
}

TEST(Resume, ACallAloneIsAskedForAgainWithTheSameRequest)
{
    const Table table{{half({code("python", "pri")}), code("python", "print()"), says("ok")}};
    ASSERT_TRUE(table.result);
    EXPECT_EQ(table.model.asked.at(0).messages, table.model.asked.at(1).messages);
    EXPECT_EQ(table.python.cells, (std::vector{Cell{"python", "print()"}}));
}

TEST(Resume, ProgramsSeeTheEndOfHalfCodeAndThatItIsWithdrawn)
{
    const Table table{{half({code("python", "pri")}), says("ok")}};
    const auto events = table.frontend.events();
    const auto withdrawn = std::find_if(events.begin(), events.end(), [](const Event& event) {
        const auto* notice = std::get_if<Notice>(&event);
        return notice && notice->level == Notice::Level::withdrawn;
    });
    ASSERT_NE(withdrawn, events.end());
    const auto* before = std::get_if<Chunk>(&*(withdrawn - 1));
    ASSERT_NE(before, nullptr);
    EXPECT_EQ(std::pair(before->type, before->mark), std::pair(Kind::code, Mark::end));
}

TEST(Resume, AWholeCallRunsAndTheHalfOneBehindItIsAskedForAgain)
{
    const Table table{{half({code("python", "1"), code("python", "2 +")}), code("python", "2 + 2"), says("ok")}};
    ASSERT_TRUE(table.result);
    EXPECT_EQ(table.python.cells, (std::vector{Cell{"python", "1"}, Cell{"python", "2 + 2"}}));
    EXPECT_EQ(table.conversation->messages(),
              (std::vector{user("go"), code("python", "1"), output("done\n"), code("python", "2 + 2"), output("done\n"), assistant("ok")}));
}

TEST(Resume, AfterThreeTimesTheErrorStandsAndWhatCameStays)
{
    const Table table{{half({says("a")}), half({says("b")}), half({says("c")}), half({says("d"), code("python", "x")}), says("never")}};
    ASSERT_FALSE(table.result);
    EXPECT_EQ(table.result.error(), lost);
    EXPECT_EQ(table.model.asked.size(), 4U);
    EXPECT_TRUE(table.python.cells.empty());
    EXPECT_EQ(table.shown_to_people(),
              (std::vector{user("go"), assistant("a"), assistant("b"), assistant("c"), assistant("d"), code("python", "x")}));
}

TEST(Resume, ABreakIsWaitedForOnceAndForgottenWhenAReplyComesWhole)
{
    const Table table{
        {half({says("a")}), code("python", "1"), code("python", "2"), half({says("b")}), half({says("c")}), half({says("d")}), says("ok")}};
    EXPECT_TRUE(table.result) << "no three of them in a row were too many";
    std::vector<std::size_t> breaks;
    for (const auto& asked : table.model.asked) breaks.push_back(asked.breaks);
    EXPECT_EQ(breaks, (std::vector<std::size_t>{0, 1, 0, 0, 1, 2, 3}));
}

TEST(Resume, OnlyPassingFailuresOfABegunReplyAreGoneOnAfter)
{
    const Error wrong{ErrorKind::protocol, "malformed JSON"};
    EXPECT_EQ(Table({Reply{says("a")}.then(wrong), says("b")}).result.error(), wrong);
    EXPECT_EQ(Table({Reply{lost}, says("b")}).result.error(), lost) << "nothing had come: the retries of the model are over";
    EXPECT_EQ(Table({half({says("a")}), says("b")}, 0).result.error(), lost);
    for (const auto kind : {ErrorKind::timeout, ErrorKind::rate_limited})
        EXPECT_TRUE(Table({Reply{says("a")}.then({kind, "V: busy"}), says("b")}).result) << name(kind);
}

}  // namespace
}  // namespace oi
