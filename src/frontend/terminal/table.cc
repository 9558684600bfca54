// Tables: cells are rendered, measured, wrapped and put side by side.
#include "frontend/terminal/table.h"

#include "base/text.h"
#include "frontend/terminal/inline.h"

#include <algorithm>
#include <numeric>

namespace oi {

namespace {

using Glyphs = std::vector<Glyph>;
enum class Align : unsigned char { left, centre, right };

// The cells between the bars; a bar in back quotes or behind a backslash is text.
std::vector<std::string> cells_of(std::string_view line)
{
    line = trim(line);
    if (line.starts_with('|')) line.remove_prefix(1);
    std::vector<std::string> cells{""};
    bool in_code = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') cells.back() += line[++i];
        else if (line[i] == '|' && !in_code) cells.emplace_back();
        else {
            if (line[i] == '`') in_code = !in_code && line.find('`', i + 1) != std::string_view::npos;
            cells.back() += line[i];
        }
    }
    if (cells.size() > 1 && is_blank(cells.back())) cells.pop_back();
    return cells;
}

Glyphs rendered(std::string_view cell, const Style& base, Abilities abilities)
{
    abilities.has_links = false;
    Page wide{1 << 20, abilities};
    put_inline(wide, trim(cell), base);
    return wide.row();
}

int width_of(const Glyphs& glyphs)
{
    return std::accumulate(glyphs.begin(), glyphs.end(), 0, [](int sum, const Glyph& g) { return sum + g.width; });
}

Align align_of(std::string_view rule)
{
    rule = trim(rule);
    if (!rule.ends_with(':')) return Align::left;
    return rule.starts_with(':') ? Align::centre : Align::right;
}

// Takes from the widest column until all fit.
void shrink(std::vector<int>& widths, int room)
{
    int total = std::accumulate(widths.begin(), widths.end(), 0);
    while (total > room) {
        const auto widest = std::max_element(widths.begin(), widths.end());
        if (*widest <= 3) return;
        --*widest;
        --total;
    }
}

// The next row of a cell: as many glyphs as fit, cut at a space if there is one.
Glyphs next_row(Glyphs& rest, int width)
{
    std::size_t end = 0;
    int used = 0;
    while (end < rest.size() && used + rest[end].width <= width) used += rest[end++].width;
    if (end == 0 && !rest.empty()) end = 1;
    if (end < rest.size()) {
        std::size_t cut = end;
        while (cut > 0 && rest[cut].text != " " && rest[cut - 1].text != " ") --cut;
        if (cut > 0) end = cut;
    }
    Glyphs row(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(end));
    rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(end));
    while (!rest.empty() && rest.front().text == " ") rest.erase(rest.begin());
    while (!row.empty() && row.back().text == " ") row.pop_back();
    return row;
}

void put_cell(Page& page, const Glyphs& row, int width, Align align)
{
    const int space = std::max(width - width_of(row), 0);
    const int left = align == Align::right ? space : align == Align::centre ? space / 2 : 0;
    page.put(std::string(static_cast<std::size_t>(left), ' '));
    for (const Glyph& glyph : row) page.put_glyph(glyph);
    page.put(std::string(static_cast<std::size_t>(space - left), ' '));
}

const Style line_style{.colour = Colour::grey};

void put_rule(Page& page, const std::vector<int>& widths)
{
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (i > 0) page.put("\xE2\x94\x80\xE2\x94\xBC\xE2\x94\x80", line_style);  // a crossing
        for (int column = 0; column < widths[i]; ++column) page.put("\xE2\x94\x80", line_style);
    }
    page.newline();
}

}  // namespace

bool is_table_rule(std::string_view line)
{
    line = trim(line);
    return line.find('-') != std::string_view::npos && line.find('|') != std::string_view::npos &&
           line.find_first_not_of("|-: \t") == std::string_view::npos;
}

void put_table(Page& page, const std::vector<std::string>& lines)
{
    std::vector<std::vector<Glyphs>> rows;
    std::vector<Align> aligns;
    std::vector<int> widths;
    for (const auto& cell : cells_of(lines[1])) aligns.push_back(align_of(cell));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == 1) continue;
        auto& row = rows.emplace_back();
        for (const auto& cell : cells_of(lines[i])) row.push_back(rendered(cell, {.bold = i == 0}, page.abilities()));
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
    }
    aligns.resize(widths.size());
    shrink(widths, page.columns() - 2 - 3 * (static_cast<int>(widths.size()) - 1));
    page.set_wrap(Wrap::anywhere);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& row = rows[i];
        row.resize(widths.size());
        do {
            for (std::size_t c = 0; c < widths.size(); ++c) {
                if (c > 0) page.put(" \xE2\x94\x82 ", line_style);
                put_cell(page, next_row(row[c], widths[c]), widths[c], aligns[c]);
            }
            page.newline();
        } while (std::any_of(row.begin(), row.end(), [](const Glyphs& rest) { return !rest.empty(); }));
        if (i == 0) put_rule(page, widths);
    }
    page.set_wrap(Wrap::words);
}

}  // namespace oi
