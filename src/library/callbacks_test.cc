// What a program brings to a session: models, languages, functions, hooks; their exceptions, and those that do not stop.
#include "interpreter/interpreter.h"
#include "library/library_fixture.h"

#include <gtest/gtest.h>

#include <thread>

namespace interpreter {
namespace {

using namespace interpreter::testing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto soon = 5s;  // on a machine that is slow and busy; the promise is 200 ms

struct Odd {
    int number = 7;
};

// An exception object, and whether chat() throws that very one.
struct Thrower {
    std::exception_ptr made = std::make_exception_ptr(Odd{});
    [[noreturn]] void operator()() const { std::rethrow_exception(made); }
    bool comes_out_of(Session& session) const
    {
        try {
            session.chat("go");
        } catch (const Odd&) {
            return std::current_exception() == made && !session.is_busy();
        }
        return false;
    }
};

// Upper-cases its cells and counts them.
class Shouter : public Kernel {
public:
    void run(const std::string& code, const std::function<void(const Chunk&)>& output, std::stop_token stop) override
    {
        ++count_;
        if (code == "wait") {
            std::mutex mutex;
            std::unique_lock lock{mutex};
            std::condition_variable_any never;
            never.wait(lock, stop, [] { return false; });
            return;
        }
        std::string loud = code;
        for (char& c : loud) c = static_cast<char>(std::toupper(c));
        output({.content = loud + " " + std::to_string(count_)});
    }

private:
    int count_ = 0;
};

Language shouting()
{
    return {
        .name = "shout", .file_extension = "txt", .system_message = "shout is loud.", .start = [] { return std::make_unique<Shouter>(); }};
}

TEST(LibraryCallbacks, AnExceptionInTheModelReachesTheCaller)
{
    Replies replies{{}};
    const Thrower thrower;
    Options made = options(replies);
    made.completion = [&](const std::string&, const std::function<void(const std::string&)>& sink, std::stop_token) {
        sink(delta("half an ans"));
        thrower();
    };
    Session session{made};
    EXPECT_TRUE(thrower.comes_out_of(session));
    EXPECT_EQ(session.messages().back().content, "half an ans");
}

TEST(LibraryCallbacks, AnExceptionInAKernelReachesTheCaller)
{
    Replies replies{{cell("bad", "x")}};
    struct Bad : Kernel {
        explicit Bad(const Thrower& t) : thrower{t} {}
        void run(const std::string&, const std::function<void(const Chunk&)>&, std::stop_token) override { thrower(); }
        const Thrower& thrower;
    };
    const Thrower thrower;
    Options made = options(replies);
    made.languages = {{.name = "bad", .start = [&] { return std::make_unique<Bad>(thrower); }}};
    Session session{made};
    EXPECT_TRUE(thrower.comes_out_of(session));
    EXPECT_EQ(replies.requests.size(), 1U);
}

TEST(LibraryCallbacks, AnExceptionInAFunctionReachesTheCallerAndEndsTheCell)
{
    Replies replies{{cell("python", "try:\n    computer.fail()\nexcept BaseException as e: print('caught')\nprint('went on')")}};
    const Thrower thrower;
    Options made = options(replies);
    made.functions = {{.name = "fail", .call = [&](const std::string&, std::stop_token) -> std::string { thrower(); }}};
    Session session{made};
    EXPECT_TRUE(thrower.comes_out_of(session));
    EXPECT_EQ(replies.requests.size(), 1U);
}

TEST(LibraryCallbacks, AnExceptionInAHookReachesTheCaller)
{
    for (const bool is_before_cell : {true, false}) {
        Replies replies{{cell("python", "open('/proc/self/comm').read()")}};
        const Thrower thrower;
        Options made = options(replies);
        if (is_before_cell) made.before_cell = [&](const auto&, const auto&) -> std::optional<std::string> { thrower(); };
        else made.on_message = [&](const Message&) { thrower(); };
        Session session{made};
        EXPECT_TRUE(thrower.comes_out_of(session)) << is_before_cell;
        for (const auto& one : session.messages()) EXPECT_NE(one.type, "console");
    }
}

TEST(LibraryCallbacks, AnExceptionOfAnEarlierTurnIsNotThrownByALaterOne)
{
    Replies replies{{}};
    const Thrower thrower;
    Options made = options(replies);
    std::atomic<int> turn = 0;
    made.completion = [&](const std::string&, const std::function<void(const std::string&)>& sink, std::stop_token) {
        if (++turn == 2) thrower();
        sink(delta("fine"));
    };
    Session session{made};
    for (int i = 0; i < 3; ++i) session.submit(Say{.message = {.content = "go"}});
    std::string seen;
    while (seen.size() < 3) {
        try {
            if (std::holds_alternative<TurnDone>(*session.next())) seen += 'd';
        } catch (const Odd&) {
            seen += 'x';
        }
    }
    EXPECT_EQ(seen, "dxd");
}

TEST(LibraryCallbacks, TheHooksSeeEachMessageAndEachCell)
{
    Replies replies{{"Look." + cell("python", "print(1)"), "Done."}};
    Options made = options(replies);
    std::vector<Message> told;
    made.on_message = [&](const Message& message) { told.push_back(message); };
    made.before_cell = [](const std::string& language, const std::string& code) -> std::optional<std::string> {
        return "print('" + language + "', " + std::to_string(code.size()) + ")";
    };
    Session session{made};
    session.chat("go");
    EXPECT_EQ(session.messages().at(3).content, "python 8\n");
    ASSERT_EQ(told.size(), 5U);
    EXPECT_EQ(told.front(), message("user", "message", "", "go"));
    EXPECT_EQ(told.at(2).content, "print(1)");
    EXPECT_EQ(told.at(3), session.messages().at(3));
    EXPECT_EQ(told.at(4), session.messages().at(4));
}

TEST(LibraryCallbacks, CellsCallFunctionsByName)
{
    Replies replies{{cell("python", "print(computer.add(2, b=3)['sum'])\ntry:\n    computer.ad\nexcept AttributeError as e: print(e)"),
                     cell("javascript", "console.log(computer.add(4, 5).sum, computer.add({a: 1, b: 1}).sum)"), "ok"}};
    Options made = options(replies);
    std::vector<std::string> given;
    made.functions = {{.name = "add",
                       .description = "Adds two numbers.",
                       .parameters = R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a"]})",
                       .call = [&](const std::string& arguments, std::stop_token) {
                           given.push_back(arguments);
                           const auto parsed = oi::json::parse(arguments);
                           return "{\"sum\": " + std::to_string(oi::json::integer(*parsed, "a") + oi::json::integer(*parsed, "b")) + "}";
                       }}};
    Session session{made};
    const auto messages = session.chat("go");
    EXPECT_EQ(messages.at(1).content, "5\ncomputer has no ad; it has files, run, add\n");
    EXPECT_EQ(messages.at(3).content, "9 2\n");
    EXPECT_NE(session.system_message().find("computer.add(a: integer, b?: integer): Adds two numbers."), std::string::npos);
    EXPECT_EQ(session.call("add", R"({"a": 1, "b": 2})"), "{\"sum\": 3}");
}

TEST(LibraryCallbacks, FunctionsAndLanguagesMustBeWhatTheySay)
{
    const auto of = [](Function function) {
        Options made;
        made.functions = {std::move(function)};
        return error_of([&] { Session{made}; });
    };
    const auto call = [](const std::string&, std::stop_token) { return std::string{}; };
    EXPECT_EQ(of({.name = "run", .call = call}), "invalid: computer.run is there already (give the function another name)");
    EXPECT_EQ(of({.name = "a b", .call = call}).substr(0, 16), "invalid: \"a b\" c");
    EXPECT_EQ(of({.name = "f"}), "invalid: the function f has no Function::call");
    EXPECT_EQ(of({.name = "f", .parameters = "[", .call = call}).substr(0, 49), "invalid: the parameters of the function f are no ");
    Options made;
    made.languages = {{.name = "x", .start = [] { return std::make_unique<Shouter>(); }}, shouting(), shouting()};
    EXPECT_EQ(error_of([&] { Session{made}; }), "invalid: the language shout is there twice (give one another name)");
}

TEST(LibraryCallbacks, ALanguageOfItsOwnKeepsItsState)
{
    Replies replies{{cell("shout", "one"), cell("shout", "two"), "ok"}};
    Options made = options(replies);
    made.languages = {shouting()};
    Session session{made};
    const auto messages = session.chat("go");
    EXPECT_EQ(messages.at(1).content, "ONE 1");
    EXPECT_EQ(messages.at(3).content, "TWO 2");
    EXPECT_NE(replies.requests.front().find("shout is loud."), std::string::npos);
}

TEST(LibraryCallbacks, ACellOfItsOwnThatTakesTooLongIsStopped)
{
    Replies replies{{cell("shout", "wait"), cell("shout", "after"), "ok"}};
    Options made = options(replies, {{"cell_timeout", "0.05"}});
    made.languages = {shouting()};
    Session session{made};
    const auto messages = session.chat("go");
    EXPECT_NE(messages.at(1).content.find("cell_timeout"), std::string::npos);
}

// If these hang, that is the bug.
TEST(LibraryCallbacks, AStopReachesWhoLooksAndLeavesBehindWhoDoesNot)
{
    std::stop_source test_is_over;
    std::atomic<int> begun = 0, dropped = 0;
    for (const bool looks : {true, false}) {
        Replies replies{{}};
        Options made = options(replies);
        made.completion = [&, looks, over = test_is_over.get_token()](
                              const std::string&, const std::function<void(const std::string&)>& sink, std::stop_token stop) {
            ++begun;
            begun.notify_all();
            std::mutex mutex;
            std::unique_lock lock{mutex};
            std::condition_variable_any never;
            never.wait(lock, looks ? stop : over, [] { return false; });
            sink(delta("too late"));
            ++dropped;
        };
        auto session = std::make_unique<Session>(made);
        session->submit(Say{.message = {.content = "go"}});
        begun.wait(looks ? 0 : 1);
        const auto began = Clock::now();
        session->submit(Interrupt{});
        TurnDone done;
        while (auto event = session->next(soon))
            if (auto* end = std::get_if<TurnDone>(&*event)) {
                done = *end;
                break;
            }
        EXPECT_EQ(done.failure.value_or(Failure{}).kind, "cancelled") << looks;
        EXPECT_TRUE(session->messages().size() == 1) << looks;
        session.reset();
        EXPECT_LT(Clock::now() - began, soon);
    }
    test_is_over.request_stop();
    while (dropped < 2) std::this_thread::yield();
}

}  // namespace
}  // namespace interpreter
