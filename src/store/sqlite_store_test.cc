// The SQLite store: what is appended comes back, whatever happens to the program, the file and the disk.
#include "store/sqlite_store.h"

#include "base/text.h"
#include "store/entries.h"
#include "sys/fd.h"
#include "sys/files.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <poll.h>
#include <random>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace oi {

namespace {

class SqliteStoreTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = ::testing::TempDir() + "store.XXXXXX";
        folder = ::mkdtemp(pattern.data());
        path = folder + "/data/conversations.db";
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    std::vector<Message> reopened(ConversationId id) { return open_sqlite_store(path)->load(id).value_or(std::vector<Message>{}); }

    std::string folder;
    std::string path;
};

Chunk with_mark(Chunk chunk, Mark mark)
{
    chunk.content.clear();
    chunk.mark = mark;
    return chunk;
}

// Waits on the clock in small steps for something that another thread or process brings about.
bool eventually(const std::function<bool()>& is_so, int limit_ms = 10'000)
{
    for (int waited = 0; waited < limit_ms; waited += 5) {
        if (is_so()) return true;
        ::poll(nullptr, 0, 5);
    }
    return is_so();
}

// A child process; it must call nothing of gtest. Killed by a watchdog after 60 s.
pid_t in_child(const std::function<int()>& body)
{
    const pid_t child = ::fork();
    if (child != 0) return child;
    ::alarm(60);
    ::_exit(body());
}

int exit_of(pid_t child)
{
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace

TEST_F(SqliteStoreTest, WhatWasAppendedIsThereAfterReopening)
{
    const std::vector<Message> said{user("How many files?"),
                                    assistant("I count them."),
                                    code("shell", "ls | wc -l"),
                                    output("3\n"),
                                    {Role::computer, Kind::image, "base64.png", "aGk=", "user"}};
    ConversationId id = 0;
    {
        const auto store = open_sqlite_store(path);
        id = store->create("/tmp", "gpt-4o").value();
        for (const auto& message : said) store->append(id, message);
    }
    EXPECT_EQ(reopened(id), said);
}

TEST_F(SqliteStoreTest, ChunksBecomeTheMessagesThatTheTranscriptHolds)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/tmp", "m").value();
    store->append(id, user("go"));
    const auto say = [&](const std::vector<Chunk>& chunks) {
        store->append(id, with_mark(chunks.front(), Mark::start));
        for (const auto& chunk : chunks) store->append(id, chunk);
        store->append(id, with_mark(chunks.front(), Mark::end));
    };
    say({text_chunk("one "), text_chunk("answer")});
    say({code_chunk("python", "print("), code_chunk("python", "1)")});
    Chunk question = code_chunk("", "print(1)");
    question.type = Kind::confirmation;
    store->append(id, question);
    say({active_line_chunk(1), output_chunk("1"), active_line_chunk(2), output_chunk("\n"), active_line_chunk(0)});
    say({active_line_chunk(1), active_line_chunk(0)});
    say({text_chunk("first")});
    say({text_chunk("second")});
    const std::vector<Message> expected{user("go"),    assistant("one answer"), code("python", "print(1)"),
                                        output("1\n"), assistant("first"),      assistant("second")};
    EXPECT_EQ(store->load(id).value(), expected);
    EXPECT_EQ(reopened(id), expected);
}

TEST_F(SqliteStoreTest, PiecesOfOneMessageStayTogetherAcrossBatches)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/tmp", "m").value();
    const auto other = store->create("/tmp", "m").value();
    std::string expected;
    for (int i = 0; i < 20; ++i) {
        store->append(id, text_chunk(cat(i, " ")));
        store->append(other, user("x"));
        expected += cat(i, " ");
        if (i % 3 == 0) {
            ASSERT_TRUE(store->flush());
        }
    }
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reopened(id), std::vector{assistant(expected)});
    EXPECT_EQ(reopened(other).size(), 20U);
}

TEST_F(SqliteStoreTest, AnUnfinishedMessageComesAsFarAsItGot)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/tmp", "m").value();
    store->append(id, with_mark(text_chunk(""), Mark::start));
    store->append(id, text_chunk("half an ans"));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reopened(id), std::vector{assistant("half an ans")});
}

TEST_F(SqliteStoreTest, ACellThatStartedAndDidNotEndSaysSoInItsOutput)
{
    const std::string cut = "[The program ended before this cell did: whether it has done its work is not known.]";
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/tmp", "m").value();
    for (const auto& message : {user("go"), code("shell", "work")}) store->append(id, message);
    store->mark(id, CellMark::start);
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reopened(id).back(), output(cut));
    store->append(id, output_chunk("so far"));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reopened(id).back(), output("so far\n" + cut));
    store->append(id, user("and then?"));  // gone on with
    store->append(id, code("shell", "more"));
    store->mark(id, CellMark::start);
    store->append(id, output_chunk("more\n"));
    store->mark(id, CellMark::end);
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reopened(id), (std::vector<Message>{user("go"), code("shell", "work"), output("so far\n" + cut), user("and then?"),
                                                  code("shell", "more"), output("more\n")}));
}

TEST_F(SqliteStoreTest, ReplacingAndTakingBackHoldInAnyMixture)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/tmp", "m").value();
    std::vector<Message> expected;
    std::mt19937 random{7};
    for (int i = 0; i < 500; ++i) {
        const auto dice = random() % 10;
        if (dice < 6) {
            expected.push_back(dice < 3 ? user(cat("u", i)) : code("python", cat("c", i)));
            store->append(id, expected.back());
        } else if (dice < 8 && !expected.empty()) {
            expected.back().content = cat("r", i);
            store->replace_last(id, expected.back().content);
        } else if (dice == 8 && !expected.empty()) {
            expected.resize(expected.size() - random() % std::min<std::size_t>(3, expected.size()));
            store->truncate(id, expected.size());
        } else if (!expected.empty()) {
            ASSERT_TRUE(store->flush());
        }
    }
    EXPECT_EQ(store->load(id).value(), expected);
    EXPECT_EQ(reopened(id), expected);
    EXPECT_EQ(store->list(9).value().at(0).message_count, static_cast<std::int64_t>(expected.size()));
}

TEST_F(SqliteStoreTest, ACompactionIsKeptBesideTheMessagesUntilTheyAreTakenBack)
{
    const std::vector messages{user("a"), assistant("1"), user("b"), assistant("2")};
    ConversationId id = 0;
    {
        const auto store = open_sqlite_store(path);
        id = *store->create("/f", "m");
        EXPECT_EQ(*store->compaction(id), std::nullopt);
        for (const auto& message : messages) store->append(id, message);
        store->append(id, Compaction{2, "first"});
        store->append(id, Compaction{3, "second"});
        store->replace_last(id, "2!");
    }
    EXPECT_EQ(reopened(id).size(), 4U);
    EXPECT_EQ(reopened(id).back(), assistant("2!")) << "a compaction is no message";
    const auto store = open_sqlite_store(path);
    EXPECT_EQ(*store->compaction(id), (Compaction{3, "second"}));
    EXPECT_EQ(store->list(5)->at(0).message_count, 4);
    store->truncate(id, 3);
    EXPECT_EQ(*store->compaction(id), (Compaction{3, "second"}));
    store->truncate(id, 1);
    EXPECT_EQ(*store->compaction(id), std::nullopt);
}

TEST_F(SqliteStoreTest, AnyBytesComeBackAsTheyWere)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/tmp/o'hara", "m").value();
    const std::vector<Message> said{user(std::string{"nul \0 inside", 12}), output(""), output(std::string(3'000'000, 'x')),
                                    user("\xF0\x9F\x99\x82 '); DROP TABLE entry; --")};
    for (const auto& message : said) store->append(id, message);
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reopened(id), said);
}

TEST_F(SqliteStoreTest, WithoutAFlushItIsOnDiskAMomentLater)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/tmp", "m").value();
    store->append(id, user("hello"));
    EXPECT_TRUE(eventually([&] { return reopened(id) == std::vector{user("hello")}; }));
    store->append(id, text_chunk("again"));
    EXPECT_TRUE(eventually([&] { return reopened(id).size() == 2; }));
}

TEST_F(SqliteStoreTest, ListsTheNewestFirstAndFindsTheLastOfAFolder)
{
    const auto store = open_sqlite_store(path);
    const auto say = [&](const std::string& where, const std::string& what) {
        const auto id = store->create(where, "gpt-4o").value();
        store->append(id, user(what));
        store->append(id, assistant("ok"));
        EXPECT_TRUE(store->flush());
        ::poll(nullptr, 0, 2);  // times are kept in milliseconds
        return id;
    };
    const auto first = say("/a", "first\nquestion \x1b[31mred");
    const auto second = say("/b", std::string(100, 'w'));
    const auto nothing = store->create("/a", "m").value();
    auto list = store->list(10).value();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].id, second);
    EXPECT_EQ(list[0].first_words, std::string(57, 'w') + "...");
    EXPECT_EQ(list[1].first_words, "first question red");
    EXPECT_EQ(list[1].folder, "/a");
    EXPECT_EQ(list[1].model, "gpt-4o");
    EXPECT_EQ(list[1].message_count, 2);
    EXPECT_NEAR(static_cast<double>(list[1].started), static_cast<double>(::time(nullptr)), 60.0);
    EXPECT_EQ(store->list(1).value().size(), 1U);
    EXPECT_EQ(store->last("/a").value(), first);
    EXPECT_EQ(store->last("/c").value(), std::nullopt);
    EXPECT_EQ(store->load(nothing).value(), std::vector<Message>{});
    EXPECT_EQ(open_sqlite_store(path)->load(nothing).error().kind, ErrorKind::not_found);
    store->append(first, user("more"));
    EXPECT_EQ(store->list(10).value()[0].id, first);
    store->truncate(first, 0);
    EXPECT_EQ(store->list(10).value().size(), 1U);
}

TEST(FirstWords, AreOneLineOfAtMostSixtyCharacters)
{
    EXPECT_EQ(store::first_words("  plot\n\tthe  data  "), "plot the data");
    EXPECT_EQ(store::first_words(std::string(60, 'a')), std::string(60, 'a'));
    std::string umlauts, shortened;
    for (int i = 0; i < 61; ++i) umlauts += "\xC3\xA4";
    for (int i = 0; i < 57; ++i) shortened += "\xC3\xA4";
    EXPECT_EQ(store::first_words(umlauts), shortened + "...");
    EXPECT_EQ(store::first_words(umlauts.substr(0, 120)), umlauts.substr(0, 120));
}

TEST_F(SqliteStoreTest, TheLogGoesIntoTheFileBeforeItGrowsLong)
{
    {
        const auto store = open_sqlite_store(path);
        const auto id = store->create("/a", "m").value();
        const auto size = [&] { return std::filesystem::file_size(path); };
        store->append(id, user("x"));
        ASSERT_TRUE(store->flush());
        const auto before = size();
        store->append(id, output(std::string(4'000'000, 'x')));
        EXPECT_TRUE(eventually([&] { return size() > before + 3'000'000; })) << "by the writer thread";
        store->append(id, output(std::string(4'000'000, 'y')));
    }
    EXPECT_EQ(std::filesystem::file_size(path + "-wal"), 0U) << "when the program ends";
    EXPECT_GT(std::filesystem::file_size(path), 8'000'000U);
}

TEST_F(SqliteStoreTest, ReadingMakesNoFile)
{
    const auto store = open_sqlite_store(path);
    EXPECT_TRUE(store->list(10).value().empty());
    EXPECT_EQ(store->last("/a").value(), std::nullopt);
    EXPECT_EQ(store->load(17).error().kind, ErrorKind::not_found);
    EXPECT_FALSE(sys::exists(folder + "/data"));
}

TEST_F(SqliteStoreTest, OnlyTheOwnerMayReadTheFile)
{
    const auto store = open_sqlite_store(path);
    store->append(store->create("/", "m").value(), user("secret"));
    ASSERT_TRUE(store->flush());
    for (const auto* suffix : {"", "-wal", "-shm"})
        EXPECT_EQ(std::filesystem::status(path + suffix).permissions(),
                  std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SqliteStoreTest, AStoreInMemoryKeepsWhatItWasTold)
{
    const auto store = memory_store();
    const auto id = store->create("/a", "m").value();
    store->append(id, user("hello"));
    EXPECT_EQ(store->load(id).value(), std::vector{user("hello")});
    EXPECT_EQ(store->last("/a").value(), id);
}

TEST_F(SqliteStoreTest, ADamagedFileIsOneClearErrorAndStaysAsItIs)
{
    ASSERT_TRUE(sys::make_folders(folder + "/data"));
    const std::string damaged = "this is no database, but somebody's notes; " + std::string(5000, 'n');
    ASSERT_TRUE(sys::write_file(path, damaged));
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/", "m").value();
    store->append(id, user("hello"));
    const auto failed = store->flush();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::invalid);
    EXPECT_NE(to_line(failed.error()).find(path + ": file is not a database (move the file away"), std::string::npos);
    EXPECT_EQ(store->list(5).error().kind, ErrorKind::invalid);
    EXPECT_EQ(sys::read_file(path).value(), damaged);
    store->append(id, assistant("goes on"));
    std::filesystem::remove(path);
    EXPECT_TRUE(store->flush());
    EXPECT_EQ(reopened(id), (std::vector{user("hello"), assistant("goes on")}));
}

TEST_F(SqliteStoreTest, AFileOfANewerVersionIsLeftAlone)
{
    {
        const auto store = open_sqlite_store(path);
        store->append(store->create("/", "m").value(), user("x"));
    }
    ASSERT_TRUE(store::Database::open(path).value()->execute("PRAGMA user_version = 9999"));
    const auto store = open_sqlite_store(path);
    EXPECT_EQ(store->list(5).error().kind, ErrorKind::unsupported);
}

TEST_F(SqliteStoreTest, AFolderThatCannotBeMadeIsAnErrorUntilItCan)
{
    ASSERT_TRUE(sys::write_file(folder + "/data", "a file where the folder should be"));
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/", "m").value();
    store->append(id, user("hello"));
    ASSERT_FALSE(store->flush());
    EXPECT_NE(store->flush().error().what.find(folder), std::string::npos);
    EXPECT_TRUE(store->list(5).value().empty());
    std::filesystem::remove(folder + "/data");
    EXPECT_TRUE(store->flush());
    EXPECT_EQ(reopened(id), std::vector{user("hello")});
}

TEST_F(SqliteStoreTest, AFileDeletedUnderTheProgramIsMadeAnew)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/", "m").value();
    store->append(id, user("gone"));
    ASSERT_TRUE(store->flush());
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    store->append(id, user("kept"));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reopened(id), std::vector{user("kept")});
}

TEST_F(SqliteStoreTest, AFullDiskIsSaidAndLosesNothingOnceThereIsRoom)
{
    const pid_t child = in_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit limit{256 * 1024, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto store = open_sqlite_store(path);
        const auto id = store->create("/full", "m").value();
        store->append(id, user("before"));
        if (!store->flush()) return 1;
        store->append(id, output(std::string(1'000'000, 'x')));
        const auto failed = store->flush();
        if (failed || failed.error().kind != ErrorKind::io) return 2;
        if (to_line(failed.error()).find("make room on the disk") == std::string::npos) return 3;
        store->append(id, text_chunk("after"));
        if (store->flush()) return 4;
        store->append(id, text_chunk("wards"));
        limit.rlim_cur = RLIM_INFINITY;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        return store->flush() ? 0 : 5;
    });
    ASSERT_EQ(exit_of(child), 0);
    const auto store = open_sqlite_store(path);
    const auto id = store->last("/full").value();
    ASSERT_TRUE(id);
    EXPECT_EQ(store->load(*id).value(), (std::vector{user("before"), output(std::string(1'000'000, 'x')), assistant("afterwards")}));
}

TEST_F(SqliteStoreTest, ProgramsThatStartAndWriteAtOnceDoNotDisturbEachOther)
{
    constexpr int programs = 4, messages = 150;
    std::vector<pid_t> children;
    for (int program = 0; program < programs; ++program)
        children.push_back(in_child([&, program] {
            const auto store = open_sqlite_store(path);
            const auto id = store->create(cat("/", program), "m").value();
            for (int i = 0; i < messages; ++i) {
                store->append(id, user(cat(program, ":", i)));
                store->append(id, text_chunk("a"));
                if (i % 5 == 0 && !store->flush()) return 1;
                store->append(id, text_chunk("b"));
            }
            return store->flush() ? 0 : 2;
        }));
    for (const pid_t child : children) EXPECT_EQ(exit_of(child), 0);
    const auto store = open_sqlite_store(path);
    EXPECT_EQ(store->list(99).value().size(), static_cast<std::size_t>(programs));
    for (int program = 0; program < programs; ++program) {
        std::vector<Message> expected;
        for (int i = 0; i < messages; ++i) {
            expected.push_back(user(cat(program, ":", i)));
            expected.push_back(assistant("ab"));
        }
        EXPECT_EQ(store->load(store->last(cat("/", program)).value().value()).value(), expected);
    }
}

TEST_F(SqliteStoreTest, TwoProgramsOnOneConversationLoseNothingAndMixNoMessage)
{
    ConversationId id = 0;
    {
        const auto store = open_sqlite_store(path);
        id = store->create("/one", "m").value();
        store->append(id, user("shared"));
    }
    const auto program = [&](char letter) {
        return in_child([this, id, letter] {
            const auto store = open_sqlite_store(path);
            for (int i = 0; i < 100; ++i) {
                for (int j = 0; j < 4; ++j) {
                    store->append(id, output_chunk(std::string(1, letter)));
                    if (!store->flush()) return 1;
                }
                store->append(id, end_mark());
            }
            return 0;
        });
    };
    const pid_t a = program('a'), b = program('b');
    EXPECT_EQ(exit_of(a), 0);
    EXPECT_EQ(exit_of(b), 0);
    const auto messages = reopened(id);
    EXPECT_EQ(std::count(messages.begin(), messages.end(), output("aaaa")), 100);
    EXPECT_EQ(std::count(messages.begin(), messages.end(), output("bbbb")), 100);
    EXPECT_EQ(messages.size(), 201U);
}

namespace {

std::int64_t microseconds()
{
    using namespace std::chrono;
    return duration_cast<std::chrono::microseconds>(steady_clock::now().time_since_epoch()).count();
}

// What the child that is to be killed tells its parent.
struct Progress {
    static constexpr int most = 1 << 20;
    std::atomic<ConversationId> id{0};
    std::atomic<int> appended{0};
    std::atomic<std::int64_t> longest_gap{0};  // how long the machine left the child without the processor
    std::int64_t at[most];
};

// Appends numbers as fast as one a fifth of a millisecond, until it is killed.
[[noreturn]] void append_for_ever(const std::string& path, Progress& progress)
{
    const auto store = open_sqlite_store(path);
    const auto id = store->create("/k", "m").value();
    progress.id = id;
    std::int64_t before = microseconds();
    for (int i = 0; i < Progress::most; ++i) {
        progress.at[i] = microseconds();
        store->append(id, i % 100 == 0 ? end_mark() : text_chunk("."));
        if (i % 100 == 0) store->append(id, text_chunk("."));
        progress.appended = i + 1;
        progress.longest_gap = std::max(progress.longest_gap.load(), progress.at[i] - before);
        before = progress.at[i];
        const timespec pause{0, 200'000};
        ::nanosleep(&pause, nullptr);
    }
    ::_exit(9);
}

}  // namespace

TEST_F(SqliteStoreTest, KillingTheProgramAtAnyPointLosesAtMostATenthOfASecond)
{
    void* shared = ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    std::mt19937 random{std::random_device{}()};
    for (int round = 0; round < 20; ++round) {
        auto& progress = *new (shared) Progress;
        const pid_t child = in_child([&]() -> int { append_for_ever(path, progress); });
        ASSERT_TRUE(eventually([&] { return progress.appended > 0; }));
        ::poll(nullptr, 0, static_cast<int>(random() % 300));
        ::kill(child, SIGKILL);
        const std::int64_t killed_at = microseconds();
        EXPECT_EQ(exit_of(child), 1000 + SIGKILL);
        const auto kept_messages = reopened(progress.id);
        std::size_t kept = 0;
        for (const auto& message : kept_messages) kept += message.content.size();
        const auto appended = static_cast<std::size_t>(progress.appended.load());
        if (kept < appended) {
            EXPECT_LT(killed_at - progress.at[kept], 100'000 + progress.longest_gap) << "round " << round;
        }
    }
    ::munmap(shared, sizeof(Progress));
}

TEST_F(SqliteStoreTest, ManyThreadsMayAppendAtOnce)
{
    const auto store = open_sqlite_store(path);
    std::vector<std::thread> threads;
    std::vector<ConversationId> ids(4);
    for (auto& id : ids)
        threads.emplace_back([&id, &store] {
            id = store->create("/t", "m").value();
            for (int i = 0; i < 500; ++i) {
                store->append(id, text_chunk("x"));
                if (i % 100 == 0) ignore(store->load(id), "only for the noise");
            }
        });
    for (auto& thread : threads) thread.join();
    for (const auto id : ids) EXPECT_EQ(store->load(id).value(), std::vector{assistant(std::string(500, 'x'))});
}

TEST_F(SqliteStoreTest, WhatAConversationCostAddsUpOverRunsAndIsNoMessage)
{
    ConversationId id = 0;
    const Usage one{
        .input_tokens = 10, .output_tokens = 5, .cached_tokens = 4, .cache_write_tokens = 3, .cost = 0.125, .unpriced_requests = 1};
    {
        const auto store = open_sqlite_store(path);
        id = store->create("/", "m").value();
        store->append(id, user("hi"));
        store->append(id, text_chunk("he"));
        store->add_usage(id, one);
        store->append(id, text_chunk("llo"));
        EXPECT_EQ(store->usage(id).value(), one);
    }
    const auto store = open_sqlite_store(path);
    store->add_usage(id, one);
    store->truncate(id, 1);
    Usage both = one;
    both += one;
    EXPECT_EQ(store->usage(id).value(), both) << "what was spent stays spent";
    EXPECT_EQ(store->usage(id + 1).value(), Usage{});
    EXPECT_EQ(store->load(id).value(), std::vector{user("hi")});
    EXPECT_EQ(store->list(9).value().at(0).message_count, 1);
}

}  // namespace oi
