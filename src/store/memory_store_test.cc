// MemoryStore: keeps a conversation as the transcript emits it, until it is released.
#include "store/memory_store.h"

#include <gtest/gtest.h>

namespace oi {
namespace {

TEST(MemoryStore, KeepsMessagesPiecesAndCostsInOrder)
{
    const auto store = make_memory_store();
    const auto id = store->create("/work", "gpt-4o").value();
    store->append(id, user("go\non"));
    Chunk mark{.mark = Mark::start};
    store->append(id, mark);
    store->append(id, text_chunk("Hel"));
    store->append(id, text_chunk("lo"));
    mark.mark = Mark::end;
    store->append(id, mark);
    store->append(id, text_chunk("again"));
    store->append(id, active_line_chunk(1));
    store->append(id, code_chunk("python", "1"));
    store->replace_last(id, "2");
    store->add_usage(id, {.input_tokens = 3});
    store->add_usage(id, {.input_tokens = 4});
    EXPECT_EQ(store->load(id).value(), (std::vector{user("go\non"), assistant("Hello"), assistant("again"), code("python", "2")}));
    EXPECT_EQ(store->usage(id).value().input_tokens, 7);
    EXPECT_EQ(store->about(id).value().first_words, "go");
    store->truncate(id, 1);
    store->append(id, text_chunk("new"));
    EXPECT_EQ(store->load(id).value(), (std::vector{user("go\non"), assistant("new")}));
}

TEST(MemoryStore, ACompactionCountsWhileItsMessagesAreThere)
{
    const auto store = make_memory_store();
    const auto id = store->create("/work", "").value();
    store->append(id, user("one"));
    store->append(id, Compaction{1, "short"});
    EXPECT_EQ(store->compaction(id).value(), (Compaction{1, "short"}));
    store->truncate(id, 0);
    EXPECT_EQ(store->compaction(id).value(), std::nullopt);
}

TEST(MemoryStore, CopiesAreApartAndWhatIsReleasedIsGone)
{
    const auto store = make_memory_store();
    const auto id = store->create("/work", "").value();
    store->append(id, user("one"));
    store->append(id, user("two"));
    const auto copy = store->fork(id, 1).value();
    store->append(copy, user("three"));
    EXPECT_EQ(store->load(copy).value(), (std::vector{user("one"), user("three")}));
    EXPECT_EQ(store->load(id).value().size(), 2U);
    EXPECT_EQ(store->last("/work").value(), copy);
    store->release(id);
    EXPECT_EQ(store->load(id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(store->list(10).value().size(), 1U);
    EXPECT_FALSE(store->rename(id, "x"));
}

}  // namespace
}  // namespace oi
