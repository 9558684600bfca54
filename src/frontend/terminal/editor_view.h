// EditorView: draws a line editor below the page and keeps it up to date.
#pragma once

#include "frontend/terminal/editor.h"
#include "frontend/terminal/style.h"
#include "sys/terminal.h"

#include <string>
#include <vector>

namespace oi {

struct Prompt {
    Spans spans;
    bool is_secret = false;      // what is typed is not shown
    std::vector<Spans> below{};  // rows under the text while it is edited
    std::string hint{};          // in grey behind the text while it is edited, as far as the row has room
};

// Begins at the row of the cursor, in its first column. Text that is taller than the screen shows the part around
// the cursor; finish() writes all of it, once, for the scroll-back.
class EditorView {
public:
    explicit EditorView(Abilities abilities) : abilities_{abilities} {}

    std::string draw(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size);
    // Draws for the last time; the cursor is then on a new row.
    std::string finish(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size);
    // Takes what was drawn off the screen; the cursor is where it began.
    std::string erase();
    // The terminal was resized and has wrapped the rows anew.
    void reflow(sys::TerminalSize size);
    bool is_drawn() const { return is_drawn_; }
    void set_background(Ground background) { abilities_.background = background; }

private:
    struct Layout {
        std::vector<std::string> rows;
        std::vector<int> widths;
        std::size_t cursor_row = 0;
        int cursor_column = 0;
    };
    std::string rewrite(const std::vector<std::string>& rows) const;
    void add_below(Layout& layout, const Prompt& prompt, sys::TerminalSize size) const;
    Layout lay_out(const LineEditor& editor, const Prompt& prompt, sys::TerminalSize size) const;
    std::string to_top() const;

    Abilities abilities_;
    bool is_drawn_ = false;
    std::vector<std::string> rows_;  // on the screen; empty: what is there has to be written anew
    std::vector<int> widths_;        // of these rows
    std::size_t cursor_row_ = 0;     // among them
    int cursor_column_ = 0;
};

}  // namespace oi
