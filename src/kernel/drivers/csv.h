// CSV: reading comma-separated values (RFC 4180), with the separators that spreadsheets use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel {

// Reads records one by one from a whole text, which it borrows.
class CsvReader {
public:
    explicit CsvReader(std::string_view text);

    // nullopt: the end. Lines that hold nothing are passed over.
    std::optional<std::vector<std::string>> next();
    long line() const { return line_; }  // on which the last record began
    char separator() const { return separator_; }

private:
    std::string field();
    void pass_line_end();

    std::string_view text_;
    std::size_t at_ = 0;
    long next_line_ = 1;
    long line_ = 1;
    char separator_ = ',';
};

}  // namespace oi::kernel
