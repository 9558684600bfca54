// PictureView: a picture on the page, in whatever way the terminal can show it.
#pragma once

#include "base/pixels.h"
#include "frontend/terminal/inline_images.h"
#include "frontend/terminal/page.h"
#include "frontend/terminal/picture_terminal.h"

#include <string_view>

namespace oi {

// How many cells a picture takes of at most `most`: never more than it has pixels for, its shape kept as well as whole cells can.
Cells fit_picture(int width, int height, CellSize cell, Cells most);

class PictureView {
public:
    explicit PictureView(Page& page) : page_{page} {}

    PictureTerminal& terminal() { return terminal_; }
    const PictureTerminal& terminal() const { return terminal_; }
    void set_terminal(PictureTerminal terminal) { terminal_ = std::move(terminal); }
    void resize(sys::TerminalSize size);

    // Puts the picture in rows of its own, with the page's margin beside it, at most half of the window high. Nothing is
    // put where pictures are off or the window has no room. Errors: those of decode_pixels(), and nothing is put then.
    Result<void> draw(std::string_view file);

private:
    Drawing inline_drawing(std::string_view file, const Pixels& pixels, Cells box) const;
    Drawing drawing(std::string_view file, const Pixels& pixels, Cells most) const;

    Page& page_;
    PictureTerminal terminal_{"blocks", [](const char*) { return std::string{}; }};
    sys::TerminalSize size_;
};

}  // namespace oi
