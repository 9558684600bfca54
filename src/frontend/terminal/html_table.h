// HtmlTable: the table in a piece of HTML, as data: how DataFrames and results of queries describe themselves. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct HtmlTable {
    struct Cell {
        std::string text{};      // on one line, entities resolved; not yet safe for a terminal
        bool is_header = false;  // of a column or a row
        bool operator==(const Cell&) const = default;
    };
    using Row = std::vector<Cell>;
    std::vector<Row> head{};
    std::vector<Row> rows{};
    std::vector<std::string> notes{};  // what is said beside it: "1000 rows"

    std::size_t columns() const;
    bool operator==(const HtmlTable&) const = default;
};

// nullopt: it is no single table of text with at most a few words beside it. Nothing in it is ever run or fetched.
std::optional<HtmlTable> read_html_table(std::string_view html);

// Whether the text, which came with the table, says nothing that the table does not: a line for each row, no
// other words; values may be cut and columns left out.
bool says_the_same(const HtmlTable& table, std::string_view text);

}  // namespace oi
