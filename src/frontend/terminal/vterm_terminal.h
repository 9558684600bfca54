// VtermTerminal: a real terminal emulator (libvterm) for tests, with its scroll-back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <vterm.h>

namespace oi::testing {

class VtermTerminal {
public:
    VtermTerminal(int columns, int rows) { start(columns, rows); }
    ~VtermTerminal() { vterm_free(terminal_); }
    VtermTerminal(const VtermTerminal&) = delete;
    VtermTerminal& operator=(const VtermTerminal&) = delete;

    void write(std::string_view bytes) { vterm_input_write(terminal_, bytes.data(), bytes.size()); }

    // A window that becomes narrower wraps what no longer fits, as today's terminals do; libvterm of itself would cut it off.
    void resize(int columns, int rows)
    {
        if (columns < columns_) wrap(columns, rows);
        vterm_set_size(terminal_, rows_ = rows, columns_ = columns);
    }

    // Scroll-back and screen, trailing blanks and empty rows at the end taken off.
    std::vector<std::string> rows() const
    {
        std::vector<std::string> all = scrolled_;
        for (int row = 0; row < rows_; ++row) all.push_back(text_of(row));
        while (!all.empty() && all.back().empty()) all.pop_back();
        return all;
    }
    std::string text() const
    {
        std::string text;
        for (const auto& row : rows()) text += row + "\n";
        return text;
    }
    int columns() const { return columns_; }

private:
    void start(int columns, int rows)
    {
        columns_ = columns;
        rows_ = rows;
        terminal_ = vterm_new(rows, columns);
        vterm_set_utf8(terminal_, 1);
        screen_ = vterm_obtain_screen(terminal_);
        static const VTermScreenCallbacks callbacks{nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, push_line, nullptr};
        vterm_screen_set_callbacks(screen_, &callbacks, this);
        vterm_screen_reset(screen_, 1);
    }

    static int push_line(int columns, const VTermScreenCell* cells, void* self)
    {
        std::string text;
        for (int column = 0; column < columns; ++column) add(text, cells[column]);
        static_cast<VtermTerminal*>(self)->scrolled_.push_back(trimmed(std::move(text)));
        return 1;
    }

    static std::string trimmed(std::string text)
    {
        while (text.ends_with(' ')) text.pop_back();
        return text;
    }

    static void add(std::string& text, const VTermScreenCell& cell)
    {
        if (cell.chars[0] == static_cast<std::uint32_t>(-1)) return;  // the second column of a wide character
        if (cell.chars[0] == 0) text += ' ';
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; ++i) add_utf8(text, cell.chars[i]);
    }

    static void add_utf8(std::string& text, std::uint32_t point)
    {
        if (point < 0x80) text += static_cast<char>(point);
        else if (point < 0x800) text += static_cast<char>(0xC0 | point >> 6);
        else if (point < 0x10000) text += static_cast<char>(0xE0 | point >> 12);
        else text += static_cast<char>(0xF0 | point >> 18);
        if (point >= 0x10000) text += static_cast<char>(0x80 | (point >> 12 & 63));
        if (point >= 0x800) text += static_cast<char>(0x80 | (point >> 6 & 63));
        if (point >= 0x80) text += static_cast<char>(0x80 | (point & 63));
    }

    VTermScreenCell cell(int row, int column) const
    {
        VTermScreenCell one{};
        vterm_screen_get_cell(screen_, {row, column}, &one);
        return one;
    }

    std::string text_of(int row) const
    {
        std::string text;
        for (int column = 0; column < columns_; ++column) add(text, cell(row, column));
        return trimmed(std::move(text));
    }

    // Writes what stands on the screen anew in rows of `columns`; the cursor, which is at the end of its row, stays there.
    void wrap(int columns, int rows)
    {
        VTermPos cursor;
        vterm_state_get_cursorpos(vterm_obtain_state(terminal_), &cursor);
        int last = cursor.row;
        for (int row = last; row < rows_; ++row)
            if (!text_of(row).empty()) last = row;
        std::vector<std::string> wrapped;
        int cursor_row = 0, cursor_column = 0;
        bool is_full = false;
        for (int row = 0; row <= last; ++row) {
            std::string text;
            int used = 0, end = columns_;
            while (end > 0 && cell(row, end - 1).chars[0] == 0) --end;
            for (int column = 0; column < end; ++column) {
                const VTermScreenCell one = cell(row, column);
                if (one.chars[0] == static_cast<std::uint32_t>(-1)) continue;
                if (used + one.width > columns) {
                    wrapped.push_back(std::exchange(text, {}));
                    used = 0;
                }
                add(text, one);
                used += one.width;
            }
            if (row == cursor.row) {
                cursor_row = static_cast<int>(wrapped.size());
                cursor_column = used + std::max(cursor.col - end, 0);
                is_full = cursor_column >= columns;
            }
            wrapped.push_back(std::move(text));
        }
        const auto most = static_cast<std::size_t>(cursor_row + rows);  // the cursor's row stays on the screen
        if (wrapped.size() > most) wrapped.resize(most);
        vterm_free(terminal_);
        start(columns, rows);
        std::string bytes;
        for (std::size_t i = 0; i < wrapped.size(); ++i) bytes += (i > 0 ? "\r\n" : "") + wrapped[i];
        bytes += '\r';
        if (const auto up = static_cast<int>(wrapped.size()) - 1 - cursor_row; up > 0) bytes += "\x1b[" + std::to_string(up) + "A";
        if (is_full) bytes += wrapped[static_cast<std::size_t>(cursor_row)];  // the next character begins a row
        else if (cursor_column > 0) bytes += "\x1b[" + std::to_string(cursor_column) + "C";
        write(bytes);
    }

    VTerm* terminal_ = nullptr;
    VTermScreen* screen_ = nullptr;
    int columns_ = 0, rows_ = 0;
    std::vector<std::string> scrolled_;
};

}  // namespace oi::testing
