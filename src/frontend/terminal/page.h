// Page: text on a terminal that only ever grows. A finished row is written once; only the row in progress may
// still change.
#pragma once

#include "frontend/terminal/style.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oi {

// What stands at the left of a line's first row, and of the rows that the line wraps to.
struct Margin {
    Spans first;
    Spans rest;
};

enum class Wrap : std::uint8_t {
    words,     // at spaces; a longer word is cut
    anywhere,  // code and output
};

// One grapheme in the row in progress.
struct Glyph {
    std::string text;
    std::uint8_t width = 1;
    Style style{};
};

// What was made elsewhere and stands in rows of its own.
struct Drawing {
    std::vector<std::string> rows;  // of each the bytes, which only go forward in it and end in the neutral style
    std::string overlay{};          // then drawn over them, from the first row's first column on; the cursor may end anywhere
};

class Page {
public:
    Page(int columns, Abilities abilities) : limit_{columns}, abilities_{abilities} { resize(columns); }

    void resize(int columns);
    int columns() const { return limit_; }
    const Abilities& abilities() const { return abilities_; }
    void set_background(Ground background) { abilities_.background = background; }

    void set_margin(Margin margin) { margin_ = std::move(margin); }
    void set_wrap(Wrap wrap) { wrap_ = wrap; }
    // An OSC 8 link until the line ends: what Style::link names. `url` must be printable ASCII.
    std::uint16_t add_link(std::string url);

    const std::vector<std::string>& links() const { return links_; }  // of the line in progress

    // Text without control characters but tabs (to the next multiple of eight). A combining mark joins the
    // grapheme before it, also when that was put earlier.
    void put(std::string_view text, const Style& style = {});
    void put(const Spans& spans);
    void put_glyph(Glyph glyph);
    void newline();      // ends the line, also an empty one
    void finish_line();  // ends it only if something stands there
    void blank_line();   // ends the line and sees to it that one empty row is above

    // Columns beside the margin.
    int room() const;
    // Ends the line; the rows, each behind the margin. Where there is no room for the margin, nothing.
    void put_drawing(const Drawing& drawing);

    // Rows that were not written here (a person's line) stand above now.
    void note_other_rows() { blank_rows_ = 0; }

    // Gives the row in progress up to somebody who draws over it from its first column; returns its content.
    std::string abandon_row();

    bool is_line_empty() const { return !has_line_; }
    void clear_row();   // takes the content of the row in progress away, its margin stays
    void erase_last();  // takes the last grapheme of the row in progress away
    int content_columns() const;

    // A place in the row in progress. rewrite() puts `literal` there and takes styles away from what follows,
    // as long as that row is still in progress; else it does nothing.
    struct Place {
        std::uint64_t row = 0;
        std::size_t glyph = 0;
    };
    Place place();
    void rewrite(Place place, std::string_view literal, const Style& literal_style, const Style& taken_away);

    const std::vector<Glyph>& row() const { return row_; }  // margin included

    // The row in progress is to be written again, from the first column on: somebody else has had the terminal.
    void write_row_again() { shown_ = intact_ = 0; }

    // The bytes that bring the terminal up to date. The cursor is then at the end of the row in progress.
    std::string take();
    // After resize(), to be written before anything else: leaves a row that the terminal has wrapped itself.
    std::string take_cut() { return std::exchange(cut_bytes_, {}); }

private:
    std::size_t joins_last(std::string_view text) const;
    void join_last(std::string_view character);
    void cut_row();
    void begin_row();
    void wrap_row();
    void end_row();
    void write_row();
    void write_glyphs(std::size_t from, std::size_t to);
    std::size_t visible_end() const;
    std::size_t break_point() const;
    void touch(std::size_t glyph);

    int limit_ = 80;
    Abilities abilities_;
    Margin margin_;
    Wrap wrap_ = Wrap::words;
    std::vector<std::string> links_;

    std::vector<Glyph> row_;
    std::size_t margin_end_ = 0;  // glyphs of row_ that are its margin
    int width_ = 0;
    std::uint64_t row_number_ = 0;
    bool has_line_ = false;  // the line in progress has begun
    bool is_first_row_ = true;
    bool is_first_row_of_line_ = true;  // the row in progress is
    bool is_cut_ = false;               // the row in progress was ended by a narrower window, and nothing has come since
    int blank_rows_ = 1;                // empty rows above; the page begins as if after one

    std::string out_;
    std::string cut_bytes_;
    std::size_t shown_ = 0;   // glyphs of row_ that the terminal has
    std::size_t intact_ = 0;  // of these, how many are still right
};

}  // namespace oi
