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

// A cell as it will stand there; its links belong to it, for those of a page end with each line.
struct Cell {
    Glyphs glyphs;
    std::vector<std::string> links;
    std::size_t shown = 0;  // glyphs that stand on the page

    bool is_done() const { return shown == glyphs.size(); }
};

constexpr int no_limit = 1 << 30;  // columns
constexpr int narrowest = 3;       // columns that a cell is squeezed to

Cell rendered(std::string_view cell, const Style& base, const Abilities& abilities)
{
    Page wide{no_limit, abilities};
    put_inline(wide, trim(cell), base);
    return {wide.row(), wide.links()};
}

int width_of(const Glyph* from, const Glyph* to)
{
    return std::accumulate(from, to, 0, [](int sum, const Glyph& g) { return sum + g.width; });
}

Align align_of(std::string_view rule)
{
    rule = trim(rule);
    if (!rule.ends_with(':')) return Align::left;
    return rule.starts_with(':') ? Align::centre : Align::right;
}

// Takes from the widest column until all fit; false: they cannot.
bool shrink(std::vector<int>& widths, int room)
{
    int least = 0;
    for (int& width : widths) {
        width = std::min(width, std::max(room, 0));
        least += std::min(width, narrowest);
    }
    if (least > room) return false;
    for (int total = std::accumulate(widths.begin(), widths.end(), 0); total > room; --total)
        --*std::max_element(widths.begin(), widths.end());
    return true;
}

// Where the next row of a cell ends: as many glyphs as fit, cut at a space if there is one.
std::size_t row_end(const Cell& cell, int width)
{
    const Glyphs& all = cell.glyphs;
    std::size_t end = cell.shown;
    for (int used = 0; end < all.size() && used + all[end].width <= width; ++end) used += all[end].width;
    if (end == cell.shown && end < all.size()) ++end;
    if (end == all.size()) return end;
    std::size_t cut = end;
    while (cut > cell.shown && all[cut].text != " " && all[cut - 1].text != " ") --cut;
    return cut > cell.shown ? cut : end;
}

void put_glyphs(Page& page, const Cell& cell, std::size_t from, std::size_t to)
{
    std::uint16_t link = 0, ours = 0;
    for (std::size_t i = from; i < to; ++i) {
        Glyph glyph = cell.glyphs[i];
        if (glyph.style.link != link) {
            link = glyph.style.link;
            ours = link == 0 ? std::uint16_t{0} : page.add_link(cell.links[link - 1u]);
        }
        glyph.style.link = ours;
        page.put_glyph(std::move(glyph));
    }
}

void put_next_row(Page& page, Cell& cell, int width, Align align)
{
    const std::size_t end = row_end(cell, width);
    std::size_t to = end;
    while (to > cell.shown && cell.glyphs[to - 1].text == " ") --to;
    const int space = std::max(width - width_of(cell.glyphs.data() + cell.shown, cell.glyphs.data() + to), 0);
    const int left = align == Align::right ? space : align == Align::centre ? space / 2 : 0;
    page.put(std::string(static_cast<std::size_t>(left), ' '));
    put_glyphs(page, cell, cell.shown, to);
    page.put(std::string(static_cast<std::size_t>(space - left), ' '));
    for (cell.shown = end; !cell.is_done() && cell.glyphs[cell.shown].text == " ";) ++cell.shown;
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

namespace {

std::vector<Cell> row_of(const std::string& line, const Style& base, const Page& page)
{
    std::vector<Cell> row;
    for (const auto& cell : cells_of(line)) row.push_back(rendered(cell, base, page.abilities()));
    return row;
}

void put_row(Page& page, std::vector<Cell> row, const std::vector<int>& widths, const std::vector<Align>& aligns)
{
    row.resize(widths.size());
    do {
        for (std::size_t c = 0; c < widths.size(); ++c) {
            if (c > 0) page.put(" \xE2\x94\x82 ", line_style);
            put_next_row(page, row[c], widths[c], aligns[c]);
        }
        page.newline();
    } while (std::any_of(row.begin(), row.end(), [](const Cell& cell) { return !cell.is_done(); }));
}

// Where the columns do not fit side by side: a line for each cell, with its column's name.
void put_records(Page& page, const std::vector<std::string>& lines)
{
    const auto names = row_of(lines[0], {.bold = true}, page);
    if (lines.size() == 2) {
        for (const Cell& name : names) {
            put_glyphs(page, name, 0, name.glyphs.size());
            page.newline();
        }
    }
    for (std::size_t i = 2; i < lines.size(); ++i) {
        const auto row = row_of(lines[i], {}, page);
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c < names.size()) {
                put_glyphs(page, names[c], 0, names[c].glyphs.size());
                page.put(": ", {.bold = true});
            }
            put_glyphs(page, row[c], 0, row[c].glyphs.size());
            page.newline();
        }
        if (i + 1 < lines.size()) page.newline();
    }
}

}  // namespace

void put_table(Page& page, const std::vector<std::string>& lines, int room)
{
    std::vector<Align> aligns;
    for (const auto& cell : cells_of(lines[1])) aligns.push_back(align_of(cell));
    // Measured first and rendered again: of a long table only one row is in memory as glyphs.
    std::vector<int> widths;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == 1) continue;
        const auto row = row_of(lines[i], {}, page);
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], width_of(row[c].glyphs.data(), row[c].glyphs.data() + row[c].glyphs.size()));
    }
    aligns.resize(widths.size());
    if (!shrink(widths, room - 3 * (static_cast<int>(widths.size()) - 1))) return put_records(page, lines);
    page.set_wrap(Wrap::anywhere);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == 1) put_rule(page, widths);
        else put_row(page, row_of(lines[i], {.bold = i == 0}, page), widths, aligns);
    }
    page.set_wrap(Wrap::words);
}

}  // namespace oi
