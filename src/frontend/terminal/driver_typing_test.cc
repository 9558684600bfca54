// What stands below the line, and what waits while the model works, without a terminal.
#include "frontend/terminal/driver.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/terminal/fake_terminal.h"
#include "sys/files.h"
#include "testing/fake_store.h"
#include "testing/scripted_model.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>
#include <latch>

namespace oi {

namespace {

struct Desk {
    explicit Desk(TerminalOptions given = {}) : options{std::move(given)}
    {
        session = std::make_unique<Session>(std::make_unique<Conversation>(model, store, std::vector<Language>{}, ConversationOptions{}));
        driver = std::make_unique<Driver>(
            *session, options, sys::TerminalSize{80, 24}, Abilities{},
            Device{[](std::string_view, std::string_view) -> Result<std::string> { return std::string{}; }, [] {}, [] {}});
        model.on_request = [this](const auto&) {
            if (!is_asked.try_wait()) is_asked.count_down();
        };
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
    void run_to_end()
    {
        for (bool is_done = false; !is_done;) {
            const auto event = session->next();
            is_done = std::holds_alternative<TurnDone>(*event);
            show(*event);
        }
    }
    bool has(std::string_view piece) { return terminal.text().find(piece) != std::string::npos; }

    TerminalOptions options;
    testing::ScriptedModel model{{testing::waits(), testing::says("ok")}};
    std::latch is_asked{1};
    testing::FakeStore store;
    std::unique_ptr<Session> session;
    std::unique_ptr<Driver> driver;
    testing::FakeTerminal terminal{80, 24};
};

TerminalOptions busy() { return {.first_message = user("go"), .model_name = "model", .folder = "/home/ada"}; }

}  // namespace

TEST(Typing, TabShowsChoicesBelowUntilTheNextKey)
{
    Desk desk;
    desk.type("%auto_run \t");
    EXPECT_EQ(desk.terminal.text(), "> %auto_run\n  false  true\n");
    desk.type("f\t");
    EXPECT_EQ(desk.terminal.text(), "> %auto_run false\n");
    desk.type("\x15plain \t|");
    EXPECT_EQ(desk.terminal.text(), "> plain     |\n") << "behind a blank Tab is white space";
}

TEST(Typing, TheRestOfACommandIsShownAndSentOnlyWhenItIsTaken)
{
    Desk desk;
    desk.type("%hel");
    EXPECT_EQ(desk.terminal.text(), "> %help\n");
    desk.type("\x1b[D");  // to the left: the cursor is not at the end any more
    EXPECT_EQ(desk.terminal.text(), "> %hel\n");
    desk.type("\x1b[C\x1b[C");  // to the right, and over the hint
    EXPECT_EQ(desk.terminal.text(), "> %help\n");
    desk.type("|");
    EXPECT_EQ(desk.terminal.text(), "> %help|\n");
    desk.type("\x15%tok");
    EXPECT_EQ(desk.terminal.text(), "> %tokens\n");
    desk.type("\r");
    EXPECT_TRUE(desk.has("> %tok\n")) << desk.terminal.text();
    EXPECT_TRUE(desk.has("There is no %tok; did you mean")) << desk.terminal.text();
}

TEST(Typing, WithoutHintsThereAreNone)
{
    Desk desk{{.has_hints = false}};
    desk.type("%hel\x1b[C|");
    EXPECT_EQ(desk.terminal.text(), "> %hel|\n");
}

TEST(Typing, AnOpenMarkIsSaidBelow)
{
    Desk desk;
    desk.type("\"\"\"one\rtwo");
    EXPECT_EQ(desk.terminal.text(), "> \"\"\"one\n  two\n  Enter: a new line, until a line has \"\"\" again\n");
    desk.type("\"\"\"");
    EXPECT_EQ(desk.terminal.text(), "> \"\"\"one\n  two\"\"\"\n");
}

TEST(Typing, ALargePasteIsOneCharacterOfTheLine)
{
    Desk desk;
    std::string lines;
    for (int i = 0; i < 300; ++i) lines += cat("line ", i, "\n");
    desk.type(cat("see \x1b[200~", lines, "\x1b[201~ there"));
    EXPECT_EQ(desk.terminal.text(), "> see [pasted 300 lines] there\n");
    desk.type("\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x7F");
    EXPECT_EQ(desk.terminal.text(), "> see  there\n");
}

TEST(Typing, WhatIsAttachedStandsBelowAndStaysInTheScrollBack)
{
    const testing::TempDir folder;
    const std::string path = folder.path() + "/plot.png";
    ASSERT_TRUE(sys::write_file(path, "picture"));
    Desk desk{{.read_picture_size = [](std::string_view) { return PictureSize{3, 2}; }}};
    desk.model.information.supports_vision = true;
    desk.type(cat("what is \x1b[200~", path, "\x1b[201~"));
    EXPECT_TRUE(desk.has("  attached: plot.png (3x2)\n")) << desk.terminal.text();
    desk.type("\x7F");
    EXPECT_FALSE(desk.has("attached")) << desk.terminal.text();
    desk.type("g\r");
    EXPECT_TRUE(desk.has("  attached: plot.png (3x2)\n")) << desk.terminal.text();
    desk.type("\x03");
    desk.run_to_end();
    EXPECT_EQ(desk.session->messages(), (std::vector{Message{Role::user, Kind::image, "path", path}, user(cat("what is ", path))}));
}

TEST(Typing, MessagesWaitAndUpTakesTheLastOneBack)
{
    Desk desk{busy()};
    desk.type("one\rtwo\r");
    EXPECT_TRUE(desk.has("2 messages wait, Enter: now")) << desk.terminal.text();
    desk.type("\x1b[A");
    EXPECT_TRUE(desk.has("> two  model  1 message waits  Ctrl-C stops")) << desk.terminal.text();
}

TEST(Typing, EnterOnAnEmptyLineGivesThemToTheRunningTurn)
{
    Desk desk{busy()};
    desk.is_asked.wait();
    desk.type("one\r%tokens\r\r");
    EXPECT_TRUE(desk.has("1 message waits")) << "the command: " << desk.terminal.text();
    EXPECT_TRUE(desk.has("your message is next")) << desk.terminal.text();
    desk.run_to_end();
    EXPECT_TRUE(desk.has("> go\n\n> one\n\n  ok\n")) << desk.terminal.text();
    EXPECT_EQ(desk.session->messages(), (std::vector{user("go"), user("one"), assistant("ok")}));
}

}  // namespace oi
