// Code and output on the page.
#include "frontend/terminal/transcript_view.h"

#include "frontend/terminal/fake_terminal.h"
#include "frontend/terminal/screen.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

struct Shown {
    explicit Shown(int columns = 40, int rows = 200) : terminal{columns, rows}, screen{{columns, rows}, {}}, view{screen.page()} {}

    Shown& show(const Chunk& chunk)
    {
        view.show(chunk);
        terminal.write(screen.take());
        return *this;
    }
    std::string text()
    {
        view.finish();
        terminal.write(screen.take());
        EXPECT_EQ(terminal.faults(), std::vector<std::string>{});
        return terminal.text();
    }

    testing::FakeTerminal terminal;
    Screen screen;
    TranscriptView view;
};

std::string output_of(std::string_view text, std::size_t piece = 1000)
{
    Shown shown;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) shown.show(output_chunk(std::string{text.substr(0, piece)}));
    return shown.text();
}

#define EDGE "\xE2\x94\x8A"

}  // namespace

TEST(CellView, CodeAndOutputHaveGuttersOfTheirOwn)
{
    Shown shown;
    shown.show(code_chunk("python", "\nprint(1)\n\n")).show(code_chunk("python", "x\n\n"));
    shown.show({.role = Role::assistant, .type = Kind::code, .format = "python", .mark = Mark::end});
    shown.show(output_chunk("1\n")).show(text_chunk("\xE2\x94\x8A not output"));
    EXPECT_EQ(shown.text(),
              "\xE2\x95\xAD python\n\xE2\x94\x82 print(1)\n\xE2\x94\x82\n\xE2\x94\x82 x\n" EDGE " 1\n\n  " EDGE " not output\n");
}

TEST(CellView, AProgressBarMovesInPlace) { EXPECT_EQ(output_of("\r 10%\r 50%\r100%\ndone\r\n", 3), EDGE " 100%\n" EDGE " done\n"); }

TEST(CellView, AProgressBarThatIsTooWideStaysInOneRowUntilItEnds)
{
    Shown shown{40};
    const std::string bar(50, '#');
    for (int i = 1; i <= 9; ++i) {
        shown.show(output_chunk("\r" + std::to_string(i) + "0 % " + bar));
        EXPECT_EQ(shown.terminal.text(), EDGE " " + std::to_string(i) + "0 % " + bar.substr(0, 32) + "\n");
    }
    shown.show(output_chunk("\ndone\n"));
    EXPECT_EQ(shown.text(), EDGE " 90 % " + bar.substr(0, 32) + "\n" EDGE " " + bar.substr(32) + "\n" EDGE " done\n");
}

TEST(CellView, NestedBarsShareARowAndEndAsTheyAre)
{
    Shown shown;
    shown.show(output_chunk("log\n"));
    for (int outer = 0; outer < 3; ++outer) {
        shown.show(output_chunk("\router " + std::to_string(outer)));
        for (int inner = 0; inner < 4; ++inner) shown.show(output_chunk("\n\rinner " + std::to_string(inner) + "\x1b[A"));
    }
    EXPECT_EQ(shown.terminal.text(), EDGE " log\n" EDGE " outer 0\n" EDGE " inner 3\n");
    shown.show(output_chunk("\n\n"));
    EXPECT_EQ(shown.text(), EDGE " log\n" EDGE " outer 0\n" EDGE " outer 2\n" EDGE " inner 3\n");
}

TEST(CellView, LongOutputShowsHeadCountAndTail)
{
    std::string text;
    for (int i = 1; i <= 5000; ++i) text += std::to_string(i) + "\n";
    std::string expected;
    for (int i = 1; i <= 40; ++i) expected += EDGE " " + std::to_string(i) + "\n";
    expected += EDGE " ... 4,950 lines; %output shows all\n";
    for (int i = 4991; i <= 5000; ++i) expected += EDGE " " + std::to_string(i) + "\n";
    for (const std::size_t piece : {7u, 1000u, 1000000u}) EXPECT_EQ(output_of(text, piece), expected) << piece;
    EXPECT_TRUE(output_of(text + "last", 1000)
                    .ends_with(EDGE " ... 4,951 lines; %output shows all\n" EDGE " 4992\n" + expected.substr(expected.find(EDGE " 4993")) +
                               EDGE " last\n"));
}

TEST(CellView, OutputJustBeyondTheHeadIsShownWhole)
{
    std::string text;
    for (int i = 1; i <= 50; ++i) text += std::to_string(i) + "\n";
    EXPECT_EQ(output_of(text).find("..."), std::string::npos);
    EXPECT_NE(output_of(text).find(EDGE " 41\n"), std::string::npos);
}

TEST(CellView, AnEndlessLineIsCut)
{
    const std::string shown = output_of(std::string(100'000, 'x') + "\nnext\n");
    EXPECT_LT(shown.size(), 6000u);
    EXPECT_NE(shown.find("...\n" EDGE " next"), std::string::npos);
}

TEST(CellView, ErrorsStandOut)
{
    Shown shown;
    shown.show(output_chunk("fine\nValueError: no\n"));
    EXPECT_NE(shown.terminal.styled.find("[31]ValueError: no"), std::string::npos);
    EXPECT_EQ(shown.terminal.styled.find("[31]fine"), std::string::npos);
}

TEST(CellView, OfATracebackTheFramesStepBackAndTheLastLineStandsOut)
{
    Shown shown{80};
    shown.show(output_chunk("Traceback (most recent call last):\n  File \"<cell>\", line 1, in <module>\n    f()\nValueError: no\nfine\n"));
    const std::string& styled = shown.terminal.styled;
    EXPECT_NE(styled.find("[31]Traceback"), std::string::npos) << styled;
    EXPECT_NE(styled.find("[90]" EDGE "   File"), std::string::npos) << styled;
    EXPECT_NE(styled.find("[1;31]ValueError: no[0]"), std::string::npos) << styled;
    EXPECT_EQ(styled.find("31]fine"), std::string::npos) << styled;
}

TEST(CellView, AnExitStatusStandsOutUnlessItIsGood)
{
    Shown shown;
    shown.show(output_chunk("exit status 0\nexit status 3\n"));
    EXPECT_NE(shown.terminal.styled.find("[31]exit status 3"), std::string::npos);
    EXPECT_EQ(shown.terminal.styled.find("[31]exit status 0"), std::string::npos);
}

TEST(CellView, ACellWithoutOutputSaysSoAndALongOneItsTime)
{
    Shown shown;
    shown.view.begin_cell();
    shown.view.end_cell(std::nullopt);
    shown.view.begin_cell();
    shown.view.end_cell(std::chrono::seconds{75});
    shown.view.begin_cell();
    shown.show(output_chunk("x\n"));
    shown.view.end_cell(std::nullopt);
    shown.view.begin_cell();
    shown.show(output_chunk("y"));
    shown.view.end_cell(std::chrono::seconds{12});
    EXPECT_EQ(shown.text(), EDGE " no output\n" EDGE " no output, 1 min 15 s\n" EDGE " x\n" EDGE " y\n" EDGE " 12 s\n");
}

TEST(CellView, WhatOnlyTheModelGetsIsNotShown)
{
    Shown shown;
    Chunk chunk = output_chunk("secret");
    chunk.recipient = "assistant";
    EXPECT_EQ(shown.show(chunk).text(), "");
}

TEST(CellView, APictureIsAFileWithItsPathOnThePage)
{
    Shown shown{120};
    shown.show({.role = Role::computer, .type = Kind::image, .format = "base64.png", .content = "iVBORw0KGgo="});
    const std::string text = shown.text();
    EXPECT_TRUE(text.starts_with(EDGE " image: /")) << text;
    EXPECT_TRUE(text.ends_with(".png  not drawn: it is no picture that is known here\n")) << text;
}

}  // namespace oi
