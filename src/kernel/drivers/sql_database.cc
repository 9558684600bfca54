// The database of a SQL session; see sql_database.h.
#include "kernel/drivers/sql_database.h"

#include "base/text.h"
#include "kernel/drivers/own_driver.h"
#include "sys/files.h"
#include "sys/wait.h"

namespace oi::kernel {

namespace {

using namespace std::chrono_literals;
constexpr int most_tries = 250;  // for a database that another program has locked: five seconds
constexpr auto between_tries = 20ms;

constexpr int steps_between_looks = 1000;  // of SQLite's virtual machine: well under a millisecond

// sqlite3_interrupt() would be lost when it comes before a statement's first step, which forgets it.
int on_progress(void*) { return OwnDriver::is_interrupted() ? 1 : 0; }

// SQLite tells nobody when a lock goes: trying again is all one can do. Its own waiting would not hear an interrupt.
int on_busy(void*, int tries)
{
    if (tries >= most_tries || OwnDriver::is_interrupted()) return 0;
    sys::wait({}, sys::Clock::now() + between_tries);
    return 1;
}

Result<SqliteHandle> open_handle(const std::string& path)
{
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    SqliteHandle owned{handle};
    if (code != SQLITE_OK) return fail(ErrorKind::io, cat(path, ": ", handle ? sqlite3_errmsg(handle) : "out of memory"));
    sqlite3_busy_handler(handle, on_busy, nullptr);
    sqlite3_progress_handler(handle, steps_between_looks, on_progress, nullptr);
    return owned;
}

}  // namespace

SqlDatabase::SqlDatabase()
{
    if (auto handle = open_handle(std::string{memory})) memory_ = std::move(*handle);
}

Result<void> SqlDatabase::open(std::string_view path)
{
    const std::string wanted = path.empty() || path == memory ? std::string{memory} : sys::absolute(path);
    if (wanted == path_) return {};
    if (has_open_transaction())
        return fail(ErrorKind::invalid, cat(wanted, ": not opened, a transaction is open in ", path_), "COMMIT or ROLLBACK it first");
    SqliteHandle handle;
    if (wanted != memory) {
        OI_TRY(handle, open_handle(wanted));
        // Whether it is a database at all shows at the first look into it.
        if (sqlite3_exec(handle.get(), "PRAGMA schema_version", nullptr, nullptr, nullptr) != SQLITE_OK)
            return fail(ErrorKind::invalid, cat(wanted, ": ", sqlite3_errmsg(handle.get())));
    }
    file_ = std::move(handle);
    path_ = wanted;
    return {};
}

Result<void> SqlDatabase::run(const std::string& sql, const std::vector<std::string>& values, const RowHandler& on_row) const
{
    const auto failed = [&] { return fail(ErrorKind::invalid, sqlite3_errmsg(get())); };
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(get(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) return failed();
    const SqliteStatement statement{raw};
    for (std::size_t i = 0; i < values.size(); ++i)
        sqlite3_bind_text64(raw, static_cast<int>(i) + 1, values[i].data(), values[i].size(), SQLITE_STATIC, SQLITE_UTF8);
    int code;
    while ((code = sqlite3_step(raw)) == SQLITE_ROW)
        if (on_row) on_row(raw);
    if (code != SQLITE_DONE) return failed();
    return {};
}

std::string_view column_text(sqlite3_stmt* statement, int column)
{
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return data ? std::string_view{data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))} : std::string_view{};
}

std::string quote_name(std::string_view name) { return cat("\"", replace_all(std::string{name}, "\"", "\"\""), "\""); }

}  // namespace oi::kernel
