// SqlTable: the rows of a query as an aligned text table and as HTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel {

struct SqlValue {
    std::string text;
    bool is_number = false;
};

// Keeps the first rows only, so that memory stays bounded, and counts the others.
class SqlTable {
public:
    static constexpr std::size_t most_rows = 1000;

    explicit SqlTable(std::vector<std::string> columns) : columns_{std::move(columns)} {}
    bool is_full() const { return rows_.size() >= most_rows; }
    void add(std::vector<SqlValue> row) { rows_.push_back(std::move(row)); }
    void count() { ++count_; }  // every row, added or not

    std::string text() const;
    std::string html() const;

private:
    std::string summary() const;

    std::vector<std::string> columns_;
    std::vector<std::vector<SqlValue>> rows_;
    std::size_t count_ = 0;
};

}  // namespace oi::kernel
