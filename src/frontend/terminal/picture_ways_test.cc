// The bytes that each way of showing a picture writes, read back.
#include "frontend/terminal/blocks.h"
#include "frontend/terminal/inline_images.h"
#include "frontend/terminal/picture_fixture.h"
#include "frontend/terminal/sixel.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

using namespace testing;
using Rows = std::vector<std::string>;

constexpr std::array<int, 3> red{255, 0, 0}, blue{0, 0, 255}, white{255, 255, 255};

int difference(const Pixels& a, const Pixels& b)
{
    int most = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i) most = std::max(most, std::abs(a.data[i] - b.data[i]));
    return most;
}

}  // namespace

TEST(Blocks, ACellShowsItsFourPixelsInTwoColours)
{
    const auto cell = [](std::array<std::array<int, 3>, 4> pixels) {
        return blocks_of(painted(2, 2, [&](int x, int y) { return pixels[static_cast<std::size_t>(2 * y + x)]; }), 1, 1, Palette::millions);
    };
    EXPECT_EQ(cell({red, red, red, red}), (Rows{"\x1b[48;2;255;0;0m \x1b[0m"}));
    EXPECT_EQ(cell({red, red, blue, blue}), (Rows{"\x1b[38;2;255;0;0;48;2;0;0;255m\xE2\x96\x80\x1b[0m"}));
    EXPECT_EQ(cell({red, blue, red, blue}), (Rows{"\x1b[38;2;255;0;0;48;2;0;0;255m\xE2\x96\x8C\x1b[0m"}));
    EXPECT_EQ(cell({blue, red, red, blue}), (Rows{"\x1b[38;2;255;0;0;48;2;0;0;255m\xE2\x96\x9E\x1b[0m"}));
    EXPECT_EQ(cell({red, red, red, blue}), (Rows{"\x1b[38;2;255;0;0;48;2;0;0;255m\xE2\x96\x9B\x1b[0m"}));
}

TEST(Blocks, ColoursAreSetOnlyWhereTheyChange)
{
    const Pixels flag = painted(8, 2, [](int x, int) { return x < 4 ? red : blue; });
    EXPECT_EQ(blocks_of(flag, 4, 1, Palette::millions), (Rows{"\x1b[48;2;255;0;0m  \x1b[48;2;0;0;255m  \x1b[0m"}));
}

TEST(Blocks, FewColoursAreTheNearestThereAre)
{
    const Pixels one = painted(2, 2, [](int, int) { return std::array{250, 5, 5}; });
    EXPECT_EQ(blocks_of(one, 1, 1, Palette::xterm_256), (Rows{"\x1b[48;5;196m \x1b[0m"}));
    EXPECT_EQ(blocks_of(one, 1, 1, Palette::ansi_16), (Rows{"\x1b[101m \x1b[0m"}));
    EXPECT_EQ(blocks_of(one, 1, 1, Palette::grey_24), (Rows{"\x1b[48;5;239m \x1b[0m"}));
    EXPECT_EQ(blocks_of(one, 1, 1, Palette::grey_4), (Rows{"\x1b[100m \x1b[0m"}));
    const Pixels grey = painted(2, 2, [](int, int) { return std::array{118, 118, 118}; });
    EXPECT_EQ(blocks_of(grey, 1, 1, Palette::xterm_256), (Rows{"\x1b[48;5;243m \x1b[0m"}));
}

TEST(Blocks, WhatIsTransparentIsWhite)
{
    Pixels none{std::vector<unsigned char>(16), 2, 2};
    EXPECT_EQ(blocks_of(none, 1, 1, Palette::millions), (Rows{"\x1b[48;2;255;255;255m \x1b[0m"}));
}

TEST(Sixel, TwoColoursAndRunsAsTheyAreWritten)
{
    const Pixels flag = painted(6, 7, [](int x, int) { return x < 4 ? red : blue; });
    EXPECT_EQ(sixel_of(flag), "\x1bP0;1q\"1;1;6;7#0;2;0;0;100#1;2;100;0;0#0!4?~~$#1!4~-#0!4?@@$#1!4@\x1b\\");
}

TEST(Sixel, APictureOfUpTo256ColoursComesBackAsItWas)
{
    const Pixels picture = painted(64, 40, [](int x, int y) { return std::array{x * 4, y / 5 * 32, 128}; });
    EXPECT_LE(difference(picture, decode_sixel(sixel_of(picture))), 6);  // of whole percents, and of the upper five bits
}

TEST(Sixel, MoreColoursComeNear)
{
    const Pixels picture = painted(256, 128, [](int x, int y) { return std::array{x, y * 2, (x ^ y) & 255}; });
    const Pixels back = decode_sixel(sixel_of(picture));
    EXPECT_TRUE(back.is_opaque());
    long sum = 0;
    for (std::size_t i = 0; i < picture.data.size(); ++i) sum += std::abs(picture.data[i] - back.data[i]);
    EXPECT_LT(double(sum) / double(picture.data.size()), 12);
}

TEST(Sixel, OnePixelIsAPicture)
{
    EXPECT_EQ(sixel_of(painted(1, 1, [](int, int) { return white; })), "\x1bP0;1q\"1;1;1;1#0;2;100;100;100#0@\x1b\\");
}

TEST(Kitty, TheFileTravelsInPiecesOfFourKibibytes)
{
    std::string file, keys;
    for (int i = 0; i < 10'000; ++i) file += static_cast<char>(i * 7);
    const std::string bytes = kitty_image(file, {40, 12});
    EXPECT_EQ(decode_kitty(bytes, keys), file);
    EXPECT_EQ(keys, "a=T,f=100,t=d,q=2,C=1,c=40,r=12,m=1");
    std::size_t longest = 0, from = 0;
    for (auto end = bytes.find("\x1b\\"); end != std::string::npos; end = bytes.find("\x1b\\", from)) {
        longest = std::max(longest, end - bytes.find(';', from) - 1);
        from = end + 2;
    }
    EXPECT_EQ(longest, 4096u);
    EXPECT_EQ(kitty_image("abc", {1, 1}), "\x1b_Ga=T,f=100,t=d,q=2,C=1,c=1,r=1,m=0;YWJj\x1b\\");
}

TEST(Iterm2, TheFileTravelsInOneSequence)
{
    EXPECT_EQ(iterm2_image("abc", {40, 12}), "\x1b]1337;File=inline=1;size=3;width=40;height=12;preserveAspectRatio=1:YWJj\x07");
}

}  // namespace oi
