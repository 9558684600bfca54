// A session of the library: chats, streams, approvals, settings, ends; with real kernels and a model of the test's own.
#include "interpreter/interpreter.h"
#include "library/library_fixture.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

namespace interpreter {
namespace {

using namespace interpreter::testing;
using namespace std::chrono_literals;

std::string text_of(const std::vector<Message>& messages)
{
    std::string text;
    for (const auto& one : messages) text += one.role + "/" + one.type + "/" + one.format + ": " + one.content + "\n";
    return text;
}

std::size_t entries(const char* folder) { return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder}, {})); }

// Events until the end of the turn; its TurnDone is the last one.
std::vector<Event> rest_of_turn(Session& session)
{
    std::vector<Event> events;
    while (auto event = session.next()) {
        events.push_back(std::move(*event));
        if (std::holds_alternative<TurnDone>(events.back())) break;
    }
    return events;
}

TEST(LibrarySession, CodeRunsAndItsOutputGoesBackToTheModel)
{
    Replies replies{{"I look." + cell("python", "x = 6\nprint(x * 7)"), "It is 42."}};
    Session session{options(replies)};
    EXPECT_EQ(text_of(session.chat("what is it?")),
              "assistant/message/: I look.\nassistant/code/python: x = 6\nprint(x * 7)\ncomputer/console/output: 42\n\n"
              "assistant/message/: It is 42.\n");
    EXPECT_EQ(session.messages().front(), message("user", "message", "", "what is it?"));
    EXPECT_EQ(session.messages(4).size(), 1U);
    EXPECT_NE(replies.requests.at(1).find("42"), std::string::npos);
}

TEST(LibrarySession, ConstructingStartsNothing)
{
    Replies replies{{}};
    const auto threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    std::vector<Session> sessions;
    for (int i = 0; i < 100; ++i) sessions.emplace_back(options(replies));
    for (auto& session : sessions) EXPECT_EQ(session.setting("auto_run"), "true");
    EXPECT_EQ(entries("/proc/self/task"), threads);
    EXPECT_EQ(entries("/proc/self/fd"), files);
    EXPECT_TRUE(replies.requests.empty());
}

TEST(LibrarySession, AsksTheHandlerAndRunsWhatItSays)
{
    Replies replies{{cell("python", "print('asked')"), "Done."}};
    Session session{options(replies, {{"auto_run", "false"}})};
    int confirmed = 0, asked = 0;
    session.chat("go", [&](const Event& event) -> std::optional<Op> {
        if (const auto* chunk = std::get_if<Chunk>(&event); chunk && chunk->type == "confirmation") confirmed = chunk->id;
        const auto* question = std::get_if<ApprovalAsked>(&event);
        if (!question) return {};
        asked = question->id;
        return Decide{.id = question->id, .verdict = Decide::Verdict::run, .edited_code = "print('edited')"};
    });
    EXPECT_EQ(asked, confirmed);
    EXPECT_GT(asked, 0);
    EXPECT_EQ(session.messages().at(1).content, "print('edited')");
    EXPECT_EQ(session.messages().at(2).content, "edited\n");
}

TEST(LibrarySession, WithoutAnAnswerTheCodeDoesNotRunAndTheTurnEnds)
{
    Replies replies{{cell("python", "print(1)")}};
    Session session{options(replies, {{"auto_run", "false"}})};
    std::vector<std::string> types;
    const auto go = [&] {
        for (const auto& chunk : session.stream("go")) types.push_back(chunk.type);
    };
    EXPECT_EQ(error_of(go).substr(0, 7), "denied:");
    EXPECT_EQ(types.back(), "confirmation");
    EXPECT_EQ(session.messages().back().type, "code");
    EXPECT_FALSE(session.is_busy());
}

// If these hang, that is the bug.
TEST(LibrarySession, LeavingAStreamStopsTheCodeAndTheSessionGoesOn)
{
    Replies replies{{cell("python", "kept = 5\nwhile True: print('spin', flush=True)"), cell("python", "print(kept)"), "5"}};
    Session session{options(replies)};
    for (const auto& chunk : session.stream("spin"))
        if (chunk.type == "console" && chunk.content.find("spin") != std::string::npos) break;
    EXPECT_FALSE(session.is_busy());
    const std::string printed = session.chat("and now?").at(1).content;  // after a traceback that came late
    EXPECT_TRUE(printed.ends_with("5\n")) << printed;
}

TEST(LibrarySession, DestroyingItWhileItRunsEndsAll)
{
    Replies replies{{cell("python", "import os\nprint(os.getpid(), flush=True)\nwhile True: pass")}};
    int pid = 0;
    {
        Session session{options(replies)};
        session.submit(Say{.message = {.content = "spin"}});
        while (auto event = session.next())
            if (const auto* chunk = std::get_if<Chunk>(&*event);
                chunk && chunk->format == "output" && !chunk->content.empty() && (pid = std::atoi(chunk->content.c_str())) > 0)
                break;
    }
    EXPECT_GT(pid, 0);
    EXPECT_NE(::kill(pid, 0), 0);
    for (int i = 0; i < 20; ++i) {
        Session session{options(replies)};
        session.submit(Say{.message = {.content = "go"}});
    }
}

TEST(LibrarySession, GoOnRunsTheCodeThatTheConversationEndsWith)
{
    Replies replies{{"Good."}};
    Session session{options(replies)};
    session.set_messages({message("user", "message", "", "go"), message("assistant", "code", "python", "print('seed')")});
    EXPECT_EQ(text_of(session.chat(GoOn{})), "computer/console/output: seed\n\nassistant/message/: Good.\n");
    EXPECT_EQ(replies.requests.size(), 1U);
}

TEST(LibrarySession, RunIsNoPartOfTheConversationAndNeedsNoModel)
{
    Options made;
    made.program = oi::testing::program();
    made.settings = {{"python", "/usr/bin/python3"}, {"api_base", "http://127.0.0.1:9"}};  // an address without a model
    Session session{made};
    EXPECT_TRUE(session.chat(interpreter::Run{"python", "rows = [1, 2]"}).empty());
    std::string text;
    for (const auto& chunk : session.stream(interpreter::Run{"py", "print(rows)"})) text += chunk.content;
    EXPECT_EQ(text, "[1, 2]\n");
    EXPECT_EQ(session.variables("python").size(), 1U);
    session.chat(Restart{"python"});
    EXPECT_TRUE(session.variables("python").empty());
    EXPECT_TRUE(session.messages().empty());
    EXPECT_EQ(error_of([&] { session.chat(interpreter::Run{"klingon", "1"}); }), "not_found: there is no language klingon");
    EXPECT_EQ(error_of([&] { session.chat("hello"); }).substr(0, 8), "invalid:");  // no model is named
    oi::testing::TempDir folder;
    session.set("model", "script:" + folder.write("script", "Hello to you.\n"));
    EXPECT_EQ(session.chat("hello").back().content, "Hello to you.");
}

TEST(LibrarySession, BadInputIsNamedBeforeAnythingHappens)
{
    Replies replies{{}};
    EXPECT_EQ(error_of([&] { Session{{.settings = {{"modle", "x"}}}}; }), "invalid: there is no setting modle (did you mean model?)");
    EXPECT_EQ(error_of([&] { Session{{.settings = {{"temperature", "9"}}}}; }).substr(0, 21), "invalid: temperature:");
    EXPECT_EQ(error_of([&] {
                  Session{{.settings = {{"profile", "x"}}}};
              }),
              "invalid: profile is for sessions that read files (set Options::reads_files)");
    Session session{options(replies)};
    EXPECT_EQ(error_of([&] { session.set("max_outptu", "1"); }), "invalid: there is no setting max_outptu (did you mean max_output?)");
    EXPECT_EQ(error_of([&] { session.set("max_output", "much"); }).substr(0, 20), "invalid: max_output:");
    EXPECT_EQ(error_of([&] { session.submit(Say{.message = {.role = "boss", .content = "x"}}); }),
              "invalid: the message: there is no role \"boss\" (there are user, assistant, computer, system, server)");
    EXPECT_EQ(error_of([&] { session.chat(""); }), "invalid: the message has no content (GoOn is a turn without new words)");
    EXPECT_EQ(error_of([&] {
                  session.set_messages({{.content = "fine"}, {.type = "poem", .content = "x"}});
              }).substr(0, 48),
              "invalid: message 1: there is no type \"poem\" (the");
    EXPECT_EQ(error_of([&] { session.chat(Interrupt{}); }).substr(0, 33), "invalid: this op starts no turn (");
    EXPECT_TRUE(session.messages().empty());
    EXPECT_TRUE(replies.requests.empty());
}

TEST(LibrarySession, AFolderThatIsNotThereIsTheFailureOfTheTurn)
{
    Replies replies{{}};
    Options made = options(replies);
    made.folder = "/nonexistent/folder";
    Session session{made};
    session.submit(Say{.message = {.content = "go"}});
    const auto events = rest_of_turn(session);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<TurnDone>(events.back()).failure->kind, "not_found");
    EXPECT_EQ(error_of([&] { session.chat("again"); }).substr(0, 10), "not_found:");
    EXPECT_FALSE(session.is_busy());
}

TEST(LibrarySession, SettingsChangeBetweenTurns)
{
    Replies replies{{"one", "two"}};
    Session session{options(replies)};
    session.chat("first");
    EXPECT_EQ(session.setting("model"), "custom");
    session.set("model", "my/other");
    session.set("custom_instructions", "Speak Latin.");
    session.chat("second");
    EXPECT_NE(replies.requests.at(1).find("my/other"), std::string::npos);
    EXPECT_NE(session.system_message().find("Speak Latin."), std::string::npos);
    EXPECT_NE(replies.requests.at(1).find("Speak Latin."), std::string::npos);
}

TEST(LibrarySession, WhatIsNotForARunningTurnSaysSo)
{
    Replies replies{{cell("python", "while True: pass")}};
    Session session{options(replies)};
    session.submit(Say{.message = {.content = "spin"}});
    while (auto event = session.next())
        if (const auto* chunk = std::get_if<Chunk>(&*event); chunk && chunk->type == "confirmation") break;
    EXPECT_EQ(error_of([&] { session.set("auto_run", "false"); }), "invalid: a turn runs (wait for its TurnDone, or interrupt it)");
    EXPECT_EQ(error_of([&] { session.chat("x"); }).substr(0, 20), "invalid: a turn runs");
    session.submit(Interrupt{});
    const auto end = rest_of_turn(session);
    EXPECT_EQ(std::get<TurnDone>(end.back()).failure->kind, "cancelled");
}

TEST(LibrarySession, NothingIsWrittenUnlessItIsStored)
{
    oi::testing::TempDir home;
    const std::string data = home / "data";
    ::setenv("XDG_DATA_HOME", data.c_str(), 1);
    ::setenv("XDG_STATE_HOME", data.c_str(), 1);
    Replies replies{{cell("python", "print('x' * 100000)"), "ok"}};
    {
        Session session{options(replies)};
        session.chat("go");
        EXPECT_EQ(error_of([&] { session.set("keep_variables", "true"); }).substr(0, 25), "invalid: keep_variables: ");
        session.chat(Reset{});
    }
    EXPECT_FALSE(std::filesystem::exists(data));
    Options made = options(replies);
    made.is_stored = true;
    Session stored{made};
    stored.chat("go");
    EXPECT_TRUE(std::filesystem::exists(data));
    ::unsetenv("XDG_DATA_HOME");
    ::unsetenv("XDG_STATE_HOME");
}

// What a child of fork() found; it ends without the parent's exit handlers.
template <class Act>
int in_child(Act act)
{
    const pid_t child = ::fork();
    if (child == 0) {
        int code = 99;
        try {
            code = act();
        } catch (...) {
        }
        ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LibrarySession, AForkedChildLeavesTheParentsSessionAlone)
{
    Replies replies{{cell("python", "kept = 5"), "ok", cell("python", "print(kept)"), "5"}};
    auto session = std::make_unique<Session>(options(replies));
    session->chat("keep");
    const int found = in_child([&] {
        if (error_of([&] { session->chat("x"); }).substr(0, 12) != "unsupported:") return 1;
        session->renew_after_fork();
        if (session->messages().size() != 4) return 2;
        std::string text;
        for (const auto& chunk : session->stream(interpreter::Run{"python", "print('kept' in globals())"})) text += chunk.content;
        session.reset();
        return text == "False\n" ? 0 : 3;
    });
    EXPECT_EQ(found, 0);
    EXPECT_EQ(in_child([&] {
                  session.reset();
                  return 0;
              }),
              0);
    EXPECT_EQ(session->chat("and?").at(1).content, "5\n");
}

TEST(LibrarySession, ManyInParallelKeepTheirOwnVariables)
{
    Replies replies{{}};
    std::vector<Session> sessions;
    for (int i = 0; i < 4; ++i) sessions.emplace_back(options(replies));
    for (std::size_t i = 0; i < sessions.size(); ++i) sessions[i].submit(interpreter::Run{"python", "me = " + std::to_string(i)});
    for (auto& session : sessions) rest_of_turn(session);
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        std::string text;
        for (const auto& chunk : sessions[i].stream(interpreter::Run{"python", "print(me)"})) text += chunk.content;
        EXPECT_EQ(text, std::to_string(i) + "\n");
    }
}

}  // namespace
}  // namespace interpreter
