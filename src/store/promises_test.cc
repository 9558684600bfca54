// What every Store promises about conversations as a whole: searched, named, copied, removed, claimed.
#include "base/text.h"
#include "store/sqlite_store.h"
#include "testing/fake_store.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <functional>

namespace oi {

namespace {

struct Variant {
    std::string name;
    std::function<std::unique_ptr<Store>(const std::string& folder)> open;
};

class StorePromises : public ::testing::TestWithParam<Variant> {
protected:
    ConversationId say(const std::string& folder, const std::vector<Message>& messages)
    {
        const auto id = store->create(folder, "gpt-4o").value();
        for (const auto& message : messages) store->append(id, message);
        EXPECT_TRUE(store->flush());
        return id;
    }

    // Of the hits: "ID/MESSAGE".
    std::vector<std::string> found(std::string_view words)
    {
        std::vector<std::string> places;
        const auto hits = store->search(words, 100).value();
        for (const auto& hit : hits) places.push_back(cat(hit.conversation, "/", hit.message));
        return places;
    }

    testing::TempDir folder;
    std::unique_ptr<Store> store = GetParam().open(folder.path());
};

INSTANTIATE_TEST_SUITE_P(Stores, StorePromises,
                         ::testing::Values(Variant{"sqlite", [](const std::string& at) { return open_sqlite_store(at + "/c.db"); }},
                                           Variant{"memory", [](const std::string&) { return memory_store(); }},
                                           Variant{"fake", [](const std::string&) { return std::make_unique<testing::FakeStore>(); }}),
                         [](const auto& which) { return which.param.name; });

}  // namespace

TEST_P(StorePromises, FindsWhatWasSaidAndPrintedWithItsPlace)
{
    const auto id = say("/work", {user("Plot the Temperatures"), code("python", "plt.show()"), output("saved to weather.png\n")});
    say("/work", {user("something else")});
    const auto hits = store->search("temperatures", 10).value();
    ASSERT_EQ(hits.size(), 1U);
    EXPECT_EQ(hits[0].conversation, id);
    EXPECT_EQ(hits[0].title, "Plot the Temperatures");
    EXPECT_EQ(hits[0].folder, "/work");
    EXPECT_EQ(hits[0].role, Role::user);
    EXPECT_EQ(hits[0].type, Kind::message);
    EXPECT_EQ(hits[0].message, 0U);
    EXPECT_EQ(hits[0].excerpt, "Plot the Temperatures");
    EXPECT_EQ(found("weather"), std::vector{cat(id, "/2")});
    EXPECT_EQ(found("plot temp"), std::vector{cat(id, "/0")}) << "all words, the last one unfinished";
    EXPECT_EQ(found("plot weather"), std::vector<std::string>{}) << "not in one message";
    EXPECT_EQ(found(""), std::vector<std::string>{});
    EXPECT_EQ(store->search("e", 1).value().size(), 1U);
}

TEST_P(StorePromises, FindsTheWholeOfAMessageThatCameInPieces)
{
    const auto id = store->create("/", "m").value();
    store->append(id, user("go"));
    store->append(id, text_chunk("the cross"));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(found("cross"), std::vector{cat(id, "/1")}) << "as far as it got";
    store->append(id, text_chunk("road is near"));
    ASSERT_TRUE(store->flush());
    store->append(id, text_chunk("by"));
    EXPECT_EQ(found("crossroad nearby"), std::vector{cat(id, "/1")});
    EXPECT_EQ(found("crossroad").size(), 1U) << "once";
}

TEST_P(StorePromises, DoesNotFindWhatWasTakenBackOrReplaced)
{
    const auto id = say("/", {user("alpha"), code("shell", "rm bravo"), output("charlie")});
    EXPECT_EQ(found("charlie").size(), 1U);
    store->truncate(id, 2);
    store->replace_last(id, "ls delta");
    EXPECT_EQ(found("charlie"), std::vector<std::string>{});
    EXPECT_EQ(found("bravo"), std::vector<std::string>{});
    EXPECT_EQ(found("delta"), std::vector{cat(id, "/1")});
    store->append(id, output("echo"));
    EXPECT_EQ(found("echo"), std::vector{cat(id, "/2")});
}

TEST_P(StorePromises, KnowsTheLanguagesOfAConversation)
{
    const auto id = say("/", {user("go"), code("shell", "ls"), code("python", "1"), code("shell", "pwd"),
                              Message{Role::computer, Kind::code, "html", "<p>"}, output("x")});
    EXPECT_EQ(store->languages(id).value(), (std::vector<std::string>{"python", "shell"}));
    EXPECT_EQ(store->languages(say("/", {user("hello")})).value(), std::vector<std::string>{});
}

TEST_P(StorePromises, AConversationCanBeNamed)
{
    const auto id = say("/", {user("hello")});
    EXPECT_EQ(store->list(1).value()[0].title, "");
    ASSERT_TRUE(store->rename(id, "Greetings"));
    EXPECT_EQ(store->list(1).value()[0].title, "Greetings");
    EXPECT_EQ(store->list(1).value()[0].first_words, "hello");
    EXPECT_EQ(store->search("hello", 1).value()[0].title, "Greetings");
    store->append(id, user("more"));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(store->list(1).value()[0].title, "Greetings");
    EXPECT_EQ(store->rename(id + 100, "x").error().kind, ErrorKind::not_found);
}

TEST_P(StorePromises, ARemovedConversationIsGoneWithAllThatWasSaid)
{
    const auto id = say("/", {user("secret plan")});
    const auto other = say("/", {user("secret garden")});
    EXPECT_EQ(found("secret").size(), 2U);
    ASSERT_TRUE(store->remove(id));
    EXPECT_EQ(found("secret"), std::vector{cat(other, "/0")});
    EXPECT_EQ(store->list(9).value().size(), 1U);
    EXPECT_EQ(store->load(id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(store->remove(id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(store->last("/").value(), other);
}

TEST_P(StorePromises, AForkBeginsWithACopyAndHasCostNothing)
{
    const std::vector said{user("a"), assistant("one"), user("b"), assistant("two")};
    const auto id = say("/w", said);
    store->add_usage(id, {.input_tokens = 10, .cost = 0.5});
    store->append(id, Compaction{2, "summary"});
    const auto part = store->fork(id, 3).value();
    const auto early = store->fork(id, 1).value();
    ASSERT_NE(part, id);
    EXPECT_EQ(store->load(part).value(), (std::vector{user("a"), assistant("one"), user("b")}));
    EXPECT_EQ(store->usage(part).value(), Usage{});
    EXPECT_EQ(store->compaction(part).value(), (Compaction{2, "summary"}));
    EXPECT_EQ(store->compaction(early).value(), std::nullopt);
    store->append(part, user("other way"));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(store->load(part).value().size(), 4U);
    EXPECT_EQ(store->load(id).value(), said);
    EXPECT_EQ(store->load(store->fork(id, 1000).value()).value(), said);
    EXPECT_EQ(store->fork(id + 100, 1).error().kind, ErrorKind::not_found);
    EXPECT_EQ(found("other"), std::vector{cat(part, "/3")});
}

TEST_P(StorePromises, AnImportedConversationIsAddedOnce)
{
    const ImportedConversation old{.folder = "/home",
                                   .model = "gpt-4",
                                   .title = "Old",
                                   .changed = 1'700'000'000,
                                   .messages = {user("how are you"), assistant("fine")}};
    const auto id = store->add(old).value();
    EXPECT_EQ(store->load(id).value(), old.messages);
    const auto listed = store->list(5).value().at(0);
    EXPECT_EQ(listed.title, "Old");
    EXPECT_EQ(listed.model, "gpt-4");
    EXPECT_EQ(listed.changed, 1'700'000'000);
    EXPECT_EQ(store->add(old).value(), id);
    EXPECT_EQ(store->list(5).value().size(), 1U);
    EXPECT_EQ(found("fine"), std::vector{cat(id, "/1")});
}

TEST_P(StorePromises, TheListSaysWhatEachHasCost)
{
    const auto id = say("/", {user("a")});
    store->add_usage(id, {.cost = 0.25});
    store->add_usage(id, {.cost = 0.5});
    ASSERT_TRUE(store->flush());
    EXPECT_DOUBLE_EQ(store->list(1).value()[0].cost, 0.75);
}

}  // namespace oi
