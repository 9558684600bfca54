// CellView: code while it arrives, and what it prints, each in a gutter that no text can imitate.
#pragma once

#include "core/readable_text.h"
#include "frontend/terminal/highlight.h"
#include "frontend/terminal/page.h"
#include "frontend/terminal/safe_text.h"

#include <memory>
#include <string>
#include <string_view>

namespace oi {

// The gutters stand in the first column; everything else on the page starts in the third.
Margin code_margin();
Margin output_margin();
Margin answer_margin();  // of a question about the code above

class CodeView {
public:
    explicit CodeView(Page& page) : page_{page} {}

    void begin(std::string_view language, std::string_view remark = {});  // the header line
    void feed(std::string_view code);
    void finish();

    const std::string& code() const { return code_; }  // of the last cell, as it came
    std::string line(int number) const;                // from 1; without indentation, safe for one row
    void set_code(std::string code) { code_ = std::move(code); }

private:
    Page& page_;
    SafeText safe_;
    std::unique_ptr<Highlighter> highlighter_;
    std::string code_;
    std::size_t waiting_newlines_ = 0;  // shown once something follows: no empty rows at the end
    bool has_content_ = false;
};

// Output as it comes. A line that is written again (a progress bar) moves in place, in one row; of several such lines the one
// that was written last is shown, and all of them at the end. Beyond the head rows only a count is shown, and at the end
// the last rows. Memory is bounded whatever is printed.
class OutputView {
public:
    explicit OutputView(Page& page) : page_{page} {}

    void feed(std::string_view output);
    void finish();
    bool is_open() const { return is_open_; }

private:
    void show(std::string_view text);
    void take_settled(std::string_view settled);
    enum class Line : unsigned char { in_progress, done };
    void show_line(std::string_view raw, Line state);
    void put(std::string_view line);
    void end_line();
    Style style_of(std::string_view line);
    void begin_folding();
    void fold(std::string_view text);
    void unfold();

    Page& page_;
    ReadableText rows_{1};
    bool is_open_ = false;
    std::size_t lines_ = 0;     // shown so far
    std::string begun_;         // what cannot change any more of the line in progress, bounded
    std::string shown_;         // of the line in progress, bounded
    bool is_in_place_ = false;  // the line in progress has been written again: it stays in one row until it ends
    Style style_;               // of the line in progress
    bool is_traceback_ = false;
    bool is_folding_ = false;
    std::size_t folded_lines_ = 0;
    std::string tail_;  // the end of what is folded, bounded
};

}  // namespace oi
