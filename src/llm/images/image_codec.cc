// Pictures are halved until they fit; see image_codec.h.
#include "llm/images/image_codec.h"

#include "base/image_info.h"
#include "base/pixels.h"

#include <algorithm>
#include <cstdint>

namespace oi::llm {

namespace {

constexpr std::int64_t most_pixels = 100'000'000;  // what a bomb of a picture may unpack to: 400 MB

Pixels shrunk(Pixels from, int side)
{
    const int longest = std::max(from.width, from.height);
    if (longest <= side) return from;
    const auto part = [&](int length) { return static_cast<int>((std::int64_t{length} * side + longest / 2) / longest); };
    return scaled(from, part(from.width), part(from.height));
}

}  // namespace

std::optional<EncodedImage> recode_image(std::string_view bytes, int side, std::size_t most_bytes)
{
    auto decoded = decode_pixels(bytes, most_pixels);
    if (!decoded) return {};
    Pixels pixels = std::move(*decoded);
    const bool is_jpeg = image_info(bytes)->mime == "image/jpeg";
    constexpr int least_side = 32;
    for (; side >= least_side; side /= 2) {
        pixels = shrunk(std::move(pixels), side);
        const auto made = [&](std::string_view mime, std::string data) -> std::optional<EncodedImage> {
            if (data.empty() || data.size() > most_bytes) return {};
            return EncodedImage{mime, std::move(data), pixels.width, pixels.height};
        };
        if (!is_jpeg)
            if (auto image = made("image/png", png_of(pixels))) return image;
        for (const int quality : {90, 70})
            if (auto image = made("image/jpeg", jpeg_of(pixels, quality))) return image;
    }
    return {};
}

}  // namespace oi::llm
