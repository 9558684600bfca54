// SQLite's C interface behind Result; see database.h.
#include "store/database.h"

#include "base/text.h"
#include "sys/fd.h"

#include <sqlite3.h>

#include <cstring>
#include <fcntl.h>

namespace oi::store {

namespace {

constexpr int busy_timeout_ms = 3000;

// SQLite would make the file readable for everyone; what people say to a model is theirs alone.
void make_private_file(const std::string& path) { const sys::Fd made{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)}; }

int remember_log_pages(void* pages, sqlite3*, const char*, int count)
{
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

ErrorKind kind_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ErrorKind::denied;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return ErrorKind::invalid;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorKind::timeout;
    default: return ErrorKind::io;
    }
}

std::string_view hint_for(int code)
{
    switch (code & 0xFF) {
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: return "make the file and its folder writable, or point XDG_DATA_HOME to another folder";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return "move the file away; a new one is made";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another program keeps it locked; end that program";
    case SQLITE_FULL:
    case SQLITE_IOERR: return "make room on the disk";
    default: return "";
    }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::remember(int code)
{
    if (bind_failure_ == SQLITE_OK) bind_failure_ = code;
}

Statement& Statement::bind(int index, std::int64_t value)
{
    remember(sqlite3_bind_int64(statement_.get(), index, value));
    return *this;
}

Statement& Statement::bind(int index, std::string_view text)
{
    // A null pointer would bind NULL, and an empty view may hold one.
    const char* data = text.data() ? text.data() : "";
    remember(sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Result<bool> Statement::step()
{
    const int code = bind_failure_ != SQLITE_OK ? bind_failure_ : sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        reset();
        return false;
    }
    auto failed = database_->failure(code);
    reset();
    return failed;
}

Result<void> Statement::run()
{
    for (;;) {
        OI_TRY(const bool more, step());
        if (!more) return {};
    }
}

void Statement::reset()
{
    sqlite3_reset(statement_.get());
    bind_failure_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::text(int column) const
{
    // Not column_text(), which copies to have a zero at the end.
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    return data ? std::string_view{data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))} : std::string_view{};
}

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Database::Database(std::string path, sqlite3* handle) : path_{std::move(path)}, handle_{handle}
{
    if (!handle) return;
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    // The hook takes the place of SQLite's own checkpoints: they wait for the disk, so the writer thread makes them.
    sqlite3_wal_hook(handle, remember_log_pages, log_pages_.get());
    // Closing would wait for the disk twice; the next opener reads the log just as well.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path)
{
    if (path != ":memory:") make_private_file(path);
    sqlite3* handle = nullptr;
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Database> database{new Database{path, handle}};
    if (code != SQLITE_OK) return database->failure(code);
    return database;
}

Result<void> Database::execute(const char* sql)
{
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failure(code);
    return {};
}

Result<std::int64_t> Database::number(const char* sql)
{
    OI_TRY(auto statement, prepare(sql));
    OI_TRY(const bool found, statement.step());
    return found ? statement.integer(0) : 0;
}

Result<Statement> Database::prepare(const char* sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return failure(code);
    return Statement{*this, statement};
}

void Database::checkpoint()
{
    if (sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr) == SQLITE_OK) *log_pages_ = 0;
}

void Database::final_checkpoint()
{
    sqlite3_busy_timeout(handle_.get(), 0);
    sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

bool Database::has_moved() const
{
    int moved = 0;
    sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
}

Fail Database::failure(int code) const
{
    std::string reason = sqlite3_errstr(code);
    const int system = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
    const int base = code & 0xFF;
    if (system != 0 && (base == SQLITE_IOERR || base == SQLITE_CANTOPEN)) reason = std::strerror(system);
    return fail(kind_of(code), cat("conversation store ", path_, ": ", reason), std::string{hint_for(code)});
}

Result<Transaction> Transaction::begin(Database& database)
{
    OI_CHECK(database.execute("BEGIN IMMEDIATE"));
    return Transaction{database};
}

Transaction::~Transaction()
{
    if (database_) ignore(database_->execute("ROLLBACK"), "SQLite may have rolled back by itself");
}

Result<void> Transaction::commit()
{
    OI_CHECK(database_->execute("COMMIT"));
    database_ = nullptr;
    return {};
}

}  // namespace oi::store
