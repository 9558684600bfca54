// Sixel: a picture in the graphics format of DEC's terminals (VT340 Graphics Programming, chapter 14). Pure.
#pragma once

#include "base/pixels.h"

#include <string>

namespace oi {

// The whole device control string, in at most 256 colours chosen for the picture. Its pixels are the terminal's.
std::string sixel_of(const Pixels& picture);

}  // namespace oi
