// Database and Statement: a thin owner of SQLite's C handles, with errors that name the file and what would mend it.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace oi::store {

class Database;

// One prepared statement. Bound text must live until run() or the last step().
class Statement {
public:
    Statement() = default;

    Statement& bind(int index, std::int64_t value);  // index from 1
    Statement& bind(int index, std::string_view text);

    // True: there is a row. False: no more; the statement is ready for its next use. So it is after an Error.
    Result<bool> step();
    // For statements whose rows nobody wants.
    Result<void> run();
    void reset();

    std::int64_t integer(int column) const;   // column from 0
    std::string_view text(int column) const;  // lives until the next step

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    Statement(const Database& database, sqlite3_stmt* statement) : database_{&database}, statement_{statement} {}
    void remember(int code);

    const Database* database_ = nullptr;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bind_failure_ = 0;
};

// One connection, for one thread at a time.
class Database {
public:
    // Opens or makes the file (mode 0600). Nothing of it is read yet.
    static Result<std::unique_ptr<Database>> open(const std::string& path);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Result<void> execute(const char* sql);
    // One number: SELECT count(*) ..., PRAGMA user_version.
    Result<std::int64_t> number(const char* sql);
    Result<Statement> prepare(const char* sql);

    // Pages in the write-ahead log after the last commit.
    int log_pages() const { return *log_pages_; }
    // Copies the log into the file, as far as no reader is in the way.
    void checkpoint();
    // The same before closing; empties the log too, unless another program uses it: then that one does it.
    void final_checkpoint();
    // The file has been renamed or deleted under us.
    bool has_moved() const;

    const std::string& path() const { return path_; }
    Fail failure(int code) const;

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    Database(std::string path, sqlite3* handle);

    std::string path_;
    std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);  // outlives the handle, whose hook writes to it
    std::unique_ptr<sqlite3, Close> handle_;
};

// A transaction that is rolled back unless it was committed.
class Transaction {
public:
    // Takes the write lock at once, waiting for other programs as long as the busy timeout allows.
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : database_{std::exchange(other.database_, nullptr)} {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<void> commit();

private:
    explicit Transaction(Database& database) : database_{&database} {}
    Database* database_;
};

}  // namespace oi::store
