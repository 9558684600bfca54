// Styles as SGR sequences (ECMA-48, 8.3.117; ISO 8613-6 for more than sixteen colours).
#include "frontend/terminal/style.h"

#include "base/text.h"

#include <array>

namespace oi {

namespace {

constexpr std::size_t colours = 8;

// In the order of Colour: the theme's own; then shades that are readable on light and on dark.
constexpr std::array<std::string_view, colours> theme{"", ";31", ";32", ";33", ";34", ";35", ";36", ";90"};
constexpr std::array<std::uint32_t, colours> on_light{0, 0xB3211B, 0x1F6B26, 0x835200, 0x1C5FB8, 0x8A2F9E, 0x0B6672, 0x5F6368};
constexpr std::array<std::uint32_t, colours> on_dark{0, 0xFF8379, 0x8FD28A, 0xE5C07B, 0x7FB8FF, 0xDDA0F0, 0x6FD3DC, 0xA0A6AD};
// The nearest of the 256 colours that are readable there.
constexpr std::array<int, colours> many_on_light{0, 124, 22, 94, 25, 90, 23, 240};
constexpr std::array<int, colours> many_on_dark{0, 210, 114, 180, 111, 183, 80, 248};

std::string code_of(Colour colour, const Abilities& abilities)
{
    const auto index = static_cast<std::size_t>(colour);
    if (colour == Colour::none) return {};
    if (abilities.background == Ground::unknown || abilities.depth == Depth::sixteen) return std::string{theme[index]};
    const bool is_light = abilities.background == Ground::light;
    if (abilities.depth == Depth::many) return cat(";38;5;", (is_light ? many_on_light : many_on_dark)[index]);
    const std::uint32_t rgb = shade(colour, abilities.background);
    return cat(";38;2;", rgb >> 16, ";", (rgb >> 8) & 255, ";", rgb & 255);
}

}  // namespace

std::uint32_t shade(Colour colour, Ground background)
{
    return (background == Ground::light ? on_light : on_dark)[static_cast<std::size_t>(colour)];
}

std::string sgr(const Style& style, const Abilities& abilities)
{
    std::string codes;
    if (style.bold) codes += ";1";
    if (style.dim) codes += ";2";
    if (style.italic) codes += ";3";
    if (style.underline) codes += ";4";
    if (style.strike) codes += ";9";
    if (abilities.has_colour) codes += code_of(style.colour, abilities);
    return codes.empty() ? codes : cat("\x1b[", std::string_view{codes}.substr(1), "m");
}

}  // namespace oi
