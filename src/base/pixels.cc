// Decoding, resizing and encoding with the stb libraries, which stay in this file.
#include "base/pixels.h"

#include "base/image_info.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
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

// Light adds up in physical units, not in those of sRGB (IEC 61966-2-1).
struct Light {
    static constexpr int steps = 4096;
    std::array<float, 256> of_byte{};
    std::array<unsigned char, steps> to_byte{};

    Light()
    {
        for (std::size_t i = 0; i < of_byte.size(); ++i) {
            const double value = static_cast<double>(i) / 255;
            of_byte[i] = static_cast<float>(value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
        }
        for (std::size_t i = 0; i < to_byte.size(); ++i) {
            const double value = static_cast<double>(i) / (steps - 1);
            const double byte = value <= 0.0031308 ? value * 12.92 : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
            to_byte[i] = static_cast<unsigned char>(std::lround(byte * 255));
        }
    }
};

// Makes a picture smaller: each pixel is the mean of those that it covers, in parts too. Several times as fast as a filter
// that looks at neighbours, and nobody sees the difference at a tenth of the size.
class Average {
public:
    Average(const Pixels& from, Pixels& to)
        : from_{from},
          to_{to},
          row_(static_cast<std::size_t>(to.width) * 4),
          sum_(row_.size()),
          reach_x_{float(from.width) / float(to.width)}
    {
    }

    void run()
    {
        const float reach = float(from_.height) / float(to_.height);
        for (int y = 0; y < to_.height; ++y) {
            std::fill(sum_.begin(), sum_.end(), 0.0f);
            const float top = float(y) * reach, bottom = std::min(top + reach, float(from_.height));
            for (int line = int(top); float(line) < bottom; ++line) {
                if (line != line_) read(line);
                const float part = std::min(float(line + 1), bottom) - std::max(float(line), top);
                for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += part * row_[i];
            }
            write(y, reach * reach_x_);
        }
    }

private:
    // A line of the picture, as wide as the new one, colours times alpha.
    void read(int line)
    {
        line_ = line;
        const unsigned char* pixels = &from_.data[bytes_of(from_.width, line)];
        for (int x = 0; x < to_.width; ++x) {
            const float left = float(x) * reach_x_, right = std::min(left + reach_x_, float(from_.width));
            float red = 0, green = 0, blue = 0, alpha = 0;
            for (int i = int(left); float(i) < right; ++i) {
                const unsigned char* pixel = pixels + std::ptrdiff_t{i} * 4;
                const float part = (std::min(float(i + 1), right) - std::max(float(i), left)) * float(pixel[3]);
                red += part * light_.of_byte[pixel[0]];
                green += part * light_.of_byte[pixel[1]];
                blue += part * light_.of_byte[pixel[2]];
                alpha += part;
            }
            float* out = &row_[static_cast<std::size_t>(x) * 4];
            out[0] = red, out[1] = green, out[2] = blue, out[3] = alpha;
        }
    }

    void write(int y, float area)
    {
        unsigned char* out = &to_.data[bytes_of(to_.width, y)];
        for (std::size_t i = 0; i < sum_.size(); i += 4) {
            const float alpha = sum_[i + 3];
            for (std::size_t channel = i; channel < i + 3; ++channel) {
                const float value = alpha > 0 ? std::min(sum_[channel] / alpha, 1.0f) : 0;
                out[channel] = light_.to_byte[static_cast<std::size_t>(value * (Light::steps - 1) + 0.5f)];
            }
            out[i + 3] = static_cast<unsigned char>(std::min(alpha / area + 0.5f, 255.0f));
        }
    }

    const Light light_{};
    const Pixels& from_;
    Pixels& to_;
    std::vector<float> row_;  // the line of that number, four values a pixel
    int line_ = -1;
    std::vector<float> sum_;
    float reach_x_;
};

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
    if (to.width <= from.width && to.height <= from.height) Average{from, to}.run();
    else stbir_resize_uint8_srgb(from.data.data(), from.width, from.height, 0, to.data.data(), to.width, to.height, 0, 4, 3, 0);
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
