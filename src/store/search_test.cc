// Searching the SQLite store: any words, any script, whatever happened to the conversation; claims of two programs.
#include "base/text.h"
#include "store/database.h"
#include "store/search_words.h"
#include "store/sqlite_store.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <csignal>
#include <poll.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace oi {

namespace {

class SearchTest : public ::testing::Test {
protected:
    std::size_t count(std::string_view words) { return store->search(words, 1000).value().size(); }

    ConversationId say(const std::vector<Message>& messages)
    {
        const auto id = store->create("/", "m").value();
        for (const auto& message : messages) store->append(id, message);
        EXPECT_TRUE(store->flush());
        return id;
    }

    testing::TempDir folder;
    std::string path = folder.path() + "/c.db";
    std::unique_ptr<Store> store = open_sqlite_store(path);
};

}  // namespace

TEST_F(SearchTest, WordsAreWordsWhateverTheyLookLike)
{
    say({user("call my_function(x) OR else NEAR the C++ code: \"exact words here\" café Straße")});
    for (const auto* words : {"my_function", "my_func", "function", "MY_FUNCTION(x)", "OR", "NEAR", "C++", "cafe", "CAFÉ", "straße",
                              "\"exact words\"", "\"exact words", "exact \"words here\"", "code:", "(else)", "els"})
        EXPECT_EQ(count(words), 1U) << words;
    for (const auto* words :
         {"\"words exact\"", "\"exac\"", "absent", "AND", "NOT else absent", "", "\"", "++", "* ^ ( ) { }", "\"\"", "x'y", "\\"})
        EXPECT_EQ(count(words), 0U) << words;
    std::mt19937 random{3};
    for (int i = 0; i < 3000; ++i) {
        std::string words;
        for (auto length = random() % 12; length > 0; --length)
            words +=
                "\"'*()^+-:{}\\ \xC3\xA9\xFF"
                "abAND\x01"[random() % 23];
        EXPECT_TRUE(store->search(words, 5)) << words;
    }
}

TEST_F(SearchTest, ScriptsWithoutBlanksAreFoundByEachOfTheirWords)
{
    say({user("\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94\xE5\xBE\x88\xE5\xA5\xBD")});  // the weather is good today
    EXPECT_EQ(count("\xE5\xA4\xA9\xE6\xB0\x94"), 1U) << "weather";
    EXPECT_EQ(count("\xE6\xB0\x94\xE5\xA4\xA9"), 0U) << "the other way round";
}

TEST_F(SearchTest, PicturesAreNoWords)
{
    const auto id = store->create("/", "m").value();
    store->append(id, Message{Role::computer, Kind::image, "base64.png", "aGVsbG8"});
    store->append(id, Message{Role::computer, Kind::image, "path", "/tmp/plot.png"});
    EXPECT_EQ(count("aGVsbG8"), 0U);
    EXPECT_EQ(count("plot"), 1U);
}

// The place of a hit is the place that load() has it at, also where cells were cut off, and nothing is found that load() has not.
TEST_F(SearchTest, FindsExactlyWhatIsLoadedAfterAnyHistory)
{
    std::mt19937 random{11};
    for (int round = 0; round < 30; ++round) {
        const auto id = store->create("/", "m").value();
        std::string history;
        for (int i = 0; i < 60; ++i) {
            const auto word = cat("w", round, "x", i);
            const auto dice = random() % 13;
            history += cat(dice, " ");
            if (dice < 2) store->append(id, user(word));
            else if (dice < 4) store->append(id, code("shell", word));
            else if (dice < 7) store->append(id, text_chunk(word + " "));
            else if (dice == 7) store->append(id, output_chunk(word + "\n"));
            else if (dice == 8) store->mark(id, CellMark::start);
            else if (dice == 9) store->mark(id, CellMark::end);
            else if (dice == 10) store->append(id, code("shell", "draft")), store->replace_last(id, word);
            else if (dice == 11) store->truncate(id, random() % 12);
            else if (random() % 2 == 0) EXPECT_TRUE(store->flush());
            else count("w");
        }
        const auto loaded = store->load(id).value_or(std::vector<Message>{});
        for (int i = 0; i < 60; ++i) {
            const auto word = cat("w", round, "x", i);
            std::vector<std::size_t> hits, there;
            const auto found = store->search(cat('"', word, '"'), 10).value();
            for (const auto& hit : found) hits.insert(hits.begin(), hit.message);
            for (std::size_t at = 0; at < loaded.size(); ++at)
                if (cat(' ', replace_all(loaded[at].content, "\n", " "), ' ').find(cat(' ', word, ' ')) != std::string::npos)
                    there.push_back(at);
            EXPECT_EQ(hits, there) << word << " of " << history;
        }
    }
}

TEST_F(SearchTest, AConversationOfAnOlderVersionIsBroughtUpToDate)
{
    {
        auto database = store::Database::open(path).value();
        ASSERT_TRUE(database->execute(
            "CREATE TABLE conversation (id INTEGER PRIMARY KEY, folder TEXT NOT NULL, model TEXT NOT NULL, started INTEGER NOT NULL,"
            " changed INTEGER NOT NULL, message_count INTEGER NOT NULL, first_words TEXT NOT NULL);"
            "CREATE TABLE entry (conversation INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,"
            " target INTEGER NOT NULL, role TEXT NOT NULL, type TEXT NOT NULL, format TEXT NOT NULL, recipient TEXT NOT NULL,"
            " content TEXT NOT NULL, PRIMARY KEY (conversation, number)) WITHOUT ROWID;"
            "INSERT INTO conversation VALUES (7, '/old', 'm', 1000, 5000, 2, 'find me');"
            "INSERT INTO entry VALUES (7, 1, 1000, 'message', 0, 'user', 'message', '', '', 'find me');"
            "INSERT INTO entry VALUES (7, 2, 2000, 'usage', 1, '', '', '', '', '{\"input\":9,\"output\":4,\"cost\":0.5}');"
            "INSERT INTO entry VALUES (7, 3, 2000, 'message', 0, 'assistant', 'message', '', '', 'found');"
            "INSERT INTO entry VALUES (7, 4, 2000, 'usage', 1, '', '', '', '', '{\"input\":1,\"output\":1,\"cost\":0.25}');"
            "PRAGMA user_version = 1"));
    }
    EXPECT_EQ(store->load(7).value(), (std::vector{user("find me"), assistant("found")}));
    EXPECT_EQ(store->usage(7).value(), (Usage{.input_tokens = 10, .output_tokens = 5, .cost = 0.75}));
    EXPECT_DOUBLE_EQ(store->list(1).value().at(0).cost, 0.75);
    EXPECT_EQ(count("found"), 1U);
    store->append(7, user("more"));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(store->load(7).value().size(), 3U);
    EXPECT_EQ(count("more"), 1U);
}

TEST_F(SearchTest, TheIndexFollowsByItselfWhenNothingIsWritten)
{
    say({user("quietly")});
    auto reader = store::Database::open(path).value();
    const auto indexed = [&] { return reader->number("SELECT count(*) FROM said").value_or(0) == 1; };
    for (int waited = 0; waited < 20'000 && !indexed(); waited += 20) ::poll(nullptr, 0, 20);
    EXPECT_TRUE(indexed());
}

TEST_F(SearchTest, WhatIsRemovedIsOverwrittenInTheFile)
{
    const std::string secret = "xyzzyplugh" + std::string(200, 'q');
    const auto id = say({user(secret)});
    ASSERT_TRUE(store->remove(id));
    store.reset();
    EXPECT_EQ(sys::read_file(path).value().find(secret), std::string::npos);
}

TEST_F(SearchTest, AConversationThatAnotherProgramGoesOnWithCannotBeClaimedOrRemoved)
{
    const auto id = say({user("mine")});
    const pid_t child = ::fork();
    if (child == 0) {
        const auto other = open_sqlite_store(path);
        const bool is_refused = !other->claim(id) && other->remove(id).error().kind == ErrorKind::denied;
        ::_exit(is_refused && other->claim(id + 1) ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(store->claim(id)) << "whoever has it has it";
    const auto other = open_sqlite_store(path);
    EXPECT_FALSE(other->claim(id));
    store->release(id);
    EXPECT_TRUE(other->claim(id));
    EXPECT_FALSE(store->claim(id));
}

TEST_F(SearchTest, AProgramThatIsKilledHoldsNothingAnyMore)
{
    const auto id = say({user("mine")});
    store.reset();
    const pid_t child = ::fork();
    if (child == 0) {
        const auto other = open_sqlite_store(path);
        if (!other->claim(id)) ::_exit(1);
        ::raise(SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_TRUE(open_sqlite_store(path)->claim(id));
}

TEST(Excerpt, IsOneLineWithWhatWasFoundInIt)
{
    EXPECT_EQ(store::excerpt("a short\n text", "text"), "a short text");
    const std::string far = std::string(500, 'a') + " the needle is here " + std::string(500, 'b');
    const auto line = store::excerpt(far, "needle");
    EXPECT_NE(line.find("the needle is here"), std::string::npos) << line;
    EXPECT_TRUE(line.starts_with("... ") && line.ends_with(" ...")) << line;
    EXPECT_LT(line.size(), 120U);
    EXPECT_EQ(store::excerpt("\x1b[31mred\x1b[0m \x07 bell", "bell"), "red bell");
    EXPECT_EQ(store::excerpt("Caf\xC3\xA9 au lait", "cafe"), "Caf\xC3\xA9 au lait");
    EXPECT_EQ(store::excerpt("", "x"), "");
    EXPECT_EQ(store::excerpt("unneedled needle", "needle").find("needle"), 2U);
}

}  // namespace oi
