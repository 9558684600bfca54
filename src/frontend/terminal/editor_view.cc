// The editor's rows on the screen; see editor_view.h.
#include "frontend/terminal/editor_view.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/safe_text.h"

#include <algorithm>
#include <utility>

namespace oi {

namespace {

constexpr std::size_t most_rows_kept = 200;  // of a very long message, in the scroll-back
// The whole row, before it is written: a row that the terminal has wrapped in a resize is one of its own again.
constexpr const char* clear_row = "\x1b[2K";

std::string shown(std::string_view grapheme)
{
    if (grapheme == "\t") return "    ";
    return static_cast<unsigned char>(grapheme[0]) < 0x80 ? std::string{grapheme} : safe_text(grapheme);
}

}  // namespace

EditorView::Layout EditorView::lay_out(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size) const
{
    const int limit = std::max(size.columns - 1, 2);
    Layout layout;
    std::string row;
    int width = 0;
    const auto put = [&](std::string_view text, const Style& style) {
        row += sgr(style, abilities_);
        row += text;
        if (style != Style{}) row += "\x1b[0m";
        width += columns_of(text);
    };
    const auto next_row = [&] {
        layout.rows.push_back(std::exchange(row, {}));
        layout.widths.push_back(std::exchange(width, 0));
    };
    if (const auto search = editor.search_prompt()) put(columns_prefix(safe_line(*search), limit), {.colour = Colour::grey});
    else
        for (const Span& span : prompt.spans) put(columns_prefix(span.text, std::max(limit - 1 - width, 0)), span.style);
    const int indent = width < limit / 2 ? std::min(width, 2) : 0;
    const std::string_view text = prompt.is_secret ? std::string_view{} : std::string_view{editor.text()};
    const std::size_t cursor = prompt.is_secret ? 0 : editor.cursor();
    for (std::size_t at = 0; at <= text.size();) {
        const bool is_end = at == text.size();
        const std::string_view grapheme = is_end ? std::string_view{} : first_grapheme(text.substr(at)).bytes;
        const std::string piece = is_end || grapheme == "\n" ? std::string{} : shown(grapheme);
        const int columns = columns_of(piece);
        if (width + columns > limit && width > indent) {
            next_row();
            put(std::string(static_cast<std::size_t>(indent), ' '), {});
        }
        if (at == cursor) {
            layout.cursor_row = layout.rows.size();
            layout.cursor_column = width;
        }
        if (is_end) break;
        if (grapheme == "\n") {
            next_row();
            put(std::string(static_cast<std::size_t>(indent), ' '), {});
        } else {
            row += piece;
            width += columns;
        }
        at += grapheme.size();
    }
    next_row();
    return layout;
}

std::string EditorView::to_top() const
{
    std::string bytes;
    if (is_drawn_ && cursor_row_ > 0) bytes += cat("\x1b[", cursor_row_, "A");
    return bytes + "\r";
}

std::string EditorView::draw(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size)
{
    const Layout layout = lay_out(editor, prompt, size);
    const auto height = static_cast<std::size_t>(std::max(size.rows - 1, 1));
    const std::size_t count = std::min(layout.rows.size(), height);
    const std::size_t first = std::min(layout.cursor_row > height / 2 ? layout.cursor_row - height / 2 : 0, layout.rows.size() - count);
    std::string bytes = to_top();
    for (std::size_t i = 0; i < count; ++i) bytes += cat(i > 0 ? "\r\n" : "", clear_row, layout.rows[first + i]);
    bytes += "\x1b[J";
    cursor_row_ = layout.cursor_row - first;
    cursor_column_ = layout.cursor_column;
    if (count - 1 > cursor_row_) bytes += cat("\x1b[", count - 1 - cursor_row_, "A");
    bytes += "\r";
    if (cursor_column_ > 0) bytes += cat("\x1b[", cursor_column_, "C");
    widths_.assign(layout.widths.begin() + static_cast<std::ptrdiff_t>(first),
                   layout.widths.begin() + static_cast<std::ptrdiff_t>(first + count));
    is_drawn_ = true;
    return bytes;
}

std::string EditorView::finish(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size)
{
    Layout layout = lay_out(editor, prompt, size);
    std::string bytes = to_top();
    const std::size_t left_out = layout.rows.size() > most_rows_kept ? layout.rows.size() - most_rows_kept : 0;
    for (std::size_t i = 0; i < layout.rows.size() - left_out; ++i) bytes += cat(clear_row, layout.rows[i], "\r\n");
    if (left_out > 0) bytes += cat(clear_row, "  ... ", left_out, " more rows\r\n");
    is_drawn_ = false;
    cursor_row_ = 0;
    return bytes + "\x1b[J";
}

std::string EditorView::erase()
{
    if (!is_drawn_) return {};
    std::string bytes = to_top() + "\x1b[J";
    is_drawn_ = false;
    cursor_row_ = 0;
    return bytes;
}

void EditorView::reflow(sys::TerminalSize size)
{
    const auto rows_of = [&](int width) { return static_cast<std::size_t>(width > 0 ? (width - 1) / size.columns : 0) + 1; };
    std::size_t above = static_cast<std::size_t>(cursor_column_ / size.columns);
    for (std::size_t i = 0; i < cursor_row_ && i < widths_.size(); ++i) above += rows_of(widths_[i]);
    cursor_row_ = above;
}

}  // namespace oi
