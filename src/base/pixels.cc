// Decoding, resizing and encoding with the stb libraries, which stay in this file.
#include "base/pixels.h"

#include "base/image_info.h"
#include "base/text.h"

#include <algorithm>
#include <memory>
#include <stb/stb_image.h>
#include <stb/stb_image_resize.h>
#include <stb/stb_image_write.h>

namespace oi {

namespace {

struct Free {
    void operator()(unsigned char* pixels) const { stbi_image_free(pixels); }
};

std::size_t bytes_of(int width, int height) { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4; }

void append(void* out, void* data, int size)
{
    static_cast<std::string*>(out)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
}

// Without alpha, on white.
std::vector<unsigned char> three_channels(const Pixels& pixels)
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

}  // namespace

bool Pixels::is_opaque() const
{
    for (std::size_t i = 3; i < data.size(); i += 4)
        if (data[i] != 255) return false;
    return true;
}

Result<Pixels> decode_pixels(std::string_view bytes, std::int64_t most_pixels)
{
    const auto info = image_info(bytes);
    if (!info) return fail(ErrorKind::invalid, bytes.empty() ? "it is empty" : "it is no picture that is known here");
    if (std::int64_t{info->width} * info->height > most_pixels || bytes.size() > INT32_MAX)
        return fail(ErrorKind::unsupported, cat("it is too large, ", info->width, "x", info->height, " pixels"));
    int width = 0, height = 0, channels = 0;
    const std::unique_ptr<unsigned char, Free> pixels{stbi_load_from_memory(reinterpret_cast<const unsigned char*>(bytes.data()),
                                                                            static_cast<int>(bytes.size()), &width, &height, &channels, 4)};
    if (!pixels && info->mime == "image/webp") return fail(ErrorKind::unsupported, "it is WebP, which is not decoded here");
    if (!pixels) return fail(ErrorKind::invalid, "it is broken or cut off");
    return Pixels{{pixels.get(), pixels.get() + bytes_of(width, height)}, width, height};
}

Pixels scaled(const Pixels& from, int width, int height)
{
    Pixels to{{}, std::max(width, 1), std::max(height, 1)};
    if (to.width == from.width && to.height == from.height) return from;
    to.data.resize(bytes_of(to.width, to.height));
    stbir_resize_uint8_srgb(from.data.data(), from.width, from.height, 0, to.data.data(), to.width, to.height, 0, 4, 3, 0);
    return to;
}

Pixels on_white(Pixels pixels)
{
    for (std::size_t i = 0; i + 3 < pixels.data.size(); i += 4) {
        const int alpha = pixels.data[i + 3];
        if (alpha == 255) continue;
        for (std::size_t channel = i; channel < i + 3; ++channel)
            pixels.data[channel] = static_cast<unsigned char>((pixels.data[channel] * alpha + 255 * (255 - alpha)) / 255);
        pixels.data[i + 3] = 255;
    }
    return pixels;
}

std::string png_of(const Pixels& pixels)
{
    std::string out;
    if (pixels.is_opaque())
        stbi_write_png_to_func(append, &out, pixels.width, pixels.height, 3, three_channels(pixels).data(), pixels.width * 3);
    else stbi_write_png_to_func(append, &out, pixels.width, pixels.height, 4, pixels.data.data(), pixels.width * 4);
    return out;
}

std::string jpeg_of(const Pixels& pixels, int quality)
{
    std::string out;
    stbi_write_jpg_to_func(append, &out, pixels.width, pixels.height, 3, three_channels(pixels).data(), quality);
    return out;
}

}  // namespace oi
