// What the terminal says of itself never counts as typed.
#include "frontend/terminal/terminal_reports.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

constexpr std::string_view dark = "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\";

}  // namespace

TEST(TerminalReports, AnAnswerIsTakenOutWhereverItIsCut)
{
    for (const std::string_view answer : {dark, std::string_view{"\x1b]11;rgb:00/00/00\a"}, std::string_view{"\x1b]11;rgba:0/0/0/f\a"}}) {
        for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
            TerminalReports reports;
            EXPECT_EQ(reports.feed(std::string{"a"}.append(answer.substr(0, cut))), "a");
            EXPECT_EQ(reports.feed(std::string{answer.substr(cut)} + "b\x1b[A"), "b\x1b[A") << cut;
            EXPECT_EQ(reports.background(), Ground::dark);
        }
    }
}

TEST(TerminalReports, BrightnessDecidesWhatIsLight)
{
    for (const auto& [colour, background] : {std::pair{"rgb:fdfd/f6f6/e3e3", Ground::light},
                                             {"rgb:ff/ff/ff", Ground::light},
                                             {"rgb:0000/2b2b/3636", Ground::dark},
                                             {"rgb:2828/2c2c/3434", Ground::dark}}) {
        TerminalReports reports;
        EXPECT_EQ(reports.feed(std::string{"\x1b]11;"} + colour + "\a"), "");
        EXPECT_EQ(reports.background(), background) << colour;
    }
    TerminalReports reports;
    EXPECT_EQ(reports.feed("\x1b]11;rgb:0\a\x1b]11;face\a\x1b]11;rgb:00000/0/0\a"), "");
    EXPECT_EQ(reports.background(), std::nullopt);
}

TEST(TerminalReports, KeysPassAsTheyAre)
{
    TerminalReports reports;
    const std::string_view keys = "x\x1b[A\x1b[1;5C\x1bOP\x1b\x1b[200~a\x1b[201~\x1b]x";
    EXPECT_EQ(reports.feed(keys), keys);
    EXPECT_FALSE(reports.is_waiting());
    EXPECT_EQ(reports.feed("\x1b"), "");
    EXPECT_TRUE(reports.is_waiting());
    EXPECT_EQ(reports.flush(), "\x1b");
    EXPECT_EQ(reports.feed("\x1b]"), "");
    EXPECT_EQ(reports.flush(), "\x1b]");  // Alt-]
}

TEST(TerminalReports, AnAnswerThatIsSlowIsWaitedForAndNoiseIsDropped)
{
    TerminalReports reports;
    EXPECT_EQ(reports.feed("\x1b]11;rgb:0"), "");
    EXPECT_FALSE(reports.is_waiting());
    EXPECT_EQ(reports.flush(), "");
    EXPECT_EQ(reports.feed("/0/0\a"), "");
    EXPECT_EQ(reports.background(), Ground::dark);
    EXPECT_EQ(reports.feed("\x1b]11;rgb:00x\x1b[A"), "x\x1b[A") << "cut off: what follows is typed";
    EXPECT_EQ(reports.feed("\x1b]11;rgb:00\x1b[A"), "\x1b[A");
    EXPECT_EQ(reports.feed("\x1b]11;" + std::string(60, '0') + "y"), "0y");
}

TEST(TerminalReports, FocusIsKnownOnceItIsSaid)
{
    TerminalReports reports;
    EXPECT_EQ(reports.is_focused(), std::nullopt);
    EXPECT_EQ(reports.feed("a\x1b[Ob"), "ab");
    EXPECT_EQ(reports.is_focused(), false);
    EXPECT_EQ(reports.feed("\x1b[I"), "");
    EXPECT_EQ(reports.is_focused(), true);
}

}  // namespace oi
