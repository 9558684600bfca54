// Measures what a picture of 1280x800 pixels costs in each way of showing it. The floor is its decoding.
#include "measure.h"

#include "base/pixels.h"
#include "frontend/terminal/page.h"
#include "frontend/terminal/picture_view.h"

#include <cmath>
#include <cstdio>
#include <string>

using namespace oi;

namespace {

// Smooth surfaces, thin lines and a little noise: about what plots are made of.
std::string plot()
{
    Pixels pixels{{}, 1280, 800};
    unsigned noise = 1;
    for (int y = 0; y < pixels.height; ++y)
        for (int x = 0; x < pixels.width; ++x) {
            const bool is_line = std::abs(y - 400 - 300 * std::sin(x / 90.0)) < 3;
            const bool is_noisy = x > 900 && y > 500;
            noise = noise * 1664525 + 1013904223;
            const auto value = static_cast<unsigned char>(is_line ? 40 : is_noisy ? noise >> 24 : 255 - (x + y) / 20);
            for (const unsigned char channel : {value, static_cast<unsigned char>(is_line ? 90 : value), value, std::uint8_t{255}})
                pixels.data.push_back(channel);
        }
    return png_of(pixels);
}

}  // namespace

int main()
{
    constexpr int times = 11;
    const std::string file = plot();
    const double floor = bench::median(times, [&] { return bench::cpu_milliseconds([&] { (void)decode_pixels(file, 1 << 24).has_value(); }); });
    std::printf("A picture of 1280x800 pixels on a page of 80x50:\n\n| way | CPU ms | KB |\n|---|---|---|\n");
    std::printf("| PNG, decoded only | %.1f | %zu |\n", floor, (file.size() + 500) / 1000);
    for (const char* way : {"blocks", "sixel", "kitty", "iterm2"}) {
        std::size_t bytes = 0;
        const double time = bench::median(times, [&] {
            Page page{80, {}};
            PictureView view{page};
            view.set_terminal(
                {way, [](const char* name) { return std::string{name == std::string_view{"COLORTERM"} ? "truecolor" : ""}; }});
            view.resize({80, 50, 800, 1000});
            return bench::cpu_milliseconds([&] {
                if (!view.draw(file)) return;
                bytes = page.take().size();
            });
        });
        std::printf("| %s | %.1f | %zu |\n", way, time, (bytes + 500) / 1000);
    }
}
