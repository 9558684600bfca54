// Inline images: a picture's file handed to the terminal, which decodes and scales it itself. Pure.
#pragma once

#include <string>
#include <string_view>

namespace oi {

// A number of character cells.
struct Cells {
    int columns = 0;
    int rows = 0;
    bool operator==(const Cells&) const = default;
};

// Kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol): transmit and show, in pieces of 4096 bytes; nothing is
// answered, the cursor stays. `png`: the file.
std::string kitty_image(std::string_view png, Cells box);

// iTerm2's inline images (iterm2.com/documentation-images.html). `file`: PNG or JPEG. The shape stays, whatever the box has.
std::string iterm2_image(std::string_view file, Cells box);

}  // namespace oi
