// Decoding, resizing and encoding with the stb libraries, which stay in this file.
#include "llm/images/image_codec.h"

#include "llm/images/image_info.h"

#include <algorithm>
#include <memory>
#include <stb/stb_image.h>
#include <stb/stb_image_resize.h>
#include <stb/stb_image_write.h>
#include <vector>

namespace oi::llm {

namespace {

constexpr std::int64_t most_pixels = 100'000'000;  // what a bomb of a picture may unpack to: 400 MB

struct Free {
    void operator()(unsigned char* pixels) const { stbi_image_free(pixels); }
};

// Red, green, blue, alpha; rows without gaps.
struct Pixels {
    std::vector<unsigned char> data;
    int width = 0;
    int height = 0;

    bool is_opaque() const
    {
        for (std::size_t i = 3; i < data.size(); i += 4)
            if (data[i] != 255) return false;
        return true;
    }
};

std::optional<Pixels> decode(std::string_view bytes)
{
    const auto info = image_info(bytes);
    if (!info || std::int64_t{info->width} * info->height > most_pixels || bytes.size() > INT32_MAX) return {};
    int width = 0, height = 0, channels = 0;
    const std::unique_ptr<unsigned char, Free> pixels{stbi_load_from_memory(reinterpret_cast<const unsigned char*>(bytes.data()),
                                                                            static_cast<int>(bytes.size()), &width, &height, &channels, 4)};
    if (!pixels) return {};
    const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
    return Pixels{{pixels.get(), pixels.get() + size}, width, height};
}

std::optional<Pixels> shrunk(const Pixels& from, int side)
{
    const int longest = std::max(from.width, from.height);
    if (longest <= side) return from;
    const auto scaled = [&](int length) { return std::max(1, static_cast<int>((std::int64_t{length} * side + longest / 2) / longest)); };
    Pixels to{{}, scaled(from.width), scaled(from.height)};
    to.data.resize(static_cast<std::size_t>(to.width) * static_cast<std::size_t>(to.height) * 4);
    const int done = stbir_resize_uint8_srgb(from.data.data(), from.width, from.height, 0, to.data.data(), to.width, to.height, 0, 4, 3, 0);
    if (done == 0) return {};
    return to;
}

void append(void* out, void* data, int size)
{
    static_cast<std::string*>(out)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
}

std::vector<unsigned char> on_white(const Pixels& pixels)
{
    std::vector<unsigned char> out;
    out.reserve(pixels.data.size() / 4 * 3);
    for (std::size_t i = 0; i + 3 < pixels.data.size(); i += 4)
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const int alpha = pixels.data[i + 3];
            out.push_back(static_cast<unsigned char>((pixels.data[i + channel] * alpha + 255 * (255 - alpha)) / 255));
        }
    return out;
}

std::string png(const Pixels& pixels)
{
    std::string out;
    if (pixels.is_opaque()) stbi_write_png_to_func(append, &out, pixels.width, pixels.height, 3, on_white(pixels).data(), pixels.width * 3);
    else stbi_write_png_to_func(append, &out, pixels.width, pixels.height, 4, pixels.data.data(), pixels.width * 4);
    return out;
}

std::string jpeg(const Pixels& pixels, int quality)
{
    std::string out;
    stbi_write_jpg_to_func(append, &out, pixels.width, pixels.height, 3, on_white(pixels).data(), quality);
    return out;
}

}  // namespace

std::optional<EncodedImage> recode_image(std::string_view bytes, int side, std::size_t most_bytes)
{
    const auto info = image_info(bytes);
    auto pixels = decode(bytes);
    if (!pixels) return {};
    constexpr int least_side = 32;
    for (; side >= least_side; side /= 2) {
        pixels = shrunk(*pixels, side);
        if (!pixels) return {};
        const auto made = [&](std::string_view mime, std::string data) -> std::optional<EncodedImage> {
            if (data.empty() || data.size() > most_bytes) return {};
            return EncodedImage{mime, std::move(data), pixels->width, pixels->height};
        };
        if (info->mime != "image/jpeg")
            if (auto image = made("image/png", png(*pixels))) return image;
        for (const int quality : {90, 70})
            if (auto image = made("image/jpeg", jpeg(*pixels, quality))) return image;
    }
    return {};
}

}  // namespace oi::llm
