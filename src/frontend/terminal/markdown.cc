// Streaming block structure; see markdown.h.
#include "frontend/terminal/markdown.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/table.h"

#include <algorithm>
#include <utility>

namespace oi {

namespace {

const Style mark_style{.colour = Colour::grey};
const Style heading_style{.colour = Colour::cyan, .bold = true};
constexpr int deepest_quote = 12;
constexpr std::string_view block_starts = "`~#|$\\-*+_0123456789";
constexpr int code_indent = 4;              // columns that make a line below an empty one code
constexpr std::size_t longest_start = 256;  // bytes that may be held to know what a line is

int leading_spaces(std::string_view text)
{
    const auto end = text.find_first_not_of(' ');
    return static_cast<int>(end == std::string_view::npos ? text.size() : end);
}

bool is_only(std::string_view text, std::string_view characters) { return text.find_first_not_of(characters) == std::string_view::npos; }

std::string spaces(int count) { return std::string(static_cast<std::size_t>(std::max(count, 0)), ' '); }

}  // namespace

void Markdown::feed(std::string_view text) { feed_line(text); }

void Markdown::character(std::string_view c)
{
    if (c == "\n") return end_line();
    if (c == "\r" || c == "\b") return;
    switch (line_) {
    case Line::start:
        if (c == "\t") held_ += "    ";
        else held_ += c;
        if (!decide(false) && line_ == Line::start && held_.size() >= longest_start) begin_overlong();
        return;
    case Line::table: held_ += c; return;
    case Line::literal: return page_.put(c);
    case Line::text:
        if (skips_spaces_ && c == " ") return;
        skips_spaces_ = false;
        return inline_.feed(c);
    case Line::code: return code_->feed(c, page_);
    case Line::dropped: return;
    }
}

void Markdown::feed_line(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        character(text.substr(0, length));
        text.remove_prefix(length);
    }
}

void Markdown::end_line()
{
    if (line_ == Line::start) decide(true);
    if (line_ == Line::table) {
        if (table_.size() == 1 && !is_table_rule(held_)) flush_table();
        table_.push_back(held_);
    }
    if (line_ == Line::literal) {
        page_.newline();
        page_.set_wrap(Wrap::words);
    }
    if (line_ == Line::text) {
        inline_.end();
        page_.newline();
    } else if (line_ == Line::code) {
        code_->end_line(page_);
        page_.newline();
    }
    was_text_ = line_ == Line::text;
    line_ = Line::start;
    held_.clear();
}

void Markdown::finish()
{
    if (line_ != Line::start || !held_.empty()) end_line();
    flush_table();
    page_.finish_line();
    page_.set_wrap(Wrap::words);
    code_.reset();
    items_.clear();
    quote_depth_ = 0;
    has_content_ = is_after_blank_ = was_literal_ = was_text_ = false;
}

// Looks at the beginning of a line; true once it is known what the line is.
bool Markdown::decide(bool is_complete)
{
    if (code_) return decide_code(is_complete);
    std::string_view rest = held_;
    int indent = leading_spaces(rest);
    rest.remove_prefix(static_cast<std::size_t>(indent));
    int depth = 0;
    while (rest.starts_with('>') && depth < deepest_quote) {
        ++depth;
        rest.remove_prefix(1);
        indent = leading_spaces(rest);
        rest.remove_prefix(static_cast<std::size_t>(indent));
        indent = std::max(indent - 1, 0);
    }
    if (rest.empty()) {
        if (!is_complete) return false;
        flush_table();
        line_ = Line::dropped;
        if (depth == 0) blank();
        else is_after_blank_ = true;
        return true;
    }
    if (depth != quote_depth_) {
        flush_table();
        items_.clear();
        const bool is_block = block_starts.find(rest[0]) != std::string_view::npos;
        if (depth > quote_depth_ || is_after_blank_ || is_block || !was_text_) quote_depth_ = depth;  // text below a quote goes on with it
    }
    return decide_block(rest, indent, is_complete);
}

// The line's beginning does not say what it is, however much of it has come.
void Markdown::begin_overlong()
{
    std::string_view rest = held_;
    if (code_) return begin_code_line(rest);
    const int indent = leading_spaces(rest);
    rest.remove_prefix(static_cast<std::size_t>(indent));
    flush_table();
    begin_paragraph(rest, 0);
}

bool Markdown::decide_block(std::string_view rest, int indent, bool is_complete)
{
    const char first = rest[0];
    if (first == '|') {
        held_ = std::string{rest};
        line_ = Line::table;
        return true;
    }
    if (!is_complete && (rest == "$" || rest == "$$" || rest == "\\" || rest == "\\[")) return false;
    flush_table();
    if (is_complete && (rest == "$$" || rest == "\\[")) {
        begin_code(rest == "$$" ? "$$" : "\\]", indent, {});
        return true;
    }
    if (first == '#' && decide_heading(rest, is_complete)) return line_ != Line::start;
    if (first == '`' || first == '~') {
        const auto marks = std::min(rest.find_first_not_of(first), rest.size());
        if (marks == rest.size() && !is_complete) return false;
        if (marks >= 3) return decide_fence(rest, indent, is_complete);
    }
    if ((first == '-' || first == '*' || first == '_') && is_only(rest, std::string{first, ' '})) {
        if (!is_complete) return false;
        if (std::count(rest.begin(), rest.end(), first) >= 3) {
            rule();
            return true;
        }
    }
    return decide_item(rest, indent, is_complete);
}

// True: it is one, or may become one.
bool Markdown::decide_heading(std::string_view rest, bool is_complete)
{
    const auto marks = std::min(rest.find_first_not_of('#'), rest.size());
    if (marks > 6 || (marks < rest.size() && rest[marks] != ' ')) return false;
    if (marks == rest.size() && !is_complete) return true;
    items_.clear();
    if (has_content_) is_after_blank_ = true;
    begin_block();
    Style style = heading_style;
    style.underline = marks == 1;
    page_.set_margin(margin("", 0));
    begin_text(rest.substr(marks), style);
    skips_spaces_ = true;
    return true;
}

// A list item, or else a paragraph.
bool Markdown::decide_item(std::string_view rest, int indent, bool is_complete)
{
    std::size_t mark = 0;
    if (rest[0] == '-' || rest[0] == '*' || rest[0] == '+') mark = 1;
    else {
        const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        if (digits > 0 && digits <= 9) {
            if (digits == rest.size() && !is_complete) return false;
            if (digits < rest.size() && (rest[digits] == '.' || rest[digits] == ')')) mark = digits + 1;
        }
    }
    if (mark > 0 && mark == rest.size() && !is_complete) return false;
    if (mark == 0 || (mark < rest.size() && rest[mark] != ' ')) {
        begin_paragraph(rest, indent);
        return true;
    }
    const std::string_view text = trim(rest.substr(mark));
    if (!is_complete &&
        (text.empty() || text == "[" || text == "[ " || text == "[x" || text == "[X" || text == "[ ]" || text == "[x]" || text == "[X]"))
        return false;
    begin_item(indent, rest.substr(0, mark), rest.substr(mark));
    return true;
}

void Markdown::begin_item(int indent, std::string_view mark, std::string_view rest)
{
    while (!items_.empty() && items_.back().indent > indent) items_.pop_back();
    if (!items_.empty() && indent <= items_.back().indent + 1) items_.pop_back();
    const int left = items_.empty() ? 0 : items_.back().text;
    begin_block();
    const bool is_bullet = mark.size() == 1;
    std::string shown = is_bullet ? "\xE2\x80\xA2 " : cat(mark, " ");
    rest.remove_prefix(static_cast<std::size_t>(leading_spaces(rest)));
    if (rest.starts_with("[ ] ")) shown = "\xE2\x98\x90 ";
    if (rest.starts_with("[x] ") || rest.starts_with("[X] ")) shown = "\xE2\x98\x91 ";
    if (shown != "\xE2\x80\xA2 " && is_bullet) rest.remove_prefix(4);
    const int width = columns_of(shown);
    items_.push_back({indent, left + width});
    page_.set_margin(margin(spaces(left) + shown, left + width));
    begin_text(rest, {});
}

void Markdown::begin_paragraph(std::string_view text, int indent)
{
    if (is_after_blank_) {  // right below an item a line belongs to it, whatever its indent
        while (!items_.empty() && indent < std::min(items_.back().indent + 2, items_.back().text)) items_.pop_back();
    }
    const bool is_code = indent >= code_indent && items_.empty() && quote_depth_ == 0 && (is_after_blank_ || was_literal_ || !has_content_);
    begin_block();
    if (is_code) return begin_literal(cat(spaces(indent - code_indent), text));
    page_.set_margin(margin("", left()));
    begin_text(text, {});
}

// Code that only its indentation sets off.
void Markdown::begin_literal(std::string_view text)
{
    line_ = Line::literal;
    was_literal_ = true;
    page_.set_margin(margin("", 2));
    page_.set_wrap(Wrap::anywhere);
    page_.put(text);
    held_.clear();
}

void Markdown::begin_text(std::string_view text, const Style& style)
{
    line_ = Line::text;
    const std::string kept{text};
    held_.clear();
    inline_.begin(style);
    skips_spaces_ = true;
    feed_line(kept);
    page_.place();
}

void Markdown::begin_block()
{
    if (is_after_blank_ && has_content_) page_.blank_line();
    is_after_blank_ = was_literal_ = false;
    has_content_ = true;
}

void Markdown::blank() { is_after_blank_ = true; }

void Markdown::rule()
{
    items_.clear();
    begin_block();
    page_.set_margin(margin("", 0));
    const int width = std::min(page_.columns() - 4, 60);
    for (int i = 0; i < width; ++i) page_.put("\xE2\x94\x80", mark_style);
    page_.newline();
    line_ = Line::dropped;
}

void Markdown::flush_table()
{
    if (table_.empty()) return;
    const std::vector<std::string> lines = std::exchange(table_, {});
    begin_block();
    const Margin edge = margin("", left());
    page_.set_margin(edge);
    int room = page_.columns();
    for (const Span& span : edge.first) room -= columns_of(span.text);
    if (lines.size() >= 2) return put_table(page_, lines, room);
    put_inline(page_, lines[0], {});
    page_.newline();
}

// Text stands two columns in: what stands at the left edge is the program's own, and no model can write there.
Margin Markdown::margin(std::string_view first, int width) const
{
    Margin margin;
    margin.first.push_back({"  "});
    for (int i = 0; i < quote_depth_; ++i) margin.first.push_back({"\xE2\x96\x8E ", mark_style});
    margin.rest = margin.first;
    margin.first.push_back({first.empty() ? spaces(width) : std::string{first}, first.empty() ? Style{} : mark_style});
    margin.rest.push_back({spaces(width)});
    return margin;
}

}  // namespace oi
