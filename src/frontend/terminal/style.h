// Style: how a piece of text looks, and the SGR sequence that makes it so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oi {

// The terminal's own sixteen colours: they follow the person's theme, light or dark.
enum class Colour : std::uint8_t { none, red, green, yellow, blue, magenta, cyan, grey };

struct Style {
    Colour colour = Colour::none;
    bool bold = false;
    bool dim = false;
    bool italic = false;
    bool underline = false;
    bool strike = false;
    std::uint16_t link = 0;  // 0: none; else a link of the page

    bool operator==(const Style&) const = default;
};

// What the terminal in front of us can do; read once from the environment.
struct Abilities {
    bool has_colour = true;  // NO_COLOR unset
    bool has_links = false;  // OSC 8 is known to work

    static Abilities of_environment();
};

// From the neutral style (after "ESC [0m"); empty for the neutral style itself.
std::string sgr(const Style& style, bool has_colour);

struct Span {
    std::string text;
    Style style{};
    bool operator==(const Span&) const = default;
};
using Spans = std::vector<Span>;

}  // namespace oi
