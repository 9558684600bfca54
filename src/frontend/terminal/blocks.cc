// Quadrants of Unicode's block elements, foreground and background each with a colour; see blocks.h.
#include "frontend/terminal/blocks.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <climits>
#include <optional>

namespace oi {

namespace {

struct Rgb {
    int red = 0, green = 0, blue = 0;
    bool operator==(const Rgb&) const = default;
};

// Bits of the index: upper left 1, upper right 2, lower left 4. The lower right is always background: what would have it in
// the foreground is the same cell with its colours exchanged.
constexpr std::array<const char*, 8> glyphs{
    " ", "\xE2\x96\x98", "\xE2\x96\x9D", "\xE2\x96\x80", "\xE2\x96\x96", "\xE2\x96\x8C", "\xE2\x96\x9E", "\xE2\x96\x9B"};

// As xterm shows them; themes differ, but not by much.
constexpr std::array<Rgb, 16> ansi{{{0, 0, 0},
                                    {205, 0, 0},
                                    {0, 205, 0},
                                    {205, 205, 0},
                                    {0, 0, 238},
                                    {205, 0, 205},
                                    {0, 205, 205},
                                    {229, 229, 229},
                                    {127, 127, 127},
                                    {255, 0, 0},
                                    {0, 255, 0},
                                    {255, 255, 0},
                                    {92, 92, 255},
                                    {255, 0, 255},
                                    {0, 255, 255},
                                    {255, 255, 255}}};

int distance(const Rgb& a, const Rgb& b)
{
    const int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
    return 3 * red * red + 6 * green * green + blue * blue;  // about what an eye makes of them
}

int luminance(const Rgb& colour) { return (299 * colour.red + 587 * colour.green + 114 * colour.blue) / 1000; }

// The colour cube has uneven steps: 0, 95, 135, 175, 215, 255.
int cube_step(int value) { return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40; }
int cube_value(int step) { return step == 0 ? 0 : 55 + 40 * step; }

int nearest_256(const Rgb& colour)
{
    const int red = cube_step(colour.red), green = cube_step(colour.green), blue = cube_step(colour.blue);
    const Rgb cube{cube_value(red), cube_value(green), cube_value(blue)};
    const int step = std::clamp((luminance(colour) - 3) / 10, 0, 23);
    const int level = 8 + 10 * step;
    if (distance(colour, {level, level, level}) < distance(colour, cube)) return 232 + step;
    return 16 + 36 * red + 6 * green + blue;
}

int nearest_grey(const Rgb& colour)
{
    const int light = luminance(colour);
    if (light < 4) return 16;
    if (light > 246) return 231;
    return 232 + std::clamp((light - 3) / 10, 0, 23);
}

int nearest_16(const Rgb& colour)
{
    int best = 0;
    for (int i = 1; i < 16; ++i)
        if (distance(colour, ansi[static_cast<std::size_t>(i)]) < distance(colour, ansi[static_cast<std::size_t>(best)])) best = i;
    return best;
}

int nearest_grey_of_4(const Rgb& colour)
{
    const int light = luminance(colour);
    return light < 64 ? 0 : light < 178 ? 8 : light < 242 ? 7 : 15;
}

enum class Ground : unsigned char { front, back };

std::string code_of(const Rgb& colour, Palette palette, Ground ground)
{
    const bool is_front = ground == Ground::front;
    const char* extended = is_front ? "38;" : "48;";
    switch (palette) {
    case Palette::millions: return cat(extended, "2;", colour.red, ";", colour.green, ";", colour.blue);
    case Palette::xterm_256: return cat(extended, "5;", nearest_256(colour));
    case Palette::grey_24: return cat(extended, "5;", nearest_grey(colour));
    default: break;
    }
    const int index = palette == Palette::ansi_16 ? nearest_16(colour) : nearest_grey_of_4(colour);
    return cat((is_front ? 30 : 40) + (index < 8 ? index : 52 + index));
}

struct Cell {
    std::size_t glyph = 0;
    Rgb front{}, back{};
};

Rgb pixel(const Pixels& picture, int x, int y)
{
    const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)) * 4;
    return {picture.data[at], picture.data[at + 1], picture.data[at + 2]};
}

Rgb mean(const std::array<Rgb, 4>& pixels, std::size_t mask)
{
    Rgb sum;
    int count = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        if (!(mask & 1u << i)) continue;
        sum = {sum.red + pixels[i].red, sum.green + pixels[i].green, sum.blue + pixels[i].blue};
        ++count;
    }
    return count == 0 ? Rgb{} : Rgb{sum.red / count, sum.green / count, sum.blue / count};
}

// The two colours, and who has which, that come nearest to the four pixels.
Cell nearest_cell(const std::array<Rgb, 4>& pixels)
{
    Cell best;
    int least = INT_MAX;
    for (std::size_t mask = 0; mask < glyphs.size() && least > 0; ++mask) {
        const Cell cell{mask, mean(pixels, mask), mean(pixels, 15 & ~mask)};
        int fault = 0;
        for (std::size_t i = 0; i < 4; ++i) fault += distance(pixels[i], mask & 1u << i ? cell.front : cell.back);
        if (fault >= least) continue;
        least = fault;
        best = cell;
    }
    return best;
}

}  // namespace

std::vector<std::string> blocks_of(const Pixels& picture, int columns, int rows, Palette palette)
{
    const Pixels small = scaled(on_white(picture), columns * 2, rows * 2);
    std::vector<std::string> out(static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row) {
        std::string& bytes = out[static_cast<std::size_t>(row)];
        std::string front, back;  // as set by now
        for (int column = 0; column < columns; ++column) {
            const int x = column * 2, y = row * 2;
            const Cell cell =
                nearest_cell({pixel(small, x, y), pixel(small, x + 1, y), pixel(small, x, y + 1), pixel(small, x + 1, y + 1)});
            const std::string next_back = code_of(cell.back, palette, Ground::back);
            const bool is_plain = cell.glyph == 0 || code_of(cell.front, palette, Ground::back) == next_back;
            const std::string next_front = is_plain ? front : code_of(cell.front, palette, Ground::front);
            if (next_front != front) bytes += cat("\x1b[", next_front, next_back != back ? ";" : "m");
            if (next_back != back) bytes += cat(next_front != front ? "" : "\x1b[", next_back, "m");
            bytes += is_plain ? " " : glyphs[cell.glyph];
            front = next_front;
            back = next_back;
        }
        bytes += "\x1b[0m";
    }
    return out;
}

}  // namespace oi
