// Markdown: renders a message while it arrives; finished lines never change.
#pragma once

#include "frontend/terminal/highlight.h"
#include "frontend/terminal/inline.h"
#include "frontend/terminal/page.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// A line's beginning is held until it says what the line is; then its text streams. Rows of a table are held
// until the table ends. A line break in the source is a line break on the screen.
class Markdown {
public:
    explicit Markdown(Page& page) : page_{page}, inline_{page} {}

    // Text made safe for a terminal. Any cutting into pieces gives the same page.
    void feed(std::string_view text);
    void finish();  // the message is complete: all that was held comes out

private:
    enum class Line : unsigned char { start, text, code, literal, table, dropped };
    struct Item {
        int indent;  // of its mark
        int text;    // where its text begins
    };

    void character(std::string_view c);
    void end_line();
    bool decide(bool is_complete);
    void begin_overlong();
    bool decide_code(bool is_complete);
    bool leave_quote(std::string_view& line, bool is_complete);
    void begin_code_line(std::string_view text);
    void begin_code(std::string_view fence, int indent, std::string_view language);
    void end_code();
    bool decide_block(std::string_view rest, int indent, bool is_complete);
    bool decide_heading(std::string_view rest, bool is_complete);
    bool decide_fence(std::string_view rest, int indent, bool is_complete);
    bool decide_item(std::string_view rest, int indent, bool is_complete);
    void begin_item(int indent, std::string_view mark, std::string_view rest);
    void begin_paragraph(std::string_view text, int indent);
    void begin_literal(std::string_view text);
    void begin_text(std::string_view text, const Style& style);
    void begin_block();
    void blank();
    void rule();
    void flush_table();
    void feed_line(std::string_view text);
    int left() const { return items_.empty() ? 0 : items_.back().text; }
    Margin margin(std::string_view first, int width) const;

    Page& page_;
    Inline inline_;
    Line line_ = Line::start;
    std::string held_;          // the beginning of a line
    bool has_content_ = false;  // of this message
    bool is_after_blank_ = false;
    bool skips_spaces_ = false;  // between a mark and its text
    int quote_depth_ = 0;
    std::vector<Item> items_;  // the list items we are in, outermost first
    std::vector<std::string> table_;
    std::unique_ptr<Highlighter> code_;  // in a fenced block
    std::string fence_;                  // that ends it; of a formula: "$$" or "\\]"
    int fence_indent_ = 0;
    bool was_text_ = false;     // the line above, so that a line without its marks of quotes may go on with it
    bool was_literal_ = false;  // the line above stood four columns in, below an empty one
};

}  // namespace oi
