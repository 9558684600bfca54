// The list of conversations: what keys do, what stands on the screen at any size.
#include "frontend/terminal/conversation_picker.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"
#include "testing/fake_store.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

class Picker : public ::testing::Test {
protected:
    ConversationId say(const std::vector<Message>& messages)
    {
        const auto id = store.create("/work", "gpt-4o").value();
        for (const auto& message : messages) store.append(id, message);
        return id;
    }
    void open()
    {
        picker.emplace(
            store, [this](ConversationId id) { return store.remove(id); }, [](std::int64_t) { return "2026-01-02 03:04"; });
    }
    void type(const std::string& text)
    {
        for (const char c : text) picker->press({Key::Kind::text, std::string(1, c)});
    }
    void control(const char* letter) { picker->press({Key::Kind::control, letter}); }
    std::string screen(int columns = 80, int rows = 10) { return join(picker->rows({columns, rows}), "\n"); }
    bool shows(std::string_view text) { return screen(120).find(text) != std::string::npos; }

    testing::FakeStore store;
    std::optional<ConversationPicker> picker;
};

}  // namespace

TEST_F(Picker, ShowsTheNewestFirstWithWhatIsKnownOfEach)
{
    const auto first = say({user("weather in Oslo"), assistant("fine")});
    store.add_usage(first, {.cost = 0.25});
    say({user("train to Rome")});
    open();
    const auto rows = picker->rows({80, 10});
    ASSERT_EQ(rows.size(), 10U);
    EXPECT_EQ(rows[1].find("\x1b[7m2026-01-02 03:04  train to Rome"), 0U) << rows[1];
    EXPECT_EQ(rows[2].find("2026-01-02 03:04  weather in Oslo"), 0U) << rows[2];
    EXPECT_NE(rows[2].find("gpt-4o"), std::string::npos);
    EXPECT_NE(rows[2].find(" 2 "), std::string::npos);
    EXPECT_NE(rows[2].find("$0.25"), std::string::npos) << rows[2];
}

TEST_F(Picker, LettersFilterByNameAndByWhatWasSaid)
{
    const auto oslo = say({user("weather in Oslo"), assistant("bring an umbrella")});
    say({user("train to Rome")});
    open();
    type("umbr");
    EXPECT_TRUE(shows("weather in Oslo: bring an umbrella"));
    EXPECT_FALSE(shows("Rome"));
    picker->press({Key::Kind::escape});
    EXPECT_TRUE(shows("Rome"));
    EXPECT_FALSE(picker->is_done());
    type("OSLO");
    picker->press({Key::Kind::enter});
    EXPECT_TRUE(picker->is_done());
    EXPECT_EQ(picker->chosen(), oslo);
}

TEST_F(Picker, RenamesCopiesAndDeletesAfterAQuestion)
{
    say({user("weather")});
    open();
    control("r");
    type("Norway");
    picker->press({Key::Kind::backspace});
    picker->press({Key::Kind::enter});
    EXPECT_TRUE(shows("Norwa "));
    control("f");
    EXPECT_TRUE(shows("Norwa (copy)"));
    control("d");
    EXPECT_TRUE(shows("Delete it with all that was said? y/n"));
    picker->press({Key::Kind::enter});
    EXPECT_EQ(store.list(9).value().size(), 2U) << "only y deletes";
    control("d");
    picker->press({Key::Kind::paste, "y"});
    EXPECT_EQ(store.list(9).value().size(), 2U) << "a paste answers nothing";
    control("d");
    type("y");
    EXPECT_EQ(store.list(9).value().size(), 1U);
    EXPECT_FALSE(shows("(copy)"));
}

TEST_F(Picker, SaysWhyOneCannotBeDeleted)
{
    store.claimed_by_others.insert(say({user("weather")}));
    open();
    control("d");
    type("y");
    EXPECT_TRUE(shows("is open"));
    EXPECT_TRUE(shows("weather"));
}

TEST_F(Picker, FilesOfTheClassicProgramAreListedAndComeIntoTheStoreWhenTheyAreOpened)
{
    say({user("weather in Oslo")});
    int imported = 0;
    const std::vector<ConversationSummary> files{{.id = -1, .first_words = "Plot my data", .folder = "/old/plot.json", .model = "old"},
                                                 {.id = -2, .first_words = "Broken one", .folder = "/old/broken.json", .model = "old"}};
    picker.emplace(
        store, [this](ConversationId id) { return store.remove(id); }, [](std::int64_t) { return "2024-01-02 03:04"; },
        ConversationPicker::Old{files, [&](ConversationId id) -> Result<ConversationId> {
                                    if (id == -2) return fail(ErrorKind::invalid, "/old/broken.json: this is no conversation");
                                    ++imported;
                                    return store.add({.messages = {user("Plot my data, please")}});
                                }});
    EXPECT_TRUE(shows("Plot my data") && shows("old") && shows("weather in Oslo"));
    type("broken");
    picker->press({Key::Kind::enter});
    EXPECT_TRUE(shows("broken.json: this is no conversation"));
    EXPECT_FALSE(picker->is_done());
    picker->press({Key::Kind::escape});
    type("plot");
    control("d");
    EXPECT_TRUE(shows("not deleted from here: /old/plot.json"));
    EXPECT_EQ(imported, 0);
    picker->press({Key::Kind::enter});
    ASSERT_TRUE(picker->chosen());
    EXPECT_EQ(store.load(*picker->chosen())->front(), user("Plot my data, please"));
    EXPECT_EQ(imported, 1);
}

TEST_F(Picker, NoRowIsWiderAndNoScreenHigherThanTheTerminal)
{
    for (int i = 0; i < 40; ++i) say({user(cat("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E ", std::string(100, 'x'), " \x1b[31m", i))});
    open();
    for (int columns = 1; columns < 120; columns += 7)
        for (int height : {1, 2, 3, 5, 24}) {
            picker->press({Key::Kind::page_down});
            const auto rows = picker->rows({columns, height});
            EXPECT_LE(rows.size(), static_cast<std::size_t>(height));
            for (const auto& row : rows) EXPECT_LE(columns_of(replace_all(replace_all(row, "\x1b[7m", ""), "\x1b[0m", "")), columns) << row;
        }
}

TEST_F(Picker, AnEmptyListTakesEveryKey)
{
    open();
    for (const auto* letter : {"r", "d", "f"}) control(letter);
    for (const auto kind : {Key::Kind::enter, Key::Kind::up, Key::Kind::down, Key::Kind::page_up, Key::Kind::end, Key::Kind::remove})
        picker->press({kind});
    EXPECT_TRUE(shows("No conversations yet."));
    EXPECT_FALSE(picker->is_done());
    control("c");
    EXPECT_TRUE(picker->is_done());
    EXPECT_EQ(picker->chosen(), std::nullopt);
}

}  // namespace oi
