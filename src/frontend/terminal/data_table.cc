// Widths first, then rows; see data_table.h.
#include "frontend/terminal/data_table.h"

#include "base/text.h"
#include "frontend/terminal/grouped.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/safe_text.h"

#include <algorithm>
#include <numeric>

namespace oi {

namespace {

constexpr std::size_t most_rows = 60, head_rows = 40, tail_rows = 10;
constexpr int widest = 48;                  // of a column, as long as others want room
constexpr int narrowest = 10;               // that a column is made for want of room
constexpr int gap = 3;                      // between columns
constexpr std::size_t longest_text = 2000;  // bytes of a cell that are looked at
const char* const ellipsis = "\xE2\x80\xA6";

const Style line_style{.colour = Colour::grey};
const Style fold_style{.colour = Colour::grey, .italic = true};

bool is_nothing(std::string_view text)
{
    for (const char* word : {"", "NaN", "nan", "None", "NULL", "null", "NaT", "<NA>", "NA"})
        if (text == word) return true;
    return false;
}

bool is_number(std::string_view text)
{
    if (text.starts_with('-') || text.starts_with('+') || text.starts_with('$')) text.remove_prefix(1);
    if (text.ends_with('%')) text.remove_suffix(1);
    if (text == "inf") return true;
    return !text.empty() && text.find_first_of("0123456789") != std::string_view::npos &&
           text.find_first_not_of("0123456789.,eE+-_") == std::string_view::npos && text.find_first_of("-+eE") != 0;
}

struct Column {
    std::size_t index = 0;  // in the table
    int width = 1;
    bool is_number = false;
    bool is_gap = false;  // stands for the columns that are left out
};

class Layout {
public:
    Layout(Page& page, const HtmlTable& table) : page_{page}, table_{table} {}

    Shown put()
    {
        choose_rows();
        measure();
        fit();
        page_.set_wrap(Wrap::anywhere);
        for (const auto& row : table_.head) put_row(row, {.bold = true});
        if (!table_.head.empty()) put_rule();
        for (const HtmlTable::Row* row : rows_) {
            if (row) put_row(*row, {});
            else put_fold();
        }
        put_notes();
        page_.set_wrap(Wrap::words);
        return is_cut_ || left_out_ > 0 || dropped_ > 0 ? Shown::in_part : Shown::whole;
    }

private:
    // nullptr: here some are left out.
    void choose_rows()
    {
        const std::size_t all = table_.rows.size();
        if (all > most_rows) left_out_ = all - head_rows - tail_rows;
        for (std::size_t i = 0; i < all; ++i) {
            if (left_out_ > 0 && i == head_rows) {
                rows_.push_back(nullptr);
                i += left_out_;
            }
            rows_.push_back(&table_.rows[i]);
        }
    }

    static std::string text_of(const HtmlTable::Row& row, std::size_t column)
    {
        return column < row.size() ? safe_line(utf8_prefix(row[column].text, longest_text)) : std::string{};
    }

    void measure()
    {
        columns_.resize(table_.columns());
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            Column& column = columns_[i];
            column.index = i;
            for (const auto& row : table_.head) column.width = std::max(column.width, columns_of(text_of(row, i)));
            bool has_number = false, has_words = false;
            for (const HtmlTable::Row* row : rows_) {
                if (!row) continue;
                const std::string text = text_of(*row, i);
                column.width = std::max(column.width, columns_of(text));
                has_number = has_number || is_number(text);
                has_words = has_words || (!is_number(text) && !is_nothing(text) && text != "..." && text != ellipsis);
            }
            column.is_number = has_number && !has_words;
        }
    }

    int width() const
    {
        return std::accumulate(columns_.begin(), columns_.end(), -gap, [](int sum, const Column& c) { return sum + c.width + gap; });
    }

    // From the widest column, until all fit or none can give more than `least`.
    void shrink(int least)
    {
        for (int over = width() - page_.room(); over > 0; --over) {
            const auto at =
                std::max_element(columns_.begin(), columns_.end(), [](const Column& a, const Column& b) { return a.width < b.width; });
            if (at->width <= least) return;
            --at->width;
        }
    }

    void fit()
    {
        shrink(widest);
        shrink(narrowest);
        const std::size_t all = columns_.size();
        std::size_t gap_at = all / 2;
        while (width() > page_.room() && columns_.size() > 3) {
            if (dropped_ == 0) columns_[gap_at] = {.width = 1, .is_gap = true};
            else if (gap_at * 2 >= columns_.size()) columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(--gap_at));
            else columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(gap_at + 1));
            dropped_ = all - columns_.size() + 1;
        }
        shrink(1);
    }

    void put_row(const HtmlTable::Row& row, const Style& style)
    {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const Column& column = columns_[i];
            if (i > 0) page_.put(" \xE2\x94\x82 ", line_style);
            std::string text = column.is_gap ? ellipsis : text_of(row, column.index);
            Style own = style;
            if (column.is_gap || (!style.bold && is_nothing(text))) own.colour = Colour::grey;
            if (columns_of(text) > column.width) {
                text = cat(columns_prefix(text, column.width - 1), ellipsis);
                is_cut_ = true;
            }
            const std::string space(static_cast<std::size_t>(std::max(column.width - columns_of(text), 0)), ' ');
            if (column.is_number) page_.put(space);
            page_.put(text, own);
            if (!column.is_number && i + 1 < columns_.size()) page_.put(space);
        }
        page_.newline();
    }

    void put_rule()
    {
        std::string rule;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0) rule += "\xE2\x94\x80\xE2\x94\xBC\xE2\x94\x80";
            for (int c = 0; c < columns_[i].width; ++c) rule += "\xE2\x94\x80";
        }
        page_.put(rule, line_style);
        page_.newline();
    }

    void put_fold()
    {
        page_.put(cat("... ", grouped(left_out_), left_out_ == 1 ? " row ..." : " rows ..."), fold_style);
        page_.newline();
    }

    void put_notes()
    {
        std::string line;
        for (const auto& note : table_.notes) line += cat(line.empty() ? "" : "  ", safe_line(note));
        if (dropped_ > 0) line += cat(line.empty() ? "" : "  ", "(", dropped_, dropped_ == 1 ? " column" : " columns", " not shown)");
        if (line.empty()) return;
        page_.put(line, line_style);
        page_.newline();
    }

    Page& page_;
    const HtmlTable& table_;
    std::vector<const HtmlTable::Row*> rows_;
    std::vector<Column> columns_;
    std::size_t left_out_ = 0;
    std::size_t dropped_ = 0;
    bool is_cut_ = false;
};

}  // namespace

Shown put_data_table(Page& page, const HtmlTable& table) { return Layout{page, table}.put(); }

}  // namespace oi
