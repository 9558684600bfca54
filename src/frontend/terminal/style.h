// Style: how a piece of text looks, and the SGR sequence that makes it so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oi {

// What a piece of text is set off with; Abilities decide which shade that is.
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

// How many colours the terminal has.
enum class Depth : std::uint8_t { sixteen, many, full };  // 16, 256, 16 million

// What is behind the text. Unknown: the sixteen colours are used, which the person's theme has made to fit.
enum class Ground : std::uint8_t { unknown, dark, light };

// How the terminal can be asked to notify the person who looks elsewhere.
enum class Notifier : std::uint8_t { none, bell, osc9, osc777, osc99 };

// What the terminal in front of us can do; read once from the environment, but for the background.
struct Abilities {
    bool has_colour = true;  // NO_COLOR unset, or CLICOLOR_FORCE set
    bool has_links = false;  // OSC 8 is known to work
    Depth depth = Depth::sixteen;
    Ground background = Ground::unknown;
    bool has_title = false;        // OSC 2 sets the window's title, or is passed over
    bool has_title_stack = false;  // and the title of before can be brought back
    bool has_progress = false;     // OSC 9;4 is known to work
    bool has_focus = false;        // it tells when it gains and loses the focus
    bool answers_colours = false;  // OSC 11 is answered, or passed over
    Notifier notifier = Notifier::none;

    static Abilities of_environment();
};

// From the neutral style (after "ESC [0m"); empty for the neutral style itself.
std::string sgr(const Style& style, const Abilities& abilities);

// Red, green and blue of a colour on a background that is known.
std::uint32_t shade(Colour colour, Ground background);

struct Span {
    std::string text;
    Style style{};
    bool operator==(const Span&) const = default;
};
using Spans = std::vector<Span>;

}  // namespace oi
