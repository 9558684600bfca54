// Tables of query results; see sql_table.h.
#include "kernel/drivers/sql_table.h"

#include "base/text.h"

#include <algorithm>

namespace oi::kernel {

namespace {

constexpr std::size_t few_columns = 10;
constexpr std::size_t widest = 60, widest_of_many = 30;  // characters of one column
constexpr std::size_t longest_in_html = 2000;            // bytes of one value

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// On one line, of at most `width` characters.
std::string fit(std::string_view value, std::size_t width)
{
    std::string text = valid_utf8(std::string{utf8_prefix(value, width * 4 + 4)});
    for (const auto& [from, to] : {std::pair{"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"}}) text = replace_all(std::move(text), from, to);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    if (characters(text) <= width && value.size() <= width * 4 + 4) return text;
    std::size_t end = 0;
    for (std::size_t left = width - 1; left > 0 && end < text.size(); --left) do
            ++end;
        while (end < text.size() && (text[end] & 0xC0) == 0x80);
    return text.substr(0, end) + "…";
}

std::string escape(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '&') out += "&amp;";
        else if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else out += c;
    }
    return out;
}

struct Column {
    std::size_t width = 0;
    bool is_numeric = false;
};

std::string padded(const std::string& text, const Column& column, bool is_last)
{
    const std::string gap(column.width - std::min(column.width, characters(text)), ' ');
    return column.is_numeric ? gap + text : is_last ? text : text + gap;
}

std::string line_of(const std::vector<std::string>& texts, const std::vector<Column>& columns)
{
    std::string line;
    for (std::size_t i = 0; i < texts.size(); ++i) line += cat(i > 0 ? "  " : "", padded(texts[i], columns[i], i + 1 == texts.size()));
    return line += '\n';
}

}  // namespace

std::string SqlTable::summary() const
{
    if (count_ == 0) return "(no rows)";
    if (count_ > rows_.size()) return cat("(the first ", rows_.size(), " of ", count_, " rows)");
    return cat("(", count_, count_ == 1 ? " row)" : " rows)");
}

std::string SqlTable::text() const
{
    const std::size_t width = columns_.size() > few_columns ? widest_of_many : widest;
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& name : columns_) lines.front().push_back(fit(name, width));
    for (const auto& row : rows_) {
        lines.emplace_back();
        for (const auto& value : row) lines.back().push_back(fit(value.text, width));
    }
    std::vector<Column> columns(columns_.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        for (const auto& line : lines) columns[i].width = std::max(columns[i].width, characters(line[i]));
        columns[i].is_numeric = !rows_.empty() && std::all_of(rows_.begin(), rows_.end(),
                                                              [&](const auto& row) { return row[i].is_number || row[i].text == "NULL"; });
    }
    std::vector<std::string> rule;
    for (const auto& column : columns) rule.push_back(std::string(column.width, '-'));
    std::string out = line_of(lines.front(), columns) + line_of(rule, columns);
    for (std::size_t i = 1; i < lines.size(); ++i) out += line_of(lines[i], columns);
    return out + summary() + "\n";
}

std::string SqlTable::html() const
{
    std::string out = "<table>\n<thead><tr>";
    for (const auto& name : columns_) out += cat("<th>", escape(name), "</th>");
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : rows_) {
        out += "<tr>";
        for (const auto& value : row)
            out += cat(value.is_number ? "<td align=\"right\">" : "<td>", escape(utf8_prefix(value.text, longest_in_html)), "</td>");
        out += "</tr>\n";
    }
    return cat(out, "</tbody>\n</table>\n<p>", summary(), "</p>\n");
}

}  // namespace oi::kernel
