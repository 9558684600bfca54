// SqlDatabase: the SQLite database that the cells of one session work on.
#pragma once

#include "base/error.h"

#include <functional>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel {

struct CloseSqlite {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct FinalizeSqlite {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteHandle = std::unique_ptr<sqlite3, CloseSqlite>;
using SqliteStatement = std::unique_ptr<sqlite3_stmt, FinalizeSqlite>;

// A database in memory, always there, and the file that is open, if one is. What runs ends with SQLITE_INTERRUPT once the
// driver is interrupted.
class SqlDatabase {
public:
    static constexpr std::string_view memory = ":memory:";

    SqlDatabase();

    sqlite3* get() const { return file_ ? file_.get() : memory_.get(); }
    const std::string& path() const { return path_; }  // absolute, or ":memory:"
    bool has_open_transaction() const { return sqlite3_get_autocommit(get()) == 0; }

    // Opens a file (made when it is not there), or goes back to the one in memory. On an Error nothing changes.
    Result<void> open(std::string_view path);

    // Runs one statement that is ours; its rows go to `on_row`.
    using RowHandler = std::function<void(sqlite3_stmt*)>;
    Result<void> run(const std::string& sql, const std::vector<std::string>& values = {}, const RowHandler& on_row = {}) const;

private:
    SqliteHandle memory_;
    SqliteHandle file_;
    std::string path_{memory};
};

std::string_view column_text(sqlite3_stmt* statement, int column);
// "name" as SQL writes it.
std::string quote_name(std::string_view name);

}  // namespace oi::kernel
