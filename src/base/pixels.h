// Pixels: a picture unpacked, made smaller and packed again. Pure; the stb libraries stay behind it.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// Red, green, blue, alpha; rows from the top, without gaps.
struct Pixels {
    std::vector<unsigned char> data{};
    int width = 0;
    int height = 0;

    bool is_opaque() const;
    bool operator==(const Pixels&) const = default;
};

// PNG, JPEG, GIF (its first frame) and BMP. Nothing is unpacked that says it has more than `most_pixels`. Errors, whose `what`
// is about the picture ("it is ..."): invalid (no picture, or a broken one), unsupported (too large).
Result<Pixels> decode_pixels(std::string_view bytes, std::int64_t most_pixels);

// Scaled to exactly that size, each side at least one pixel.
Pixels scaled(const Pixels& from, int width, int height);
// No transparency: what was transparent shows white.
Pixels on_white(Pixels pixels);

std::string png_of(const Pixels& pixels);
std::string jpeg_of(const Pixels& pixels, int quality);  // on white; quality 1..100

}  // namespace oi
