// Pictures unpacked, made smaller and packed again.
#include "base/pixels.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

Pixels filled(int width, int height, const std::vector<unsigned char>& pixel)
{
    Pixels out{{}, width, height};
    for (int i = 0; i < width * height; ++i)
        for (const unsigned char channel : pixel) out.data.push_back(channel);
    return out;
}

}  // namespace

TEST(Pixels, APngComesBackAsItWas)
{
    for (const unsigned char alpha : {255, 7}) {
        const Pixels picture = filled(5, 3, {10, 20, 30, alpha});
        EXPECT_EQ(decode_pixels(png_of(picture), 100).value(), picture);
    }
    const Pixels jpeg = decode_pixels(jpeg_of(filled(16, 16, {200, 100, 50, 255}), 95), 1000).value();
    EXPECT_NEAR(jpeg.data[0], 200, 4);
}

TEST(Pixels, SmallerIsTheMeanOfTheLight)
{
    Pixels stripes = filled(4, 2, {0, 0, 0, 255});
    for (const std::size_t x : {0u, 2u, 4u, 6u})
        for (std::size_t channel = 0; channel < 3; ++channel) stripes.data[x * 4 + channel] = 255;
    EXPECT_EQ(scaled(stripes, 2, 1), filled(2, 1, {188, 188, 188, 255}));  // half of the light, not of the number
    EXPECT_EQ(scaled(filled(1280, 801, {1, 128, 254, 255}), 77, 13), filled(77, 13, {1, 128, 254, 255}));
    EXPECT_EQ(scaled(filled(20'000, 1, {9, 9, 9, 255}), 3, 1), filled(3, 1, {9, 9, 9, 255}));
}

TEST(Pixels, WhatIsTransparentGivesNoColour)
{
    Pixels picture = filled(2, 1, {0, 255, 0, 0});
    picture.data[4] = 255, picture.data[5] = 0, picture.data[7] = 255;
    EXPECT_EQ(scaled(picture, 1, 1), filled(1, 1, {255, 0, 0, 128}));
    EXPECT_EQ(on_white(filled(1, 1, {0, 0, 0, 0})), filled(1, 1, {255, 255, 255, 255}));
}

TEST(Pixels, LargerWorksToo) { EXPECT_EQ(scaled(filled(1, 1, {90, 60, 30, 255}), 2, 2), filled(2, 2, {90, 60, 30, 255})); }

TEST(Pixels, WhatCannotBeUnpackedSaysWhy)
{
    const std::string png = png_of(filled(40, 40, {1, 2, 3, 255}));
    EXPECT_EQ(decode_pixels("", 100).error().what, "it is empty");
    EXPECT_EQ(decode_pixels("hello", 100).error().what, "it is no picture that is known here");
    EXPECT_EQ(decode_pixels(png, 1599).error().what, "it is too large, 40x40 pixels");
    EXPECT_EQ(decode_pixels(png.substr(0, png.size() - 30), 1600).error().what, "it is broken or cut off");
}

}  // namespace oi
