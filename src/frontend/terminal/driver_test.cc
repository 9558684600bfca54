// What the terminal does about events and keys, without a terminal.
#include "frontend/terminal/driver.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "core/cost.h"
#include "core/rough_tokens.h"
#include "frontend/magic/commands.h"
#include "frontend/terminal/fake_terminal.h"
#include "frontend/terminal/status.h"
#include "testing/fake_store.h"
#include "testing/scripted_model.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace oi {

namespace {

using namespace std::chrono_literals;

// A driver whose session never answers: the tests hand it the events.
struct Desk {
    explicit Desk(TerminalOptions given = {}) : options{std::move(given)}
    {
        session = std::make_unique<Session>(std::make_unique<Conversation>(model, store, std::vector<Language>{}, ConversationOptions{}));
        driver = std::make_unique<Driver>(
            *session, options, sys::TerminalSize{80, 24}, Abilities{},
            Device{[this](std::string_view, std::string_view) -> Result<std::string> { return edited; }, [] {}, [this] { ++discarded; }});
        driver->start();
        update();
    }
    void update()
    {
        terminal.write(driver->take());
        EXPECT_EQ(terminal.faults(), std::vector<std::string>{});
    }
    void show(const Event& event)
    {
        driver->show(event);
        update();
    }
    void type(std::string_view bytes)
    {
        KeyReader reader;
        for (const Key& key : reader.feed(bytes)) driver->press(key);
        update();
    }
    std::string text()
    {
        update();
        return terminal.text();
    }
    bool has(std::string_view piece) { return text().find(piece) != std::string::npos; }

    TerminalOptions options;
    testing::ScriptedModel model{{testing::waits()}};
    testing::FakeStore store;
    std::unique_ptr<Session> session;
    std::string edited;
    int discarded = 0;
    std::unique_ptr<Driver> driver;
    testing::FakeTerminal terminal{80, 24};
};

TerminalOptions busy() { return {.first_message = user("go"), .model_name = "model", .folder = "/home/ada"}; }

ApprovalAsked question() { return {.id = 1, .cell = {"python", "print(1)"}, .folder = "/home/ada"}; }

}  // namespace

TEST(Driver, ACountdownIsVisibleAndAnyKeySkipsIt)
{
    Desk desk{busy()};
    int skipped = 0;
    desk.show(Countdown{"rate limited", sys::Clock::now() + 4500ms, [&] { ++skipped; }});
    EXPECT_TRUE(desk.has("rate limited  again in 5 s  any key: now")) << desk.text();
    ASSERT_TRUE(desk.driver->deadline());
    EXPECT_LE(*desk.driver->deadline() - sys::Clock::now(), 1s);
    desk.type("x");
    EXPECT_EQ(skipped, 1);
    EXPECT_FALSE(desk.has("rate limited"));
    desk.show(text_chunk("here"));
    EXPECT_FALSE(desk.has("again in"));
}

TEST(Driver, ProgressStandsInTheStatusRowUntilSomethingElseComes)
{
    Desk desk{busy()};
    desk.show(Progress{"loading the model 40 %"});
    EXPECT_TRUE(desk.has("model  loading the model 40 %")) << desk.text();
    desk.show(Progress{"loading the model 45 %"});
    EXPECT_FALSE(desk.has("40 %"));
    desk.show(text_chunk("here"));
    EXPECT_FALSE(desk.has("loading")) << desk.text();
}

TEST(Driver, ACountdownThatHasPassedGoesAway)
{
    Desk desk{busy()};
    desk.show(Countdown{"waiting", sys::Clock::now() - 1ms, [] {}});
    EXPECT_FALSE(desk.has("waiting"));
}

TEST(Driver, ThoughtsStreamDimBehindABarAndAreSetOffFromTheAnswer)
{
    Desk desk{busy()};
    desk.show(Reasoning{"\nFirst th"});
    EXPECT_EQ(desk.text(), "> go\n\n  \xE2\x94\x86 First th\n  model  thinking  Ctrl-C stops\n");
    desk.show(Reasoning{"is.\n\nThen that.\n"});
    desk.show(text_chunk("Answer"));
    EXPECT_EQ(desk.text(),
              "> go\n\n  \xE2\x94\x86 First this.\n  \xE2\x94\x86\n  \xE2\x94\x86 Then that.\n\n  Answer\n  model  Ctrl-C stops\n");
    desk.show(Reasoning{"\x1b]0;x\x07 hm"});
    desk.show(TurnDone{});
    EXPECT_EQ(desk.text(),
              "> go\n\n  \xE2\x94\x86 First this.\n  \xE2\x94\x86\n  \xE2\x94\x86 Then that.\n\n  Answer\n\n  \xE2\x94\x86  hm\n\n>\n");
}

TEST(Driver, TheStatusRowIsBelowTheTextAndGoesWithTheTurn)
{
    Desk desk{busy()};
    desk.show(text_chunk("half a li"));
    EXPECT_EQ(desk.text(), "> go\n\n  half a li\n  model  Ctrl-C stops\n");
    desk.show(text_chunk("ne\nand"));
    EXPECT_EQ(desk.text(), "> go\n\n  half a line\n  and\n  model  Ctrl-C stops\n");
    desk.show(TurnDone{});
    EXPECT_EQ(desk.text(), "> go\n\n  half a line\n  and\n\n>\n");
}

TEST(Driver, ATurnEndsWithWhatItCost)
{
    Desk desk{busy()};
    desk.show(text_chunk("ok"));
    const Usage usage{.input_tokens = 1234, .output_tokens = 340, .cost = 0.0042};
    desk.show(usage);
    EXPECT_FALSE(desk.has("$")) << "calm: one line, when all is done";
    desk.show(TurnDone{.usage = usage, .conversation = {.input_tokens = 9000, .output_tokens = 900, .cost = 0.0234}});
    EXPECT_EQ(desk.text(), "> go\n\n  ok\n  1.2k in \xC2\xB7 340 out \xC2\xB7 $0.004 (conversation $0.023)\n\n>\n");
}

TEST(Driver, ABudgetIsInTheStatusRowWhileItIsSpent)
{
    Desk desk;
    desk.type("%max_budget 1\rgo\r");
    EXPECT_TRUE(desk.has("This conversation may cost $1.00; $0 are spent.")) << desk.text();
    EXPECT_TRUE(desk.has("  $0 of $1.00  Ctrl-C stops")) << desk.text();
    desk.show(Usage{.input_tokens = 1, .cost = 0.25});
    EXPECT_TRUE(desk.has("  $0.25 of $1.00  Ctrl-C stops")) << desk.text();
}

TEST(Driver, TokensSaysWhatWasUsedAndWhatTheNextRequestWouldBe)
{
    Desk desk;
    desk.model.information = {.name = "m", .context_window = 1000, .max_tokens = 50, .price = {.input = 1000, .output = 2000}};
    desk.type("%tokens\r");
    EXPECT_TRUE(desk.has("So far: 0 tokens in, 0 out.")) << desk.text();
    const long empty = rough_tokens(Request{});
    EXPECT_TRUE(desk.has(cat(", without your message: about ", empty, " tokens, "))) << desk.text();
    EXPECT_TRUE(desk.has(" % of 1000.")) << desk.text();
    EXPECT_TRUE(desk.has("An answer has at most 50 tokens.")) << desk.text();
    desk.type("%tokens " + std::string(400, 'x') + "\r");
    const Message message = user(std::string(400, 'x'));
    const Message messages[] = {message};
    const long tokens = rough_tokens(Request{.messages = messages});
    EXPECT_GT(tokens, empty + 90);
    EXPECT_TRUE(desk.has(cat(", with that prompt: about ", tokens, " tokens, ", dollars(static_cast<double>(tokens) / 1000))))
        << desk.text();
}

TEST(Driver, HelpHasALineForEachCommandAtTheUsualWidth)
{
    Desk desk;
    desk.type("%help\r");
    for (const MagicCommand& command : magic_commands())
        EXPECT_TRUE(desk.has(cat(command.help, "\n"))) << command.name << "\n" << desk.text();
}

TEST(Driver, TheActiveLineIsShownWithItsText)
{
    Desk desk{busy()};
    desk.show(code_chunk("python", "import time\ntime.sleep(1)"));
    Chunk confirmation{.role = Role::computer,
                       .type = Kind::confirmation,
                       .format = "execution",
                       .content = "import time\ntime.sleep(1)",
                       .language = "python"};
    desk.show(confirmation);
    desk.show(active_line_chunk(2));
    EXPECT_TRUE(desk.has("python  line 2: time.sleep(1)  Ctrl-C stops")) << desk.text();
    desk.show(active_line_chunk(0));
    EXPECT_TRUE(desk.has("  model  Ctrl-C stops")) << desk.text();
}

TEST(Driver, ThePictureWaitsForTheTerminalsAnswerAndTheRestBehindIt)
{
    ::setenv("TERM", "xterm", 1);
    TerminalOptions options = busy();
    options.pictures = "auto";
    Desk desk{options};
    desk.driver->resize({80, 24, 800, 480});
    EXPECT_FALSE(desk.driver->awaits_reply());
    desk.show(code_chunk("python", "plot()"));
    EXPECT_TRUE(desk.driver->awaits_reply());
    desk.show(Chunk{Role::computer, Kind::image, "path", "/nowhere.png"});
    desk.show(Chunk{.role = Role::computer, .type = Kind::image, .format = "path", .mark = Mark::end});
    desk.show(output_chunk("behind it\n"));
    EXPECT_FALSE(desk.has("/nowhere.png")) << desk.text();
    ASSERT_TRUE(desk.driver->deadline());
    EXPECT_LE(*desk.driver->deadline() - sys::Clock::now(), 250ms);
    desk.type("\x1b[?62;4c");
    EXPECT_TRUE(desk.has("/nowhere.png")) << desk.text();
    EXPECT_TRUE(desk.has("\xE2\x94\x8A behind it\n")) << desk.text();
    EXPECT_FALSE(desk.has("62;4c"));
}

TEST(Driver, WhileAPictureIsMadeKeysAreEchoedAndWhatIsBehindItWaits)
{
    Desk desk{busy()};
    std::function<void(std::stop_token)> work;
    desk.driver = std::make_unique<Driver>(*desk.session, desk.options, sys::TerminalSize{80, 24}, Abilities{},
                                           Device{.aside = [&](std::function<void(std::stop_token)> given) { work = std::move(given); }});
    desk.driver->start();
    desk.show(output_chunk("before it\n"));
    desk.show(Chunk{Role::computer, Kind::image, "path", "/nowhere.png"});
    desk.show(Chunk{.role = Role::computer, .type = Kind::image, .format = "path", .mark = Mark::end});
    ASSERT_TRUE(work);
    desk.show(output_chunk("behind it\n"));
    desk.show(Chunk{Role::computer, Kind::image, "path", "/elsewhere.png"});
    desk.show(Chunk{.role = Role::computer, .type = Kind::image, .format = "path", .mark = Mark::end});
    desk.show(TurnDone{});
    desk.type("typed");
    EXPECT_TRUE(desk.has("before it") && desk.has("typed")) << desk.text();
    EXPECT_FALSE(desk.has("nowhere") || desk.has("behind it")) << desk.text();
    for (const char* shown : {"/nowhere.png", "/elsewhere.png"}) {
        EXPECT_FALSE(desk.has(shown));
        std::exchange(work, nullptr)({});
        desk.driver->picture_made();
        EXPECT_TRUE(desk.has(shown)) << desk.text();
    }
    const std::string text = desk.text();
    EXPECT_LT(text.find("/nowhere.png"), text.find("behind it"));
    EXPECT_LT(text.find("behind it"), text.find("/elsewhere.png"));
    EXPECT_TRUE(text.ends_with("> typed\n")) << text;
}

TEST(Driver, AtANarrowWidthTheStatusRowStillSaysHowToStop)
{
    for (const int columns : {12, 20, 30, 40, 60, 80}) {
        Status status{.who = "python",
                      .what = "line 3: print(x)",
                      .elapsed = 75s,
                      .silent = 20s,
                      .can_leave = true,
                      .queued = 2,
                      .money = "$0.02 of $1.00"};
        status.columns = columns;
        std::string row;
        for (const Span& span : status_row(status)) row += span.text;
        EXPECT_TRUE(row.ends_with("  Ctrl-C stops")) << row;
        EXPECT_LT(columns_of(row), std::max(columns, 18)) << row;
    }
}

TEST(Driver, AQuestionThrowsAwayWhatWasTypedBeforeItAndKeepsTheDraft)
{
    Desk desk{busy()};
    desk.type("my next wish");
    desk.show(question());
    EXPECT_EQ(desk.discarded, 1);
    desk.type("y");  // still the same burst of typing
    EXPECT_TRUE(desk.text().ends_with("Run this in /home/ada? (y n e a ?)\n")) << desk.text();
    desk.show(TurnDone{});
    EXPECT_TRUE(desk.text().ends_with("> my next wishy\n")) << desk.text();
}

TEST(Driver, OnlySingleTypedKeysAnswerAQuestion)
{
    for (const char* keys : {"\x1b[200~y\x1b[201~", "\r", "x", "\x1b[A", "\t"}) {
        Desk desk{busy()};
        desk.show(question());
        desk.type(keys);
        EXPECT_TRUE(desk.text().ends_with("(y n e a ?)\n")) << keys;
        desk.type("y\r");
        EXPECT_TRUE(desk.has("(y n e a ?) yes")) << desk.text();
    }
}

TEST(Driver, EditedCodeIsShownAndAskedAboutAgain)
{
    Desk desk{busy()};
    desk.edited = "print(2)";
    desk.show(code_chunk("python", "print(1)"));
    desk.show(question());
    desk.type("e");
    EXPECT_TRUE(desk.has("python  edited\n\xE2\x94\x82 print(2)\n")) << desk.text();
    ApprovalAsked again = question();
    again.reading.hints = {"writes ./b"};
    desk.show(again);
    EXPECT_TRUE(desk.has("seems to touch: writes ./b\n")) << desk.text();
    EXPECT_TRUE(desk.text().ends_with("(y n e a ?)\n")) << desk.text();
}

TEST(Driver, AQuestionAboutGoingOnNamesItsReason)
{
    Desk desk{busy()};
    ApprovalAsked asked = question();
    asked.warning = "The same code ran three times.";
    desk.show(asked);
    EXPECT_TRUE(desk.has("The same code ran three times.\n\xE2\x95\xB0 Go on? (y n a ?)")) << desk.text();
}

TEST(Driver, ASecretIsNeverOnTheScreen)
{
    Desk desk{busy()};
    desk.show(InputAsked{.id = 1, .prompt = "Password: ", .secret = true});
    desk.type("hunter2");
    EXPECT_TRUE(desk.has("Password:")) << desk.text();
    EXPECT_FALSE(desk.has("hunter"));
    desk.type("\r");
    EXPECT_FALSE(desk.has("hunter"));
}

TEST(Driver, APrintedPromptIsNotRepeated)
{
    Desk desk{busy()};
    desk.show(output_chunk("name? "));
    desk.show(InputAsked{.id = 1, .prompt = "name? "});
    desk.type("Ada");
    EXPECT_TRUE(desk.text().ends_with("\xE2\x94\x8A name? Ada\n")) << desk.text();
    desk.type("\r");
    desk.show(output_chunk("Ada\nhello\n"));
    EXPECT_TRUE(desk.has("\xE2\x94\x8A name? Ada\n\xE2\x94\x8A hello\n")) << desk.text();
}

TEST(Driver, OneShotLeavesWithTheCodeOfTheTurn)
{
    for (const auto& [error, code] : {std::pair{std::optional<Error>{}, 0},
                                      {Error{ErrorKind::network, "gone", "try again"}, 1},
                                      {Error{ErrorKind::cancelled, "stopped"}, 130}}) {
        TerminalOptions options = busy();
        options.is_one_shot = true;
        Desk desk{options};
        desk.show(TurnDone{error});
        EXPECT_EQ(desk.driver->exit_code(), code);
        EXPECT_EQ(desk.has("gone (try again)"), code == 1) << desk.text();
        EXPECT_FALSE(desk.has("Ctrl-C stops"));
    }
}

TEST(Driver, NothingIsDueWhileThePromptWaits)
{
    Desk desk;
    EXPECT_FALSE(desk.driver->deadline());
    Desk working{busy()};
    EXPECT_TRUE(working.driver->deadline());
}

TEST(Driver, ALongTurnEndsWithANotificationUnlessThePersonLooks)
{
    std::vector<std::string> told;
    for (const bool is_focused : {false, true}) {
        for (const double after : {0.0, 1e-9, 1000.0}) {
            TerminalOptions options = busy();
            options.notify_after = std::chrono::duration<double>{after};
            Desk desk{options};
            Abilities abilities;
            abilities.has_focus = true;
            desk.driver = std::make_unique<Driver>(
                *desk.session, desk.options, sys::TerminalSize{80, 24}, abilities,
                Device{[](std::string_view, std::string_view) -> Result<std::string> { return std::string{}; }, [] {}, [] {},
                       [&](std::string_view text) { return told.push_back(std::string{text}), true; }});
            desk.driver->start();
            desk.driver->set_focus(is_focused);
            desk.driver->show(question());
            desk.driver->show(TurnDone{});
        }
    }
    EXPECT_EQ(told, (std::vector<std::string>{"ada: asks whether to run code", "ada: done"}));
}

TEST(Driver, WhatCellsAndModelsSayCannotMoveTheCursorOrSetTheTitle)
{
    Desk desk{busy()};
    desk.show(Notice{Notice::Level::warning, "a\x1b[2Jb"});
    ApprovalAsked asked = question();
    asked.folder = "/tmp/\x1b]0;x\x07\xE2\x80\xAE";
    desk.show(asked);
    EXPECT_TRUE(desk.has("  ab\n"));
    EXPECT_TRUE(desk.has("/tmp/<U+202E>?")) << desk.text();
}

}  // namespace oi
