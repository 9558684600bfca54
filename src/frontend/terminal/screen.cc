// Page and status row as bytes.
#include "frontend/terminal/screen.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"

#include <utility>

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
    const std::string cut = page_.take_cut();
    const std::string text = page_.take();
    // A terminal that was resized may have moved the status row, or wrap what we think fits: nothing is ever written
    // over an old status row.
    const bool goes = !shown_.empty() && (!text.empty() || is_stale_ || wanted_ != shown_);
    std::string bytes = cut + (goes ? "\x1b[J" : "") + text;
    if (goes) shown_.clear();
    is_stale_ = false;
    if (wanted_ != shown_) bytes += status_bytes();
    shown_ = wanted_;
    return bytes;
}

std::string Screen::leave()
{
    std::string bytes = page_.take();
    if (!std::exchange(shown_, {}).empty()) bytes += "\x1b[J";
    const bool has_row = !page_.is_line_empty();
    page_.write_row_again();
    return bytes + (has_row ? "\r\n" : "\r");
}

// Index and back make room below, the cursor is saved there: no column or row has to be known. (DEC VT100: IND,
// DECSC, DECRC.) Without wrapping (DECAWM), so that a window that has just become narrower does not scroll.
std::string Screen::status_bytes() const
{
    std::string bytes =
        "\x1b"
        "D\x1b[A\x1b"
        "7\r\n\x1b[?7l";
    int room = size_.columns - 1;
    for (const Span& span : wanted_) {
        const std::string_view text = columns_prefix(span.text, room);
        room -= columns_of(text);
        const std::string style = sgr(span.style, page_.abilities());
        bytes += cat(style, text, style.empty() ? "" : "\x1b[0m");
    }
    return bytes +
           "\x1b[K\x1b[?7h\x1b"
           "8";
}

}  // namespace oi
