// Running SQL cells; see sql_driver.h.
#include "kernel/drivers/sql_driver.h"

#include "base/text.h"
#include "kernel/drivers/own_driver.h"
#include "kernel/drivers/skeleton.h"
#include "kernel/drivers/sql_commands.h"
#include "kernel/drivers/sql_table.h"

#include <algorithm>

namespace oi::kernel {

namespace {

constexpr std::string_view values_command = ".values";
constexpr std::string_view database_mark = "-- database:";
constexpr std::size_t print_block = 1 << 16;
constexpr int blob_bytes = 16;  // that a table shows of one

SqlValue table_value(sqlite3_stmt* row, int column)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL: return {"NULL"};
    case SQLITE_INTEGER:
    case SQLITE_FLOAT: return {std::string{column_text(row, column)}, true};
    case SQLITE_BLOB: {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(row, column));
        const int size = sqlite3_column_bytes(row, column);
        std::string text = "x'";
        for (int i = 0; i < std::min(size, blob_bytes); ++i) text += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
        return {cat(text, size > blob_bytes ? cat("...' (", size, " bytes)") : "'")};
    }
    default: return {std::string{column_text(row, column)}};
    }
}

// Whether the statement's own count of changed rows is news.
bool changes_rows(sqlite3_stmt* statement)
{
    const std::string bones = skeleton(sqlite3_sql(statement), Syntax::sql);
    const std::string first = lower(std::string_view{bones}.substr(std::min(bones.find_first_not_of(" \t\r\n"), bones.size()), 7));
    for (const std::string_view word : {"insert", "update", "delete", "replace", "with"})
        if (first.starts_with(word)) return sqlite3_stmt_readonly(statement) == 0;
    return false;
}

// One cell, piece by piece.
class SqlCell {
public:
    SqlCell(SqlDatabase& database, OwnDriver& driver, std::string_view code)
        : database_{database}, driver_{driver}, code_{code}, bones_{skeleton(code, Syntax::sql)}
    {
    }

    Result<void> run()
    {
        if (code_.starts_with(database_mark)) {
            const auto line = code_.substr(0, code_.find('\n'));
            OI_CHECK(at_line(database_.open(trim(line.substr(database_mark.size())))));
        }
        while (find_piece()) {
            if (OwnDriver::is_interrupted()) return fail(ErrorKind::cancelled, "interrupted");
            OI_CHECK(run_piece());
        }
        return {};
    }

private:
    long line_of(std::size_t at) const { return 1 + std::count(code_.begin(), code_.begin() + static_cast<long>(at), '\n'); }

    // Errors say the line.
    template <class T>
    Result<T> at_line(Result<T> result) const
    {
        if (!result) return fail(result.error().kind, cat("line ", line_of(at_), ": ", result.error().what), result.error().hint);
        return result;
    }

    // Moves to the next statement or command; false: there is none.
    bool find_piece()
    {
        at_ = std::min(bones_.find_first_not_of(" \t\r\n;", at_), code_.size());
        if (at_ >= code_.size()) return false;
        if (const long line = line_of(at_); line != told_line_) driver_.line(told_line_ = line);
        return true;
    }

    Result<void> run_piece()
    {
        const auto rest = code_.substr(at_);
        const bool is_values = rest.starts_with(values_command) && rest.size() > values_command.size() && !is_word_character(rest[7]);
        if (is_values) at_ += values_command.size();
        else if (rest.starts_with('.')) return run_command();
        std::size_t used = 0;
        OI_CHECK(run_sql(code_.substr(at_), is_values, used));
        at_ += used;
        return {};
    }

    Result<void> run_command()
    {
        const auto line = code_.substr(at_, code_.find('\n', at_) - at_);
        OI_TRY(const auto outcome, at_line(run_sql_command(database_, line)));
        OwnDriver::print(outcome.text);
        std::size_t used = 0;
        if (!outcome.query.empty()) OI_CHECK(run_sql(outcome.query, false, used));
        at_ += line.size();
        return {};
    }

    // The first statement of `sql`, of which it takes `used` bytes.
    Result<void> run_sql(std::string_view sql, bool is_values, std::size_t& used)
    {
        sqlite3_stmt* raw = nullptr;
        const char* tail = nullptr;
        const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &tail);
        const SqliteStatement statement{raw};
        if (code != SQLITE_OK) return failed(sqlite3_error_offset(database_.get()));
        used = static_cast<std::size_t>(tail - sql.data());
        if (!raw) return {};
        const int last = sqlite3_column_count(raw) == 0 ? run_silent(raw) : is_values ? print_values(raw) : show_table(raw);
        return last == SQLITE_DONE ? Result<void>{} : failed(-1);
    }

    Result<void> failed(int offset)
    {
        const std::string why = sqlite3_errmsg(database_.get());
        const auto at = offset < 0 ? at_ : std::min(at_ + static_cast<std::size_t>(offset), code_.size());
        const auto end = bones_.find(';', at);
        const bool has_more = end != std::string::npos && bones_.find_first_not_of(" \t\r\n;", end) != std::string::npos;
        return fail(sqlite3_errcode(database_.get()) == SQLITE_INTERRUPT ? ErrorKind::cancelled : ErrorKind::invalid,
                    cat("line ", line_of(at), ": ", why, has_more ? "\nwhat comes after it was not run" : ""));
    }

    int run_silent(sqlite3_stmt* statement)
    {
        int code;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        }
        if (code != SQLITE_DONE || !changes_rows(statement)) return code;
        const long count = static_cast<long>(sqlite3_changes64(database_.get()));
        OwnDriver::print(cat(count, count == 1 ? " row changed\n" : " rows changed\n"));
        return code;
    }

    static int print_values(sqlite3_stmt* statement)
    {
        std::string out;
        int code;
        const int columns = sqlite3_column_count(statement);
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            for (int i = 0; i < columns; ++i) (out += i > 0 ? "|" : "") += column_text(statement, i);
            out += '\n';
            if (out.size() >= print_block) OwnDriver::print(std::exchange(out, {}));
        }
        OwnDriver::print(out);
        return code;
    }

    int show_table(sqlite3_stmt* statement)
    {
        std::vector<std::string> names;
        const int columns = sqlite3_column_count(statement);
        for (int i = 0; i < columns; ++i) names.emplace_back(sqlite3_column_name(statement, i));
        SqlTable table{std::move(names)};
        int code;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            table.count();
            if (table.is_full()) continue;
            std::vector<SqlValue> row;
            for (int i = 0; i < columns; ++i) row.push_back(table_value(statement, i));
            table.add(std::move(row));
        }
        if (code == SQLITE_DONE) driver_.display({{"text/plain", table.text()}, {"text/html", table.html()}});
        return code;
    }

    SqlDatabase& database_;
    OwnDriver& driver_;
    std::string_view code_;
    std::string bones_;
    std::size_t at_ = 0;
    long told_line_ = 0;
};

}  // namespace

int sql_driver_main(int, char**)
{
    SqlDatabase database;
    OwnDriver driver;
    while (const auto code = driver.next_cell()) {
        const bool had_transaction = database.has_open_transaction();
        const auto result = SqlCell{database, driver, *code}.run();
        if (!result && result.error().kind != ErrorKind::cancelled) OwnDriver::print(to_line(result.error()) + "\n");
        std::string note;
        if (database.has_open_transaction()) note = "a transaction is open: COMMIT keeps its changes, ROLLBACK drops them";
        else if (had_transaction && OwnDriver::is_interrupted()) note = "the open transaction was rolled back";
        driver.end(result ? "ok" : "error", note);
    }
    return 0;
}

}  // namespace oi::kernel
