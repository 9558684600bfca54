// Replacing a passage of a text without touching anything else in it.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace oi::computer {

struct Edited {
    std::string text;
    std::size_t count = 0;  // how often the passage was there
};

// Replaces every `original` in `text`, byte by byte; everything else stays as it is. `original` and `replacement` are
// UTF-8 with \n; a text whose lines all end in \r\n keeps that, and one that is no UTF-8 is taken as Latin-1.
// not_found: it is not there; the error names the three passages that are nearest to it. invalid: it cannot be written in
// the text's encoding, or `original` is empty.
Result<Edited> replace_in(std::string_view text, std::string_view original, std::string_view replacement);

}  // namespace oi::computer
