// Append-only rows; see page.h.
#include "frontend/terminal/page.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace oi {

namespace {

bool is_ascii(std::string_view text) { return static_cast<unsigned char>(text[0]) < 0x80; }

constexpr std::size_t longest_grapheme = 128;  // bytes; marks beyond it are dropped
constexpr const char* dotted_circle = "\xE2\x97\x8C";

}  // namespace

// The last column stays free: a row that fills it leaves the cursor in a state that terminals disagree on.
void Page::resize(int columns)
{
    limit_ = std::max(columns - 1, 1);
    if (has_line_ && width_ > limit_) cut_row();
}

// The row in progress no longer fits. What the terminal has of it, it has wrapped itself; where its cursor is then, only a new row
// tells. The rest is laid out anew.
void Page::cut_row()
{
    const std::size_t kept = shown_ > 0 ? std::max(intact_, margin_end_) : margin_end_;
    std::vector<Glyph> rest(std::make_move_iterator(row_.begin() + static_cast<std::ptrdiff_t>(kept)), std::make_move_iterator(row_.end()));
    const bool is_shown = shown_ > 0;
    if (is_shown) {
        cut_bytes_ = "\r\n";
        blank_rows_ = 0;
        is_cut_ = true;
    } else {
        is_first_row_ = is_first_row_of_line_;
    }
    row_.clear();
    margin_end_ = 0;
    width_ = 0;
    shown_ = intact_ = 0;
    ++row_number_;
    if (!is_shown) begin_row();
    for (Glyph& glyph : rest) put_glyph(std::move(glyph));
}

std::uint16_t Page::add_link(std::string url)
{
    if (links_.size() >= 0xFFFF) return 0;
    links_.push_back(std::move(url));
    return static_cast<std::uint16_t>(links_.size());
}

void Page::put(const Spans& spans)
{
    for (const Span& span : spans) put(span.text, span.style);
}

void Page::put(std::string_view text, const Style& style)
{
    while (!text.empty()) {
        const std::size_t length = joins_last(text);
        if (length > 0) {
            join_last(text.substr(0, length));
            text.remove_prefix(length);
            continue;
        }
        if (text[0] == '\t') {
            for (int spaces = 8 - content_columns() % 8; spaces > 0; --spaces) put_glyph({" ", 1, style});
            text.remove_prefix(1);
            continue;
        }
        const std::string_view first = text.substr(0, character_length(text));
        put_glyph({std::string{first}, static_cast<std::uint8_t>(first_grapheme(first).width), style});
        text.remove_prefix(first.size());
    }
}

// The bytes of the character at the front of `text` if it belongs to the last grapheme of the row in progress, else 0. Character by
// character, so that it makes no difference how the text was cut into pieces.
std::size_t Page::joins_last(std::string_view text) const
{
    if (is_ascii(text) || row_.size() <= margin_end_ || row_.back().text == " ") return 0;
    const std::size_t length = character_length(text);
    const std::string& last = row_.back().text;
    return first_grapheme(cat(last, text.substr(0, length))).bytes.size() > last.size() ? length : 0;
}

void Page::join_last(std::string_view character)
{
    Glyph glyph = row_.back();
    if (glyph.text.size() + character.size() > longest_grapheme) return;
    glyph.text += character;
    glyph.width = static_cast<std::uint8_t>(first_grapheme(glyph.text).width);
    erase_last();
    put_glyph(std::move(glyph));
}

void Page::put_glyph(Glyph glyph)
{
    if (!has_line_ || is_cut_) begin_row();
    if (glyph.width == 0) {
        // A mark with nothing to stand on would join a column that is not this row's to rewrite.
        if (!is_combining(glyph.text)) return;
        if (row_.size() == margin_end_ || row_.back().text == " ") glyph = {cat(dotted_circle, glyph.text), 1, glyph.style};
    }
    if (width_ + glyph.width > limit_ && row_.size() > margin_end_) {
        if (wrap_ == Wrap::words && glyph.text == " ") {
            row_.push_back(std::move(glyph));  // spaces at the end of a row are never seen
            width_ += 1;
            return;
        }
        wrap_row();
    }
    width_ += glyph.width;
    row_.push_back(std::move(glyph));
}

void Page::begin_row()
{
    has_line_ = true;
    is_cut_ = false;
    row_.clear();
    width_ = 0;
    shown_ = intact_ = 0;
    is_first_row_of_line_ = is_first_row_;
    const Spans& spans = is_first_row_ ? margin_.first : margin_.rest;
    for (const Span& span : spans) {
        std::string_view text = span.text;
        while (!text.empty()) {
            const Grapheme grapheme = first_grapheme(text);
            row_.push_back({std::string{grapheme.bytes}, static_cast<std::uint8_t>(grapheme.width), span.style});
            width_ += grapheme.width;
            text.remove_prefix(grapheme.bytes.size());
        }
    }
    if (width_ >= limit_) {  // too narrow for any margin
        row_.clear();
        width_ = 0;
    }
    margin_end_ = row_.size();
    is_first_row_ = false;
}

// Where the row can be cut: behind its last space, or beside a wide character. margin_end_: nowhere.
std::size_t Page::break_point() const
{
    for (std::size_t i = row_.size(); i > margin_end_; --i) {
        if (row_[i - 1].text == " ") return i;
        if (row_[i - 1].width == 2 && i > margin_end_ + 1) return i;
    }
    return margin_end_;
}

void Page::wrap_row()
{
    std::vector<Glyph> rest;
    if (wrap_ == Wrap::words) {
        const std::size_t cut = break_point();
        if (cut > margin_end_) {
            rest.assign(std::make_move_iterator(row_.begin() + static_cast<std::ptrdiff_t>(cut)), std::make_move_iterator(row_.end()));
            touch(cut);
            row_.resize(cut);
        }
    }
    end_row();
    begin_row();
    for (Glyph& glyph : rest) {
        width_ += glyph.width;
        row_.push_back(std::move(glyph));
    }
}

void Page::touch(std::size_t glyph) { intact_ = std::min(intact_, glyph); }

void Page::end_row()
{
    write_row();
    blank_rows_ = visible_end() == 0 ? blank_rows_ + 1 : 0;
    out_ += "\r\n";
    row_.clear();
    margin_end_ = 0;
    width_ = 0;
    shown_ = intact_ = 0;
    ++row_number_;
}

void Page::newline()
{
    if (!has_line_) begin_row();
    if (!is_cut_) end_row();
    is_cut_ = false;
    has_line_ = false;
    is_first_row_ = true;
    links_.clear();
}

void Page::finish_line()
{
    if (has_line_) newline();
}

void Page::blank_line()
{
    finish_line();
    if (blank_rows_ > 0) return;
    const Margin kept = std::exchange(margin_, {});
    newline();
    margin_ = kept;
}

int Page::room() const
{
    int columns = limit_;
    for (const Span& span : margin_.first) columns -= columns_of(span.text);
    return columns;
}

// All rows are there before the overlay is drawn, so that it never scrolls. (DECSC, DECRC: VT100.)
void Page::put_drawing(const Drawing& drawing)
{
    finish_line();
    if (drawing.rows.empty() || room() <= 0) return;
    int margin = 0;
    for (const std::string& row : drawing.rows) {
        begin_row();
        margin = width_;
        write_glyphs(0, row_.size());
        out_ += cat(row, "\r\n");
    }
    if (!drawing.overlay.empty()) {
        out_ += cat("\x1b[", drawing.rows.size(), "A");
        if (margin > 0) out_ += cat("\x1b[", margin, "C");
        out_ += cat("\x1b\x37", drawing.overlay, "\x1b\x38\r\x1b[", drawing.rows.size(), "B");
    }
    row_.clear();
    margin_end_ = 0;
    width_ = 0;
    row_number_ += drawing.rows.size();
    has_line_ = false;
    is_first_row_ = true;
    blank_rows_ = 0;
}

void Page::clear_row()
{
    if (!has_line_) return;
    touch(margin_end_);
    row_.resize(margin_end_);
    width_ = 0;
    for (const Glyph& glyph : row_) width_ += glyph.width;
}

void Page::erase_last()
{
    if (row_.size() <= margin_end_) return;
    width_ -= row_.back().width;
    row_.pop_back();
    touch(row_.size());
}

std::string Page::abandon_row()
{
    std::string content;
    for (std::size_t i = margin_end_; i < row_.size(); ++i) content += row_[i].text;
    row_.clear();
    margin_end_ = 0;
    width_ = 0;
    shown_ = intact_ = 0;
    has_line_ = is_cut_ = false;
    is_first_row_ = true;
    ++row_number_;
    return content;
}

int Page::content_columns() const
{
    int columns = 0;
    for (std::size_t i = margin_end_; i < row_.size(); ++i) columns += row_[i].width;
    return columns;
}

Page::Place Page::place()
{
    if (!has_line_ || is_cut_) begin_row();
    return {row_number_, row_.size()};
}

void Page::rewrite(Place place, std::string_view literal, const Style& literal_style, const Style& taken_away)
{
    if (place.row != row_number_ || place.glyph > row_.size() || !has_line_) return;
    touch(place.glyph);
    std::vector<Glyph> rest(row_.begin() + static_cast<std::ptrdiff_t>(place.glyph), row_.end());
    row_.resize(place.glyph);
    width_ = 0;
    for (const Glyph& glyph : row_) width_ += glyph.width;
    put(literal, literal_style);
    for (Glyph& glyph : rest) {
        if (taken_away.bold) glyph.style.bold = false;
        if (taken_away.italic) glyph.style.italic = false;
        if (taken_away.strike) glyph.style.strike = false;
        if (taken_away.colour != Colour::none) glyph.style.colour = literal_style.colour;
        put_glyph(std::move(glyph));
    }
}

std::size_t Page::visible_end() const
{
    std::size_t end = row_.size();
    while (end > 0 && row_[end - 1].text == " ") --end;
    return end;
}

void Page::write_row()
{
    const std::size_t end = visible_end();
    if (intact_ < shown_) {
        // Columns are counted only over ASCII: terminals disagree on the width of the rest.
        bool is_plain = true;
        for (std::size_t i = 0; i < intact_; ++i) is_plain = is_plain && is_ascii(row_[i].text);
        if (!is_plain) intact_ = 0;
        out_ += '\r';
        if (intact_ > 0) out_ += cat("\x1b[", intact_, "C");
        out_ += "\x1b[K";
        shown_ = intact_;
    }
    if (shown_ < end) write_glyphs(shown_, end);
    shown_ = std::max(shown_, end);
    intact_ = shown_;
}

void Page::write_glyphs(std::size_t from, std::size_t to)
{
    Style current;
    for (std::size_t i = from; i < to; ++i) {
        const Style& style = row_[i].style;
        if (style != current) {
            if (current.link && style.link != current.link) out_ += "\x1b]8;;\x1b\\";
            Style a = style, b = current;
            a.link = b.link = 0;
            if (a != b) {
                if (b != Style{}) out_ += "\x1b[0m";
                out_ += sgr(style, abilities_);
            }
            if (style.link && style.link != current.link) out_ += cat("\x1b]8;;", links_[style.link - 1u], "\x1b\\");
            current = style;
        }
        out_ += row_[i].text;
    }
    if (current.link) out_ += "\x1b]8;;\x1b\\";
    current.link = 0;
    if (current != Style{}) out_ += "\x1b[0m";
}

std::string Page::take()
{
    write_row();
    return std::exchange(out_, {});
}

}  // namespace oi
