// Blocks: a picture as coloured quadrants of character cells, which every terminal with colours shows. Pure.
#pragma once

#include "base/pixels.h"

#include <cstdint>
#include <string>
#include <vector>

namespace oi {

// The colours that a terminal has for it.
enum class Palette : std::uint8_t { millions, xterm_256, ansi_16, grey_24, grey_4 };

// One string a row, `columns` characters and SGR sequences in each; the style is neutral at its end. Each character shows
// two by two pixels in the two colours that come nearest.
std::vector<std::string> blocks_of(const Pixels& picture, int columns, int rows, Palette palette);

}  // namespace oi
