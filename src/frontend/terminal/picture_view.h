// PictureView: a picture on the page, in whatever way the terminal can show it.
#pragma once

#include "base/pixels.h"
#include "frontend/terminal/inline_images.h"
#include "frontend/terminal/page.h"
#include "frontend/terminal/picture_terminal.h"

#include <optional>
#include <stop_token>
#include <string>

namespace oi {

// How many cells a picture takes of at most `most`: never more than it has pixels for, its shape kept as well as whole cells can.
Cells fit_picture(int width, int height, CellSize cell, Cells most);

// A picture on its way to the page: what is needed to make its rows or bytes, on any thread.
struct PictureJob {
    std::string path;
    PictureTerminal terminal;
    Cells most;

    // Reads, unpacks and scales it; SVG drawings go through a program first. Errors: `what` is about the picture ("it is ...").
    Result<Drawing> make(std::stop_token stop) const;
};

class PictureView {
public:
    explicit PictureView(Page& page) : page_{page} {}

    PictureTerminal& terminal() { return terminal_; }
    const PictureTerminal& terminal() const { return terminal_; }
    void set_terminal(PictureTerminal terminal) { terminal_ = std::move(terminal); }
    void resize(sys::TerminalSize size);

    // In rows of its own, with the page's margin beside it, at most half of the window high; nullopt: pictures are off, or the
    // window has no room.
    std::optional<PictureJob> job(const std::string& path) const;
    // Whether what was made for that job still fits the window.
    bool fits(const PictureJob& job) const;

private:
    Cells room() const { return {page_.room(), size_.rows / 2}; }

    Page& page_;
    PictureTerminal terminal_{"blocks", [](const char*) { return std::string{}; }};
    sys::TerminalSize size_;
};

}  // namespace oi
