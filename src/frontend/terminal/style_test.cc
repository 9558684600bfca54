// Colours: readable on what is behind them, and none where none are wanted.
#include "frontend/terminal/style.h"

#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>

namespace oi {

namespace {

constexpr Colour all[] = {Colour::red, Colour::green, Colour::yellow, Colour::blue, Colour::magenta, Colour::cyan, Colour::grey};

double luminance(std::uint32_t rgb)
{
    double sum = 0;
    const double weights[] = {0.2126, 0.7152, 0.0722};
    for (int i = 0; i < 3; ++i) {
        const double part = ((rgb >> (16 - 8 * i)) & 255) / 255.0;
        sum += weights[i] * (part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

// WCAG 2: 4.5 is asked of text.
double contrast(std::uint32_t a, std::uint32_t b)
{
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

// Of the 216 colours of the cube and the 24 greys.
std::uint32_t rgb_of_256(int index)
{
    if (index >= 232) return static_cast<std::uint32_t>(8 + (index - 232) * 10) * 0x010101u;
    constexpr std::uint32_t steps[] = {0, 95, 135, 175, 215, 255};
    const int cube = index - 16;
    return steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6];
}

// The abilities that an environment of only these variables gives.
Abilities of(const std::map<std::string, std::string>& variables)
{
    for (const char* name :
         {"TERM", "TERM_PROGRAM", "COLORTERM", "COLORFGBG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "VTE_VERSION", "TMUX",
          "KITTY_WINDOW_ID", "WT_SESSION", "WEZTERM_PANE", "KONSOLE_VERSION", "GHOSTTY_RESOURCES_DIR", "ConEmuANSI"})
        ::unsetenv(name);
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    return Abilities::of_environment();
}

}  // namespace

TEST(Style, EveryShadeIsReadableOnTheBackgroundsPeopleHave)
{
    for (const Colour colour : all) {
        for (const std::uint32_t paper : {0xFFFFFFu, 0xFDF6E3u, 0xFAFAFAu}) {
            EXPECT_GE(contrast(shade(colour, Ground::light), paper), 4.5) << int(colour) << std::hex << paper;
            const std::string code = sgr({.colour = colour}, {.depth = Depth::many, .background = Ground::light});
            EXPECT_GE(contrast(rgb_of_256(std::atoi(code.c_str() + 7)), paper), 4.5) << code;
        }
        for (const std::uint32_t paper : {0x000000u, 0x1E1E1Eu, 0x002B36u, 0x282C34u, 0x300A24u}) {
            EXPECT_GE(contrast(shade(colour, Ground::dark), paper), 4.5) << int(colour) << std::hex << paper;
            const std::string code = sgr({.colour = colour}, {.depth = Depth::many, .background = Ground::dark});
            EXPECT_GE(contrast(rgb_of_256(std::atoi(code.c_str() + 7)), paper), 4.5) << code;
        }
    }
}

TEST(Style, TheThemesOwnColoursAreUsedWhereTheBackgroundIsNotKnown)
{
    EXPECT_EQ(sgr({.colour = Colour::red, .bold = true}, {.depth = Depth::full}), "\x1b[1;31m");
    EXPECT_EQ(sgr({.colour = Colour::grey}, {.background = Ground::light}), "\x1b[90m");
    EXPECT_EQ(sgr({.colour = Colour::red}, {.depth = Depth::many, .background = Ground::light}), "\x1b[38;5;124m");
    EXPECT_EQ(sgr({.colour = Colour::red}, {.depth = Depth::full, .background = Ground::light}), "\x1b[38;2;179;33;27m");
    EXPECT_EQ(sgr({.colour = Colour::red}, {.has_colour = false, .depth = Depth::full}), "");
    EXPECT_EQ(sgr({}, {}), "");
}

TEST(Style, TheEnvironmentSaysWhatTheTerminalCan)
{
    EXPECT_FALSE(of({{"TERM", "xterm"}, {"NO_COLOR", "1"}}).has_colour);
    EXPECT_FALSE(of({{"TERM", "xterm"}, {"CLICOLOR", "0"}}).has_colour);
    EXPECT_TRUE(of({{"TERM", "xterm"}, {"CLICOLOR", "0"}, {"CLICOLOR_FORCE", "1"}}).has_colour);
    EXPECT_FALSE(of({{"TERM", "vt100"}}).has_colour);
    EXPECT_EQ(of({{"TERM", "xterm"}}).depth, Depth::sixteen);
    EXPECT_EQ(of({{"TERM", "xterm-256color"}}).depth, Depth::many);
    EXPECT_EQ(of({{"TERM", "xterm-256color"}, {"COLORTERM", "truecolor"}}).depth, Depth::full);
    EXPECT_EQ(of({{"TERM", "rxvt"}, {"COLORFGBG", "0;default;15"}}).background, Ground::light);
    EXPECT_EQ(of({{"TERM", "rxvt"}, {"COLORFGBG", "15;0"}}).background, Ground::dark);
    EXPECT_EQ(of({{"TERM", "rxvt"}, {"COLORFGBG", "nonsense"}}).background, Ground::unknown);
    EXPECT_TRUE(of({{"TERM", "xterm-kitty"}}).has_links);
    EXPECT_EQ(of({{"TERM", "xterm-kitty"}}).notifier, Notifier::osc99);
    EXPECT_FALSE(of({{"TERM", "xterm-kitty"}}).has_progress) << "there OSC 9 is a notification";
    EXPECT_TRUE(of({{"TERM", "xterm-256color"}, {"WT_SESSION", "x"}}).has_progress);
    EXPECT_FALSE(of({{"TERM", "xterm-256color"}, {"WT_SESSION", "x"}}).has_title_stack);
    EXPECT_FALSE(of({{"TERM", "tmux-256color"}, {"TMUX", "x"}, {"KITTY_WINDOW_ID", "1"}}).has_links);
    const Abilities console = of({{"TERM", "linux"}});
    EXPECT_FALSE(console.has_title || console.answers_colours || console.has_focus) << "it prints parts of what it does not know";
    EXPECT_FALSE(of({{"TERM", "screen-256color"}}).has_title);
}

}  // namespace oi
