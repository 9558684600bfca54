// Fenced code, and formulas on lines of their own, while they stream (CommonMark 0.31, 4.5).
#include "frontend/terminal/markdown.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

std::size_t leading_spaces(std::string_view text) { return std::min(text.find_first_not_of(' '), text.size()); }

}  // namespace

bool Markdown::decide_fence(std::string_view rest, int indent, bool is_complete)
{
    const auto marks = std::min(rest.find_first_not_of(rest[0]), rest.size());
    const std::string_view info = trim(rest.substr(marks));
    if (rest[0] == '`' && info.find('`') != std::string_view::npos) {
        begin_paragraph(rest, indent);
        return true;
    }
    if (!is_complete) return false;
    begin_code(rest.substr(0, marks), indent, info.substr(0, info.find_first_of(" {,:")));
    return true;
}

void Markdown::begin_code(std::string_view fence, int indent, std::string_view language)
{
    begin_block();
    fence_ = fence;
    fence_indent_ = indent;
    code_ = std::make_unique<Highlighter>(language);
    page_.set_margin(margin("", left() + 2));
    page_.set_wrap(Wrap::anywhere);
    line_ = Line::dropped;
}

void Markdown::end_code()
{
    code_.reset();
    page_.set_wrap(Wrap::words);
}

bool Markdown::decide_code(bool is_complete)
{
    std::string_view line = held_;
    if (quote_depth_ > 0) {
        if (leave_quote(line, is_complete)) return decide(is_complete);
        if (line.empty() && !is_complete) return false;
    }
    const auto indent = leading_spaces(line);
    const std::string_view rest = line.substr(indent);
    const bool is_formula = fence_[0] == '$' || fence_[0] == '\\';
    const std::string_view text = trim(rest);
    const auto marks = std::min(rest.find_first_not_of(fence_[0]), rest.size());
    const bool may_end = is_formula ? fence_.starts_with(text) : leading_spaces(rest.substr(marks)) == rest.size() - marks;
    if (may_end) {
        if (!is_complete) return false;
        if (is_formula ? text == fence_ : marks >= fence_.size()) {
            end_code();
            line_ = Line::dropped;
            return true;
        }
    }
    begin_code_line(line.substr(std::min(indent, static_cast<std::size_t>(fence_indent_))));
    return true;
}

void Markdown::begin_code_line(std::string_view text)
{
    line_ = Line::code;
    const std::string kept{text};
    held_.clear();
    feed_line(kept);
}

// Takes the marks of the quote off a line of code in it. True: the line has none, so quote and code are over.
bool Markdown::leave_quote(std::string_view& line, bool is_complete)
{
    for (int depth = 0; depth < quote_depth_; ++depth) {
        const std::string_view rest = line.substr(leading_spaces(line));
        if (rest.empty() && !is_complete) {
            line = {};
            return false;
        }
        if (!rest.starts_with('>')) {
            end_code();
            is_after_blank_ = true;
            return true;
        }
        line = rest.substr(1);
        if (line.starts_with(' ')) line.remove_prefix(1);
    }
    return false;
}

}  // namespace oi
