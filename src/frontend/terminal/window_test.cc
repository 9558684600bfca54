// Title, progress and notifications as bytes.
#include "frontend/terminal/window.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

using Doing = Window::Doing;
constexpr Abilities able{.has_title = true, .has_title_stack = true, .has_progress = true, .has_focus = true, .notifier = Notifier::osc9};

}  // namespace

TEST(Window, TheTitleSaysWhatRunsAndIsGivenBack)
{
    Window window{{.has_title = true, .has_title_stack = true}, true, false};
    EXPECT_EQ(window.enter(), "\x1b[22;2t");
    EXPECT_EQ(window.show(Doing::nothing, "gpt-4o", "/home/ada/work/"), "\x1b]2;interpreter - work\x1b\\");
    EXPECT_EQ(window.show(Doing::works, "gpt-4o", "/home/ada/work/"), "\x1b]2;gpt-4o - work\x1b\\");
    EXPECT_EQ(window.show(Doing::works, "gpt-4o", "/home/ada/work/"), "");
    EXPECT_EQ(window.show(Doing::asks, "gpt-4o", "/"), "\x1b]2;waits for you - /\x1b\\");
    EXPECT_EQ(window.leave(), "\x1b[23;2t");
    EXPECT_EQ(window.show(Doing::asks, "gpt-4o", "/"), "\x1b]2;waits for you - /\x1b\\") << "again after somebody else";
}

TEST(Window, WithoutAStackTheTitleIsEmptiedAtTheEnd)
{
    Window window{{.has_title = true}, true, false};
    EXPECT_EQ(window.enter(), "");
    EXPECT_EQ(window.leave(), "\x1b]2;\x1b\\");
}

TEST(Window, NothingIsWrittenWhereItIsTurnedOffOrUnknown)
{
    Window off{{.has_title = true, .has_title_stack = true}, false, false};
    EXPECT_EQ(off.enter() + off.show(Doing::works, "x", "/") + off.leave(), "");
    Window unknown{{}, true, true};
    EXPECT_EQ(unknown.enter() + unknown.show(Doing::works, "x", "/") + unknown.leave() + unknown.notify("done"), "");
}

TEST(Window, ProgressFollowsTheTurn)
{
    Window window{able, false, true};
    EXPECT_EQ(window.enter(), "\x1b[?1004h");
    EXPECT_EQ(window.show(Doing::works, "x", "/"), "\x1b]9;4;3\x1b\\");
    EXPECT_EQ(window.show(Doing::works, "y", "/"), "");
    EXPECT_EQ(window.show(Doing::asks, "y", "/"), "\x1b]9;4;4;100\x1b\\");
    EXPECT_EQ(window.leave(), "\x1b]9;4;0\x1b\\\x1b[?1004l");
}

TEST(Window, ASequenceCannotBeEndedOrBegunByWhatItSays)
{
    Window window{able, true, false};
    EXPECT_EQ(window.show(Doing::works, "py\x1b\\thon\x07\x9c\n;", "/a\x1b]0;b"), "\x1b]2;python\xEF\xBF\xBD ; - a\x1b\\\x1b]9;4;3\x1b\\");
    for (const Notifier notifier : {Notifier::osc9, Notifier::osc777, Notifier::osc99}) {
        Abilities abilities = able;
        abilities.notifier = notifier;
        const std::string bytes = Window{abilities, true, true}.notify("a\x1b\\b\x07;c" + std::string(500, 'x'));
        EXPECT_NE(bytes.find("b,c"), std::string::npos) << bytes;
        EXPECT_LT(bytes.size(), 250u);
        EXPECT_EQ(bytes.find('\a'), std::string::npos);
    }
    EXPECT_EQ((Window{{.notifier = Notifier::bell}, true, true}.notify("x")), "\a");
}

}  // namespace oi
