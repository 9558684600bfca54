// Screen: the page and, below its row in progress, one status row that never reaches the scroll-back.
#pragma once

#include "frontend/terminal/page.h"
#include "sys/terminal.h"

namespace oi {

class Screen {
public:
    Screen(sys::TerminalSize size, Abilities abilities) : page_{size.columns, abilities}, size_{size} {}

    Page& page() { return page_; }
    sys::TerminalSize size() const { return size_; }
    void resize(sys::TerminalSize size);
    // The terminal lost what stood below the row in progress, or somebody else wrote there.
    void forget_status() { shown_.clear(); }
    // Takes the status row away; what is written next begins in the first column, with the row in progress.
    std::string leave();

    // One row, cut to the width; empty: none.
    void set_status(Spans status) { wanted_ = std::move(status); }

    // All bytes since the last call; to be written in one piece.
    std::string take();

private:
    std::string status_bytes() const;

    Page page_;
    sys::TerminalSize size_;
    Spans wanted_;
    Spans shown_;
    bool is_stale_ = false;
};

}  // namespace oi
