// FakeTerminal: a small terminal emulator for tests: what a person would see, scroll-back included.
#pragma once

#include "frontend/terminal/graphemes.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace oi::testing {

// Knows the sequences that the frontend writes and records every other one as a fault.
class FakeTerminal {
public:
    FakeTerminal(int columns, int rows) : columns_{columns}, grid_(static_cast<std::size_t>(rows)) {}

    void write(std::string_view bytes)
    {
        while (!bytes.empty()) bytes.remove_prefix(one(bytes));
    }

    // Scroll-back and screen, trailing blanks and empty rows at the end taken off.
    std::vector<std::string> rows() const
    {
        std::vector<std::string> all = scrolled_;
        for (const auto& row : grid_) all.push_back(text_of(row));
        while (!all.empty() && all.back().empty()) all.pop_back();
        return all;
    }
    std::string text() const
    {
        std::string text;
        for (const auto& row : rows()) text += row + "\n";
        return text;
    }
    const std::vector<std::string>& faults() const { return faults_; }
    std::size_t cursor_row() const { return row_; }
    int cursor_column() const { return column_; }
    std::string styled;  // every SGR sequence and what it applied to: "[1;36]text"

private:
    using Row = std::vector<std::string>;  // one cell a column; the second cell of a wide character is "\1"

    static std::string text_of(const Row& row)
    {
        std::string text;
        for (const auto& cell : row)
            if (cell != "\1") text += cell;
        while (text.ends_with(' ')) text.pop_back();
        return text;
    }

    std::size_t one(std::string_view bytes)
    {
        if (bytes[0] == '\x1b') return escape(bytes);
        if (bytes[0] == '\r') return column_ = 0, 1;
        if (bytes[0] == '\n') return line_feed(), 1;
        if (static_cast<unsigned char>(bytes[0]) < 0x20) {
            faults_.push_back("control character " + std::to_string(bytes[0]));
            return 1;
        }
        const Grapheme grapheme = first_grapheme(bytes.substr(0, bytes.find_first_of("\x1b\r\n")));
        put(grapheme);
        return grapheme.bytes.size();
    }

    void put(const Grapheme& grapheme)
    {
        if (column_ + grapheme.width > columns_) faults_.push_back("text beyond the last column: " + std::string{grapheme.bytes});
        Row& row = grid_[row_];
        if (row.size() < static_cast<std::size_t>(column_ + grapheme.width))
            row.resize(static_cast<std::size_t>(column_ + grapheme.width), " ");
        if (grapheme.width == 0 && column_ > 0) {
            row[static_cast<std::size_t>(column_) - 1] += grapheme.bytes;
            return;
        }
        row[static_cast<std::size_t>(column_)] = std::string{grapheme.bytes};
        if (grapheme.width == 2) row[static_cast<std::size_t>(column_) + 1] = "\1";
        column_ += grapheme.width;
        styled += grapheme.bytes;
    }

    void line_feed()
    {
        if (row_ + 1 < grid_.size()) {
            ++row_;
            return;
        }
        scrolled_.push_back(text_of(grid_.front()));
        grid_.erase(grid_.begin());
        grid_.emplace_back();
    }

    std::size_t escape(std::string_view bytes)
    {
        switch (bytes.size() > 1 ? bytes[1] : ' ') {
        case 'D': line_feed(); return 2;
        case '7':
            saved_row_ = row_;
            saved_column_ = column_;
            return 2;
        case '8':
            row_ = saved_row_;
            column_ = saved_column_;
            return 2;
        case ']': return bytes.substr(0, bytes.find("\x1b\\")).find('\a') != bytes.npos ? bytes.find('\a') + 1 : string(bytes);
        case 'P':
        case '_': return string(bytes);
        case '[': break;
        default: faults_.push_back("escape " + std::string{bytes.substr(0, 2)}); return 2;
        }
        std::size_t end = 2;
        while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7E)) ++end;
        control(bytes.substr(2, end - 2), bytes[end]);
        return end + 1;
    }

    // A picture; a test reads it from the bytes.
    static std::size_t string(std::string_view bytes) { return bytes.find("\x1b\\") + 2; }

    void control(std::string_view parameters, char final)
    {
        const int count = std::max(1, std::atoi(std::string{parameters}.c_str()));
        switch (final) {
        case 'm': styled += "[" + std::string{parameters} + "]"; return;
        case 'A': row_ -= std::min(row_, static_cast<std::size_t>(count)); return;
        case 'B': row_ = std::min(row_ + static_cast<std::size_t>(count), grid_.size() - 1); return;
        case 'C': column_ = std::min(column_ + count, columns_ - 1); return;
        case 'K':
            if (parameters == "2") grid_[row_].clear();
            else cut();
            return;
        case 'J':
            if (parameters == "2") {
                for (auto& row : grid_) row.clear();
                return;
            }
            cut();
            for (std::size_t i = row_ + 1; i < grid_.size(); ++i) grid_[i].clear();
            return;
        case 'H': row_ = 0, column_ = 0; return;
        case 'h':
        case 'l':
        case 'c':  // questions
        case 't': return;
        default: faults_.push_back("sequence " + std::string{parameters} + final);
        }
    }

    void cut()
    {
        Row& row = grid_[row_];
        if (row.size() > static_cast<std::size_t>(column_)) row.resize(static_cast<std::size_t>(column_));
    }

    int columns_;
    std::vector<Row> grid_;
    std::vector<std::string> scrolled_;
    std::vector<std::string> faults_;
    std::size_t row_ = 0, saved_row_ = 0;
    int column_ = 0, saved_column_ = 0;
};

}  // namespace oi::testing
