// Cells in the background: what model and person are told, and when everything ends.
#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "store/output_folder.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/places.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <latch>

namespace oi {
namespace {

using namespace oi::testing;
using namespace std::chrono_literals;
using kernel_tests::Watchdog;

Fail left() { return fail(ErrorKind::left_running, "the cell runs on"); }

// A conversation whose cells "leave" run on until told to end.
struct Table {
    explicit Table(std::vector<Reply> replies, ConversationOptions chosen = {}) : model{std::move(replies)}, options{std::move(chosen)}
    {
        options.auto_run = true;
        options.outputs = open_output_folder(dir / "outputs", 1 << 20);
        python.folder = "/the/folder";
        python.on_controlled_run = [](const Cell& cell, const ChunkSink& sink, const RunControl&) -> Result<void> {
            sink(output_chunk("begun\n"));
            if (cell.code == "leave") return left();
            return {};
        };
        python.on_go_on = [this](const ChunkSink& sink, const RunControl& control) -> Result<void> {
            sink(output_chunk("goes on\n10 %"));
            is_going_on.count_down();
            std::unique_lock lock{mutex};
            may_end.wait(lock, control.stop, [&] { return is_ending; });
            if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "the cell was stopped");
            sink(output_chunk("\r100 %\nthe end\n"));
            return {};
        };
        conversation = std::make_unique<Conversation>(model, store, std::vector{python.language()}, options);
        conversation->announce_to([this](const Event& event) {
            frontend.show(event);
            if (std::holds_alternative<Notice>(event)) is_announced.count_down();
        });
    }
    Result<void> say(std::string text) { return conversation->say(user(std::move(text)), frontend, {}); }
    void end_job()
    {
        const std::lock_guard lock{mutex};
        is_ending = true;
        may_end.notify_all();
    }
    const std::vector<Message>& messages() const { return conversation->messages(); }

    Watchdog watchdog;
    TempDir dir;
    ScriptedModel model;
    FakeStore store;
    FakeKernel python;
    RecordingFrontend frontend;
    ConversationOptions options;
    std::mutex mutex;
    std::condition_variable_any may_end;
    bool is_ending = false;
    std::latch is_going_on{1};
    std::latch is_announced{1};
    std::unique_ptr<Conversation> conversation;
};

TEST(Jobs, ACellThatIsLeftBecomesAJobAndTheTurnGoesOn)
{
    Table table{{code("python", "leave"), says("It runs.")}};
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.messages().back(), assistant("It runs."));
    const std::string told = table.messages().at(2).content;
    const std::string file = cat(table.dir / "outputs/", table.conversation->id(), "-1.txt");
    EXPECT_TRUE(told.starts_with("begun\nStill running after 0 s as the job python-1. Its output goes on in " + file)) << told;
    EXPECT_NE(told.find("`kill 4711` stops it"), std::string::npos) << told;
    table.is_going_on.wait();
    const auto jobs = table.conversation->jobs().list();
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].name, "python-1");
    EXPECT_EQ(jobs[0].cell, "leave");
    EXPECT_TRUE(jobs[0].is_running);
    EXPECT_EQ(jobs[0].last_lines, "begun\ngoes on\n10 %");
    EXPECT_EQ(*sys::read_file(file), "begun\ngoes on\n10 %");
    EXPECT_EQ(table.python.alive, 1);
}

TEST(Jobs, ItsEndIsToldThePersonAtOnceAndTheModelWithTheNextRequest)
{
    Table table{{code("python", "leave"), says("It runs."), says("I see."), says("Later.")}};
    ASSERT_TRUE(table.say("go"));
    table.end_job();
    table.is_announced.wait();
    const auto notices = table.frontend.notices();
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_TRUE(notices[0].starts_with("The job python-1 has ended after 0")) << notices[0];
    EXPECT_TRUE(notices[0].ends_with(" s: the end")) << notices[0];
    ASSERT_TRUE(table.say("and?"));
    const auto& asked = table.model.asked.at(2).messages;
    const Message& told = asked.at(asked.size() - 2);
    EXPECT_EQ(asked.back(), user("and?"));
    EXPECT_EQ(told.recipient, "assistant");
    EXPECT_NE(told.content.find("Its last lines:\nbegun\ngoes on\n100 %\nthe end\nAll of its output is in "), std::string::npos)
        << told.content;
    ASSERT_TRUE(table.say("more"));
    const auto& later = table.model.asked.at(3).messages;
    EXPECT_EQ(std::count(later.begin(), later.end(), told), 1);
    EXPECT_EQ(table.frontend.notices().size(), 1U);
    const auto job = table.conversation->jobs().find("python-1");
    ASSERT_TRUE(job);
    EXPECT_FALSE(job->is_running);
    const std::string whole = *sys::read_file(job->file);
    EXPECT_TRUE(whole.starts_with("begun\ngoes on\n100 %\nthe end\n[job python-1 ended after ")) << whole;
}

TEST(Jobs, TheNextCellHasAFreshSessionInTheSameFolderAndIsToldSo)
{
    Table table{{code("python", "leave"), code("python", "next"), code("python", "again"), says("ok")}};
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.python.started, 2);
    EXPECT_EQ(table.python.hosts.at(1).folder, "/the/folder");
    EXPECT_EQ(table.messages().at(4),
              output("This is a fresh python session: the variables of the one before are with the job python-1.\nbegun\n"));
    EXPECT_EQ(table.messages().at(6), output("begun\n"));
    table.end_job();
    table.is_announced.wait();
    EXPECT_EQ(table.python.alive, 1);  // the job's session went with it
}

TEST(Jobs, ASessionWhoseJobHasEndedIsTheLanguagesAgain)
{
    Table table{{code("python", "leave"), says("It runs."), code("python", "next"), says("ok")}};
    ASSERT_TRUE(table.say("go"));
    table.end_job();
    table.is_announced.wait();
    ASSERT_TRUE(table.say("on"));
    EXPECT_EQ(table.python.started, 1);
    EXPECT_EQ(table.messages().at(table.messages().size() - 2), output("begun\n"));
}

TEST(Jobs, AJobHasNobodyToAsk)
{
    Table table{{code("python", "leave"), says("ok")}};
    std::optional<std::optional<std::string>> answer;
    table.frontend.on_input = [](const InputAsked&) { return "an answer"; };
    table.python.on_controlled_run = [&](const Cell&, const ChunkSink&, const RunControl&) -> Result<void> {
        EXPECT_EQ(table.python.hosts.at(0).input({}, {}), "an answer");
        return left();
    };
    table.python.on_go_on = [&](const ChunkSink&, const RunControl&) -> Result<void> {
        answer = table.python.hosts.at(0).input({}, {});
        return {};
    };
    ASSERT_TRUE(table.say("go"));
    table.conversation->reset();  // waits for the job
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, std::nullopt);
}

TEST(Jobs, ResetAndTheEndOfTheConversationEndAllJobsAndSaySoInTheStore)
{
    for (const bool is_reset : {true, false}) {
        Table table{{code("python", "leave"), says("ok")}};
        ASSERT_TRUE(table.say("go"));
        table.is_going_on.wait();
        const auto id = table.conversation->id();
        EXPECT_EQ(table.conversation->farewell(), "The job python-1 ends with the program.");
        if (is_reset) table.conversation->reset();
        else table.conversation.reset();
        EXPECT_EQ(table.python.alive, 0);
        EXPECT_EQ(table.frontend.notices(), std::vector<std::string>{});
        const auto stored = *table.store.load(id);
        EXPECT_TRUE(stored.back().content.starts_with("The job python-1 was ended with the program, after ")) << stored.back().content;
        EXPECT_EQ(stored.back().recipient, "assistant");
    }
}

TEST(Jobs, StoppingOneIsItsEnd)
{
    Table table{{code("python", "leave"), says("ok")}};
    ASSERT_TRUE(table.say("go"));
    table.is_going_on.wait();
    EXPECT_FALSE(table.conversation->jobs().stop("python-2"));
    EXPECT_TRUE(table.conversation->jobs().stop("python-1"));
    table.is_announced.wait();
    EXPECT_TRUE(table.frontend.notices().at(0).starts_with("The job python-1 has ended (stopped) after "))
        << table.frontend.notices().at(0);
    EXPECT_FALSE(table.conversation->jobs().stop("python-1"));
    EXPECT_EQ(table.python.alive, 0);
}

TEST(Jobs, ACellAtItsLimitIsSaidToBeStoppedAndTheSessionLives)
{
    Table table{{code("python", "slow"), code("python", "x"), says("ok")}, {.cell_timeout = 2500ms}};
    table.python.on_controlled_run = [](const Cell& cell, const ChunkSink& sink, const RunControl& control) -> Result<void> {
        EXPECT_EQ(control.limit, 2500ms);
        sink(output_chunk("so far"));
        if (cell.code == "slow") return fail(ErrorKind::timeout, "the cell was stopped after 2.5 s");
        return {};
    };
    ASSERT_TRUE(table.say("go"));
    EXPECT_EQ(table.messages().at(2), output("so far\nThe cell was stopped after 2.5 s (cell_timeout).\n"));
    EXPECT_EQ(table.python.started, 1);
}

TEST(Jobs, TheLimitsReachTheKernel)
{
    Table table{{code("python", "x"), says("ok")}, {.cell_timeout = 5s, .background_after = 3s}};
    table.python.on_controlled_run = [](const Cell&, const ChunkSink&, const RunControl& control) -> Result<void> {
        EXPECT_EQ(control.limit, 5s);
        EXPECT_EQ(control.leave_after, 3s);
        EXPECT_TRUE(control.leave.stop_possible());
        return {};
    };
    EXPECT_TRUE(table.say("go"));
}

// The real thing from here on.
struct Room {
    explicit Room(std::vector<Reply> replies, ConversationOptions options = {}) : model{std::move(replies)}
    {
        ::signal(SIGPIPE, SIG_IGN);
        sys::set_self_executable(testing::program());
        options.auto_run = true;
        options.folder = folder.path();
        options.environment = kernel_environment();
        options.outputs = open_output_folder(dir / "outputs", 64 << 20);
        session = std::make_unique<Session>(std::make_unique<Conversation>(model, store, built_in_languages(), options));
    }
    template <class T>
    T until()
    {
        for (;;) {
            auto event = session->next();
            if (const auto* chunk = std::get_if<Chunk>(&*event); chunk && chunk->format == "output") shown += chunk->content;
            if (auto* wanted = std::get_if<T>(&*event)) return *wanted;
        }
    }
    void until_shown(std::string_view text)
    {
        while (shown.find(text) == std::string::npos) until<Chunk>();
    }

    Watchdog watchdog;
    kernel_tests::TemporaryFolder folder;
    TempDir dir;
    ScriptedModel model;
    FakeStore store;
    std::string shown;
    std::unique_ptr<Session> session;
};

TEST(Jobs, AServerBecomesAJobAtAKeyAndEndsWithTheSession)
{
    Room room{{code("shell", "V=1; cd /usr; echo $BASHPID >" + std::string{"/dev/stderr"} + "; echo ready; sleep 1000"),
               code("shell", "pwd; echo V=$V"), says("ok")}};
    room.session->submit(Say{user("go")});
    room.until_shown("ready\n");
    const long pid = std::stol(room.shown.substr(room.shown.find_first_of("0123456789")));
    room.session->submit(Background{});
    EXPECT_EQ(room.until<TurnDone>().error, std::nullopt);
    const auto& messages = room.session->messages();
    EXPECT_NE(messages.at(2).content.find(cat("as the job shell-1. ")), std::string::npos) << messages.at(2).content;
    EXPECT_NE(messages.at(2).content.find(cat("`kill ", pid, "` stops it")), std::string::npos) << messages.at(2).content;
    EXPECT_TRUE(messages.at(4).content.starts_with("This is a fresh Shell session")) << messages.at(4).content;
    EXPECT_TRUE(messages.at(4).content.ends_with("\n/usr\nV=\n")) << messages.at(4).content;
    EXPECT_EQ(::kill(static_cast<pid_t>(pid), 0), 0);
    room.session.reset();
    EXPECT_NE(::kill(static_cast<pid_t>(pid), 0), 0);
}

TEST(Jobs, ACellIsLeftAfterItsTimeAndItsEndIsAnnounced)
{
    Room room{{code("python", "print('a')\nimport time\ntime.sleep(2)\nprint('b')\nx = 5"), says("ok"), code("python", "x"), says("ok")},
              {.background_after = 700ms}};
    room.session->submit(Say{user("go")});
    EXPECT_EQ(room.until<TurnDone>().error, std::nullopt);
    EXPECT_TRUE(room.session->messages().at(2).content.starts_with("a\nStill running after 0.")) << room.session->messages().at(2).content;
    EXPECT_TRUE(room.until<Notice>().text.ends_with(" s: b"));
    room.session->submit(Say{user("x?")});
    EXPECT_EQ(room.until<TurnDone>().error, std::nullopt);
    EXPECT_EQ(room.session->messages().at(room.session->messages().size() - 2), output("5\n"));
}

TEST(Jobs, TheModelStopsOneWithTheCommandItWasTold)
{
    Room room{{code("shell", "sleep 1000"), code("shell", "echo waiting"), says("ok")}, {.background_after = 100ms}};
    room.model.on_request = [&](const Asked& asked) {
        if (asked.messages.size() < 3) return;
        const std::string& told = asked.messages.at(2).content;
        const auto at = told.find("`kill ");
        if (at != std::string::npos) ::kill(static_cast<pid_t>(std::stol(told.substr(at + 6))), SIGTERM);
    };
    room.session->submit(Say{user("go")});
    EXPECT_TRUE(room.until<Notice>().text.starts_with("The job shell-1 has ended after "));
}

TEST(Jobs, AFloodIsBoundedEverywhereAndWholeInItsFile)
{
    Room room{{code("shell", "head -c 30000000 /dev/zero | tr '\\0' 'x' | fold -w 99"), says("ok")}};
    room.session->submit(Say{user("go")});
    EXPECT_EQ(room.until<TurnDone>().error, std::nullopt);
    const std::string& told = room.session->messages().at(2).content;
    EXPECT_LE(told.size(), 2800U);
    EXPECT_NE(told.find(" of 30303030 bytes left out, lines "), std::string::npos) << told;
    EXPECT_LT(room.shown.size(), 1'200'000U);
    const std::string path = cat(room.dir / "outputs/", room.session->conversation().id(), "-1.txt");
    EXPECT_NE(told.find(cat("p' ", path, " ...]\n")), std::string::npos) << told;
    EXPECT_EQ(sys::read_file(path)->size(), 30303030U);
}

}  // namespace
}  // namespace oi
