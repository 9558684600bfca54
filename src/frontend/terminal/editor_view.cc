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

std::string shown(std::string_view grapheme, const LineEditor& editor)
{
    if (grapheme == "\t") return "    ";
    if (static_cast<unsigned char>(grapheme[0]) < 0x20) return editor.label(grapheme[0]);
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
        const std::string piece =
            is_end || grapheme == "\n" ? std::string{} : std::string{columns_prefix(shown(grapheme, editor), limit - indent)};
        const int columns = columns_of(piece);
        if (width + columns > limit && width > indent) {
            next_row();
            put(std::string(static_cast<std::size_t>(indent), ' '), {});
        }
        if (at == cursor) {
            layout.cursor_row = layout.rows.size();
            layout.cursor_column = width;
        }
        if (is_end && !prompt.hint.empty()) put(columns_prefix(prompt.hint, std::max(limit - width, 0)), {.colour = Colour::grey});
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

void EditorView::add_below(Layout& layout, const Prompt& prompt, sys::TerminalSize size) const
{
    const auto most = static_cast<std::size_t>(std::max(size.rows / 2 - 1, 0));
    for (std::size_t i = 0; i < std::min(prompt.below.size(), most); ++i) {
        std::string row;
        int room = std::max(size.columns - 1, 2);
        const int width = room;
        for (const Span& span : prompt.below[i]) {
            const std::string_view text = columns_prefix(span.text, room);
            room -= columns_of(text);
            row += cat(sgr(span.style, abilities_), text, span.style == Style{} ? "" : "\x1b[0m");
        }
        layout.rows.push_back(std::move(row));
        layout.widths.push_back(width - room);
    }
}

std::string EditorView::to_top() const
{
    std::string bytes;
    if (is_drawn_ && cursor_row_ > 0) bytes += cat("\x1b[", cursor_row_, "A");
    return bytes + "\r";
}

std::string EditorView::draw(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size)
{
    Layout layout = lay_out(editor, prompt, size);
    const auto height = static_cast<std::size_t>(std::max(size.rows - 1, 1));
    // The rows below stay in sight: the text is what scrolls.
    const std::size_t text_rows = layout.rows.size();
    add_below(layout, prompt, size);
    const std::size_t below = std::min(layout.rows.size() - text_rows, height - 1);
    const std::size_t room = height - below;
    const std::size_t count = std::min(text_rows, room);
    const std::size_t first = std::min(layout.cursor_row > room / 2 ? layout.cursor_row - room / 2 : 0, text_rows - count);
    const auto cut = [&](auto& rows) {
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(first + count), rows.begin() + static_cast<std::ptrdiff_t>(text_rows));
        rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(first));
        rows.resize(count + below);
    };
    cut(layout.rows);
    cut(layout.widths);
    const bool is_same =
        is_drawn_ && rows_ == layout.rows && cursor_row_ == layout.cursor_row - first && cursor_column_ == layout.cursor_column;
    if (is_same) return {};
    std::string bytes = to_top() + rewrite(layout.rows);
    cursor_row_ = layout.cursor_row - first;
    cursor_column_ = layout.cursor_column;
    if (count + below - 1 > cursor_row_) bytes += cat("\x1b[", count + below - 1 - cursor_row_, "A");
    bytes += "\r";
    if (cursor_column_ > 0) bytes += cat("\x1b[", cursor_column_, "C");
    rows_ = std::move(layout.rows);
    widths_ = std::move(layout.widths);
    is_drawn_ = true;
    return bytes;
}

// From the first row to the last; only those that differ from what is there are written.
std::string EditorView::rewrite(const std::vector<std::string>& rows) const
{
    const bool is_new = !is_drawn_ || rows_.empty();
    std::string bytes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool is_last = i + 1 == rows.size();
        const bool is_right = !is_new && i < rows_.size() && rows_[i] == rows[i] && !(is_last && rows_.size() > rows.size());
        if (i > 0) bytes += "\r\n";
        if (!is_right) bytes += cat(clear_row, rows[i]);
    }
    return is_new || rows_.size() > rows.size() ? bytes + "\x1b[J" : bytes;
}

std::string EditorView::finish(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size)
{
    Prompt last = prompt;
    last.hint.clear();
    Layout layout = lay_out(editor, last, size);
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
    rows_.clear();
    std::size_t above = static_cast<std::size_t>(cursor_column_ / size.columns);
    for (std::size_t i = 0; i < cursor_row_ && i < widths_.size(); ++i) above += rows_of(widths_[i]);
    cursor_row_ = above;
}

}  // namespace oi
