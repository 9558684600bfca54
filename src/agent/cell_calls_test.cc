// What a running cell can have run in other languages, and what it may not.
#include "agent/conversation.h"

#include "base/text.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

namespace oi {
namespace {

using namespace oi::testing;

// A conversation with two fake languages: the cell of `python` makes one call, `shell` answers it.
struct Table {
    explicit Table(std::string method, std::string arguments, std::vector<Reply> replies = {code("python", "call()"), says("ok")})
        : model{std::move(replies)}
    {
        python.on_run = [this, method, arguments](const Cell&, const ChunkSink& sink, std::stop_token cell_stop) -> Result<void> {
            result = python.hosts.back().call(method, arguments, cell_stop);
            sink(output_chunk(result ? *result : to_line(result.error())));
            if (cell_stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
            return {};
        };
        options.call = [](std::string_view called, std::string_view given, const SandboxPolicy&, std::stop_token) -> Result<std::string> {
            return cat(called, " ", given);
        };
    }
    Result<void> say()
    {
        conversation = std::make_unique<Conversation>(model, store, std::vector{python.language(), shell.language()}, options);
        return conversation->say(user("go"), frontend, stop.get_token());
    }

    ScriptedModel model;
    FakeStore store;
    FakeKernel python, shell{.name = "shell", .aliases = {"bash"}};
    RecordingFrontend frontend;
    ConversationOptions options;
    std::stop_source stop;
    Result<std::string> result;
    std::unique_ptr<Conversation> conversation;
};

constexpr const char* run_shell = R"({"language":"bash","code":"ls"})";

TEST(CellCalls, RunUsesTheSessionOfTheConversation)
{
    Table table{"run", run_shell, {code("shell", "cd"), code("python", "call()"), says("ok")}};
    table.shell.on_cell = [](std::string_view cell, std::stop_token) { return cat(cell, "!\n"); };
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.shell.cells, (std::vector{Cell{"shell", "cd"}, Cell{"shell", "ls"}}));
    EXPECT_EQ(table.shell.started, 1);
    EXPECT_EQ(*table.result, R"([{"type":"console","format":"output","content":"ls!\n"}])");
}

TEST(CellCalls, RunJoinsTextAndKeepsPicturesApart)
{
    Table table{"run", run_shell};
    table.shell.on_run = [](const Cell&, const ChunkSink& sink, std::stop_token) -> Result<void> {
        const Chunk picture{
            .role = Role::computer, .type = Kind::image, .format = "base64.png", .content = "iVBO", .recipient = "assistant"};
        for (const auto& chunk : {active_line_chunk(1), output_chunk("a"), active_line_chunk(2), output_chunk("b"), picture, picture})
            sink(chunk);
        return {};
    };
    ASSERT_TRUE(table.say());
    const std::string picture = R"({"type":"image","format":"base64.png","content":"iVBO","recipient":"assistant"})";
    EXPECT_EQ(*table.result, cat(R"([{"type":"console","format":"output","content":"ab"},)", picture, ",", picture, "]"));
}

TEST(CellCalls, TheApprovedCellIsNotAskedForAgain)
{
    Table table{"run", run_shell};
    ASSERT_TRUE(table.say());
    EXPECT_EQ(table.frontend.questions.size(), 1U);
    EXPECT_EQ(table.shell.cells.size(), 1U);
}

TEST(CellCalls, TheLanguageThatRunsCannotBeCalled)
{
    Table table{"run", R"({"language":"PYTHON","code":"1"})"};
    ASSERT_TRUE(table.say());
    EXPECT_EQ(to_line(table.result.error()),
              "computer.run: a python cell is running already and waits for this call (one session runs one cell at a time)");
    EXPECT_EQ(table.python.cells.size(), 1U);
}

TEST(CellCalls, ACycleIsAnError)
{
    Table table{"run", run_shell};
    Result<std::string> inner;
    table.shell.on_run = [&](const Cell&, const ChunkSink&, std::stop_token stop) -> Result<void> {
        inner = table.shell.hosts.back().call("run", R"({"language":"python","code":"1"})", stop);
        return {};
    };
    ASSERT_TRUE(table.say());
    EXPECT_TRUE(table.result) << "the cell in the middle has ended well";
    EXPECT_TRUE(to_line(inner.error()).starts_with("computer.run: a python cell is running already"));
    EXPECT_EQ(table.python.cells.size(), 1U);
}

TEST(CellCalls, AnUnknownLanguageIsNamedWithThoseThatAreThere)
{
    Table table{"run", R"({"language":"cobol","code":"1"})"};
    ASSERT_TRUE(table.say());
    EXPECT_EQ(to_line(table.result.error()), "computer.run: there is no language \"cobol\" here (there are python, shell)");
}

TEST(CellCalls, AStopReachesTheInnerCell)
{
    Table table{"run", run_shell};
    table.shell.on_cell = [&](std::string_view, std::stop_token stop) {
        table.stop.request_stop();
        EXPECT_TRUE(stop.stop_requested());
        return "";
    };
    EXPECT_EQ(table.say().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(table.result.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(table.shell.alive, 1) << "its session stays";
}

TEST(CellCalls, ASessionThatFailsIsStartedAfreshByTheNextCall)
{
    Table table{"run", run_shell, {code("python", "call()"), code("python", "call() again"), says("ok")}};
    table.shell.on_run = [](const Cell&, const ChunkSink&, std::stop_token) -> Result<void> { return fail(ErrorKind::io, "it broke"); };
    ASSERT_TRUE(table.say());
    EXPECT_EQ(to_line(table.result.error()), "it broke");
    EXPECT_EQ(table.shell.started, 2);
}

TEST(CellCalls, EverythingElseIsForTheAreas)
{
    Table table{"files.edit", "{}"};
    ASSERT_TRUE(table.say());
    EXPECT_EQ(*table.result, "files.edit {}");
}

TEST(CellCalls, AMalformedCallIsAnError)
{
    for (const char* arguments : {"{", R"({"language":"shell"})", R"({"language":"shell","code":1})", "[]"}) {
        Table table{"run", arguments};
        ASSERT_TRUE(table.say());
        EXPECT_FALSE(table.result) << arguments;
        EXPECT_TRUE(table.shell.cells.empty()) << arguments;
    }
}

// A language of the embedding program's own: a name, aliases, and a kernel that runs and stops.
class Counter : public Kernel {
public:
    Result<void> run(const Cell& cell, const ChunkSink& sink, RunControl control) override
    {
        total_ += static_cast<int>(cell.code.size());
        sink(output_chunk(cat(total_, "\n")));
        if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
        return {};
    }

private:
    int total_ = 0;
};

TEST(CustomLanguage, IsToldToTheModelAndKeepsItsState)
{
    FakeKernel python;
    auto languages = std::vector{python.language()};
    languages.push_back({.name = "counter", .aliases = {"count"}, .display_name = "Counter", .start = [](const Host&) {
                             return Result<std::unique_ptr<Kernel>>{std::make_unique<Counter>()};
                         }});
    ScriptedModel model{std::vector<Reply>{code("counter", "12"), code("COUNT", "123"), says("ok")}};
    FakeStore store;
    RecordingFrontend frontend;
    Conversation conversation{model, store, std::move(languages), {}};
    ASSERT_TRUE(conversation.say(user("go"), frontend, {}));
    EXPECT_EQ(model.asked.at(0).languages, (std::vector<std::string>{"python", "counter"}));
    EXPECT_EQ(model.asked.at(2).messages,
              (std::vector{user("go"), code("counter", "12"), output("2\n"), code("COUNT", "123"), output("5\n")}));
}

TEST(CustomLanguage, OneThatIsNotOfferedStillAnswersForItself)
{
    FakeKernel python, lua{.name = "lua", .start_error = Error{ErrorKind::not_found, "lua: no such program", "apt install lua5.4"}};
    ScriptedModel model{std::vector<Reply>{code("lua", "print(1)"), says("ok")}};
    FakeStore store;
    RecordingFrontend frontend;
    Conversation conversation{model, store, {python.language(), lua.language()}, {.offered = {"python"}}};
    ASSERT_TRUE(conversation.say(user("go"), frontend, {}));
    EXPECT_EQ(model.asked.at(0).languages, (std::vector<std::string>{"python"}));
    EXPECT_EQ(model.asked.at(1).messages.back(), output("lua: no such program (apt install lua5.4)"));
}

}  // namespace
}  // namespace oi
