// What is known of terminals, and what they are asked.
#include "frontend/terminal/picture_terminal.h"

#include <gtest/gtest.h>
#include <map>

namespace oi {

namespace {

using Variables = std::map<std::string, std::string>;

PictureTerminal terminal(const Variables& variables, std::string_view setting = "auto")
{
    return {setting, [&](const char* name) {
                const auto found = variables.find(name);
                return found == variables.end() ? std::string{} : found->second;
            }};
}

constexpr const char* kitty_query = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";

}  // namespace

TEST(PictureTerminal, SomeSayWhoTheyAre)
{
    for (const auto& [variables, way] : std::vector<std::pair<Variables, PictureWay>>{
             {{{"TERM", "xterm-kitty"}}, PictureWay::kitty},
             {{{"TERM", "xterm-256color"}, {"KITTY_WINDOW_ID", "1"}}, PictureWay::kitty},
             {{{"TERM", "xterm-ghostty"}}, PictureWay::kitty},
             {{{"TERM", "xterm-256color"}, {"TERM_PROGRAM", "iTerm.app"}}, PictureWay::iterm2},
             {{{"TERM", "xterm-256color"}, {"LC_TERMINAL", "iTerm2"}}, PictureWay::iterm2},
             {{{"TERM", "xterm-256color"}, {"WEZTERM_PANE", "0"}}, PictureWay::iterm2},
             {{{"TERM", "tmux-256color"}, {"TMUX", "/tmp/x"}, {"KITTY_WINDOW_ID", "1"}}, PictureWay::blocks},
             {{{"TERM", "screen.xterm-256color"}, {"LC_TERMINAL", "iTerm2"}}, PictureWay::blocks},
             {{{"TERM", "xterm"}}, PictureWay::blocks}})
        EXPECT_EQ(terminal(variables).way(), way) << variables.begin()->second;
}

TEST(PictureTerminal, TheSettingDecides)
{
    const Variables kitty{{"TERM", "xterm-kitty"}};
    EXPECT_EQ(terminal(kitty, "blocks").way(), PictureWay::blocks);
    EXPECT_EQ(terminal(kitty, "off").way(), PictureWay::off);
    EXPECT_EQ(terminal(kitty, "iterm2").way(), PictureWay::iterm2);
    EXPECT_EQ(terminal({{"TERM", "xterm"}}, "sixel").way(), PictureWay::sixel);
    EXPECT_EQ(terminal({{"TERM", "xterm"}}, "kitty").way(), PictureWay::kitty);
    for (const char* setting : {"off", "blocks"}) EXPECT_EQ(terminal({{"TERM", "xterm"}}, setting).question(), "");
}

TEST(PictureTerminal, OthersAreAskedOnceAndTheBestAnswerCounts)
{
    auto asked = terminal({{"TERM", "xterm-256color"}});
    EXPECT_FALSE(asked.is_waiting());
    EXPECT_EQ(asked.question(), std::string{kitty_query} + "\x1b[16t\x1b[c");
    EXPECT_EQ(asked.question(), "");
    EXPECT_TRUE(asked.is_waiting());
    asked.hear("\x1b[6;18;9t");
    EXPECT_EQ(asked.cell(), (CellSize{9, 18}));
    EXPECT_TRUE(asked.is_waiting());
    asked.hear("\x1b[?62;4;22c");
    EXPECT_EQ(asked.way(), PictureWay::sixel);
    EXPECT_FALSE(asked.is_waiting());

    auto konsole = terminal({{"TERM", "xterm-256color"}});
    konsole.question();
    konsole.hear("\x1b_Gi=31;OK\x1b\\");
    konsole.hear("\x1b[?62;4c");
    EXPECT_EQ(konsole.way(), PictureWay::kitty);

    auto plain = terminal({{"TERM", "xterm-256color"}});
    plain.question();
    plain.hear("\x1b_Gi=31;ENOTSUP:no\x1b\\");
    plain.hear("\x1b[?64;1;2;44c");  // 44 and the level 64 are not 4
    EXPECT_EQ(plain.way(), PictureWay::blocks);
}

TEST(PictureTerminal, MultiplexersAreAskedOnlyForWhatIsTheirOwn)
{
    auto tmux = terminal({{"TERM", "tmux-256color"}, {"TMUX", "/tmp/x"}});
    tmux.resize({80, 24, 800, 480});
    EXPECT_EQ(tmux.question(), "\x1b[c");
    tmux.hear("\x1b[?1;2;4c");
    EXPECT_EQ(tmux.way(), PictureWay::sixel);
    EXPECT_EQ(terminal({{"TERM", "screen"}}).question(), "");
}

TEST(PictureTerminal, WhoWouldPrintTheQuestionIsNotAsked)
{
    EXPECT_EQ(terminal({{"TERM", "linux"}}).question(), "");
    EXPECT_EQ(terminal({{"TERM", "xterm-256color"}, {"TERM_PROGRAM", "Apple_Terminal"}}).question(), "");
    EXPECT_EQ(terminal({}).question(), "");
}

TEST(PictureTerminal, KnownTerminalsAreAskedForTheirCellsAtMost)
{
    auto kitty = terminal({{"TERM", "xterm-kitty"}});
    EXPECT_EQ(kitty.question(), "\x1b[16t\x1b[c");
    auto sized = terminal({{"TERM", "xterm-kitty"}});
    sized.resize({100, 50, 1000, 1000});
    EXPECT_EQ(sized.cell(), (CellSize{10, 20}));
    EXPECT_EQ(sized.question(), "");
}

TEST(PictureTerminal, NonsenseIsPassedOver)
{
    auto asked = terminal({{"TERM", "xterm"}});
    asked.question();
    for (const char* reply :
         {"", "\x1b[", "\x1b[c", "\x1b[6;0;0t", "\x1b[6;9999;9999t", "\x1b[6;;t", "\x1b[8;24;80t", "\x1b_G", "\x1b_Gi=31;"})
        asked.hear(reply);
    EXPECT_EQ(asked.cell(), CellSize{});
    EXPECT_EQ(asked.way(), PictureWay::blocks);
    EXPECT_TRUE(asked.is_waiting());
    asked.resize({80, 24, 1, 1});
    EXPECT_EQ(asked.cell(), CellSize{});
}

TEST(PictureTerminal, ThePaletteIsWhatTheTerminalHas)
{
    EXPECT_EQ(terminal({{"TERM", "xterm-256color"}, {"COLORTERM", "truecolor"}}).palette(), Palette::millions);
    EXPECT_EQ(terminal({{"TERM", "xterm-kitty"}}).palette(), Palette::millions);
    EXPECT_EQ(terminal({{"TERM", "tmux-256color"}}).palette(), Palette::xterm_256);
    EXPECT_EQ(terminal({{"TERM", "xterm"}}).palette(), Palette::ansi_16);
    EXPECT_EQ(terminal({{"TERM", "xterm-256color"}, {"NO_COLOR", "1"}}).palette(), Palette::grey_24);
    EXPECT_EQ(terminal({{"TERM", "xterm"}, {"NO_COLOR", "1"}}).palette(), Palette::grey_4);
}

}  // namespace oi
