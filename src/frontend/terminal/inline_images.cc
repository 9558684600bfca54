// The two protocols that take whole files; see inline_images.h.
#include "frontend/terminal/inline_images.h"

#include "base/base64.h"
#include "base/text.h"

#include <algorithm>

namespace oi {

std::string kitty_image(std::string_view png, Cells box)
{
    constexpr std::size_t piece = 4096;
    const std::string data = base64(png);
    std::string out;
    for (std::size_t at = 0; at == 0 || at < data.size(); at += piece) {
        const char* more = at + piece < data.size() ? "1" : "0";
        out += "\x1b_G";
        if (at == 0) out += cat("a=T,f=100,t=d,q=2,C=1,c=", box.columns, ",r=", box.rows, ",");
        out += cat("m=", more, ";", std::string_view{data}.substr(at, piece), "\x1b\\");
    }
    return out;
}

std::string iterm2_image(std::string_view file, Cells box)
{
    return cat("\x1b]1337;File=inline=1;size=", file.size(), ";width=", box.columns, ";height=", box.rows,
               ";preserveAspectRatio=1:", base64(file), "\x07");
}

}  // namespace oi
