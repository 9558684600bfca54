// The blocks of Markdown as HTML; see markdown_html.h. What stands inside a line is in inline_html.cc.
#include "frontend/export/markdown_html.h"

#include "base/text.h"
#include "frontend/export/code_html.h"
#include "frontend/export/inline_html.h"

#include <algorithm>
#include <span>
#include <vector>

namespace oi::exporting {

namespace {

using Lines = std::vector<std::string_view>;
constexpr int deepest = 12;  // of lists and quotes in one another

std::size_t indent(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

// The fence that opens here: its run of ``` or ~~~; empty: none.
std::string_view fence(std::string_view line)
{
    line.remove_prefix(indent(line));
    const char mark = line.empty() ? '\0' : line[0];
    if (mark != '`' && mark != '~') return {};
    const std::string_view run = line.substr(0, std::min(line.find_first_not_of(mark), line.size()));
    const bool is_inline = mark == '`' && line.substr(run.size()).find('`') != std::string_view::npos;
    return run.size() >= 3 && !is_inline ? run : std::string_view{};
}

std::size_t heading(std::string_view line)
{
    const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
    return level >= 1 && level <= 6 && (level == line.size() || line[level] == ' ') ? level : 0;
}

bool is_rule(std::string_view line)
{
    line = trim(line);
    if (line.empty() || std::string_view{"-*_"}.find(line[0]) == std::string_view::npos) return false;
    const char marks[] = {line[0], ' ', '\0'};
    return line.find_first_not_of(marks) == std::string_view::npos && std::count(line.begin(), line.end(), line[0]) >= 3;
}

// The columns that the mark of a list's item takes, with its indent; 0: the line begins none.
std::size_t item_width(std::string_view line)
{
    const std::size_t start = indent(line);
    std::size_t end = start;
    if (end < line.size() && std::string_view{"-*+"}.find(line[end]) != std::string_view::npos) {
        ++end;
    } else {
        while (end < line.size() && end - start < 9 && line[end] >= '0' && line[end] <= '9') ++end;
        if (end == start || end >= line.size() || (line[end] != '.' && line[end] != ')')) return 0;
        ++end;
    }
    if (end == line.size()) return end + 1;
    return line[end] == ' ' && !is_rule(line) ? end + 1 : 0;
}

bool is_ordered(std::string_view line)
{
    const char first = line[indent(line)];
    return first >= '0' && first <= '9';
}

Lines cells_of(std::string_view row)
{
    row = trim(row);
    if (row.starts_with('|')) row.remove_prefix(1);
    if (row.ends_with('|')) row.remove_suffix(1);
    Lines cells;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= row.size(); ++i) {
        if (i < row.size() && (row[i] != '|' || (i > 0 && row[i - 1] == '\\'))) continue;
        cells.push_back(trim(row.substr(start, i - start)));
        start = i + 1;
    }
    return cells;
}

bool is_table_rule(std::string_view line)
{
    return line.find('-') != std::string_view::npos && line.find('|') != std::string_view::npos &&
           line.find_first_not_of("|-: \t") == std::string_view::npos;
}

class Blocks {
public:
    Blocks(std::span<const std::string_view> lines, int depth) : lines_{lines}, depth_{depth} {}

    // `is_tight`: paragraphs without their tags, as in lists without blank lines.
    std::string write(bool is_tight = false)
    {
        is_tight_ = is_tight;
        while (at_ < lines_.size()) block();
        return std::move(out_);
    }

private:
    std::string_view line() const { return lines_[at_]; }
    bool is_table() const
    {
        return at_ + 1 < lines_.size() && line().find('|') != std::string_view::npos && is_table_rule(lines_[at_ + 1]) &&
               cells_of(line()).size() == cells_of(lines_[at_ + 1]).size();
    }
    bool starts_block() const
    {
        return is_blank(line()) || !fence(line()).empty() || heading(line()) > 0 || is_rule(line()) || trim(line()).starts_with('>') ||
               item_width(line()) > 0 || is_table();
    }

    void block()
    {
        if (is_blank(line())) ++at_;
        else if (!fence(line()).empty()) code();
        else if (const auto level = heading(line())) title(level);
        else if (is_rule(line())) rule();
        else if (depth_ < deepest && trim(line()).starts_with('>')) quote();
        else if (depth_ < deepest && item_width(line()) > 0) list();
        else if (is_table()) table();
        else paragraph();
    }

    void code()
    {
        const std::string_view mark = fence(line());
        const std::size_t inset = indent(line());
        std::string text;
        const std::string_view info = trim(trim(line()).substr(mark.size()));
        for (++at_; at_ < lines_.size(); ++at_) {
            const std::string_view end = fence(line());
            if (end.size() >= mark.size() && end[0] == mark[0] && trim(line()) == end) break;
            text += cat(line().substr(std::min(inset, indent(line()))), "\n");
        }
        out_ += cat("<pre><code>", code_to_html(text, info.substr(0, info.find(' '))), "</code></pre>\n");
        if (at_ < lines_.size()) ++at_;
    }

    void title(std::size_t level)
    {
        std::string_view words = trim(line().substr(level));
        while (words.ends_with('#')) words.remove_suffix(1);
        const std::size_t tag = std::min<std::size_t>(level + 2, 6);  // the page has its own h1 and h2
        out_ += cat("<h", tag, ">", inline_to_html(trim(words)), "</h", tag, ">\n");
        ++at_;
    }

    void rule()
    {
        out_ += "<hr>\n";
        ++at_;
    }

    void quote()
    {
        Lines inner;
        for (; at_ < lines_.size() && trim(line()).starts_with('>'); ++at_) {
            std::string_view rest = trim(line()).substr(1);
            if (rest.starts_with(' ')) rest.remove_prefix(1);
            inner.push_back(rest);
        }
        out_ += cat("<blockquote>\n", Blocks{inner, depth_ + 1}.write(), "</blockquote>\n");
    }

    void list()
    {
        const bool ordered = is_ordered(line());
        const auto number = ordered ? to_integer(line().substr(indent(line()), line().find_first_of(".)") - indent(line()))) : std::nullopt;
        std::vector<Lines> items;
        bool is_tight = true;
        while (at_ < lines_.size() && item_width(line()) > 0 && is_ordered(line()) == ordered) {
            items.push_back(item());
            is_tight = is_tight && std::none_of(items.back().begin(), items.back().end(), is_blank);
            std::size_t next = at_;
            while (next < lines_.size() && is_blank(lines_[next])) ++next;
            if (next > at_ && next < lines_.size() && item_width(lines_[next]) > 0 && is_ordered(lines_[next]) == ordered) {
                is_tight = false;
                at_ = next;
            }
        }
        out_ += ordered ? cat("<ol start=\"", number.value_or(1), "\">\n") : std::string{"<ul>\n"};
        for (const auto& one : items) out_ += cat("<li>", Blocks{one, depth_ + 1}.write(is_tight), "</li>\n");
        out_ += ordered ? "</ol>\n" : "</ul>\n";
    }

    // The lines of one item, without its mark and indent.
    Lines item()
    {
        const std::size_t width = item_width(line());
        Lines inner{line().substr(std::min(width, line().size()))};
        for (++at_; at_ < lines_.size(); ++at_) {
            if (is_blank(line())) {
                const bool goes_on = at_ + 1 < lines_.size() && !is_blank(lines_[at_ + 1]) && indent(lines_[at_ + 1]) >= width;
                if (!goes_on) break;
                inner.push_back({});
                continue;
            }
            const bool is_inside = indent(line()) >= width;
            if (!is_inside && starts_block()) break;
            inner.push_back(line().substr(is_inside ? width : indent(line())));
        }
        return inner;
    }

    void table()
    {
        const auto row = [&](std::string_view text, const char* tag) {
            out_ += "<tr>";
            for (const auto cell : cells_of(text))
                out_ += cat("<", tag, ">", inline_to_html(replace_all(std::string{cell}, "\\|", "|")), "</", tag, ">");
            out_ += "</tr>\n";
        };
        out_ += "<table>\n";
        row(line(), "th");
        for (at_ += 2; at_ < lines_.size() && line().find('|') != std::string_view::npos; ++at_) row(line(), "td");
        out_ += "</table>\n";
    }

    void paragraph()
    {
        std::string text{line().substr(indent(line()))};
        for (++at_; at_ < lines_.size() && !starts_block(); ++at_) text += cat("\n", line().substr(indent(line())));
        out_ += is_tight_ ? cat(inline_to_html(text), "\n") : cat("<p>", inline_to_html(text), "</p>\n");
    }

    std::span<const std::string_view> lines_;
    int depth_;
    std::size_t at_ = 0;
    bool is_tight_ = false;
    std::string out_;
};

}  // namespace

std::string escape_html(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        case '\0': out += "\xEF\xBF\xBD"; break;
        default: out += c;
        }
    }
    return out;
}

std::string markdown_to_html(std::string_view markdown)
{
    const Lines lines = split(markdown, '\n');
    return Blocks{lines, 0}.write();
}

}  // namespace oi::exporting
