// Page and status row as bytes.
#include "frontend/terminal/screen.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"

namespace oi {

void Screen::resize(sys::TerminalSize size)
{
    size_ = size;
    page_.resize(size.columns);
    is_stale_ = true;
}

std::string Screen::take()
{
    if (size_.rows < 3 || size_.columns < 12) wanted_.clear();  // no room for it
    std::string bytes;
    // A terminal that reflows has moved the old status row, but all of it is still below the cursor.
    if (is_stale_ && !shown_.empty()) {
        bytes += "\x1b[J";
        shown_.clear();
    }
    is_stale_ = false;
    bytes += page_.take();
    if (!shown_.empty() && !page_.will_erase_below()) shown_.clear();  // a new row has erased it
    if (wanted_ == shown_) return bytes;
    bytes += wanted_.empty() ? "\x1b[J" : status_bytes();
    shown_ = wanted_;
    page_.set_erases_below(!shown_.empty());
    return bytes;
}

// Index and back make room below, the cursor is saved there: no column or row has to be known. (DEC VT100: IND,
// DECSC, DECRC.)
std::string Screen::status_bytes() const
{
    std::string bytes = "\x1b" "D\x1b[A\x1b" "7\r\n";
    int room = size_.columns - 1;
    for (const Span& span : wanted_) {
        const std::string_view text = columns_prefix(span.text, room);
        room -= columns_of(text);
        const std::string style = sgr(span.style, page_.abilities().has_colour);
        bytes += cat(style, text, style.empty() ? "" : "\x1b[0m");
    }
    return bytes + "\x1b[K\x1b" "8";
}

}  // namespace oi
