// Opening a store file and applying the migrations that it lacks; see schema.h.
#include "store/schema.h"

#include "base/text.h"
#include "sys/files.h"

#include <array>

namespace oi::store {

namespace {

// Append only: a row that has been released never changes. PRAGMA user_version counts the rows applied.
//
// `entry` is a log: nothing in it is ever changed. In the order of `number`, events are
//   message      a new message with the beginning of its content
//   piece        more content for message number `target`
//   replacement  other content for message number `target`; 0: for the last one
//   truncation   only the first `target` messages stay
//   compaction   the model is sent `content` in place of the first `target` messages, beside the user's own
// `conversation` repeats what a list shows, so that listing does not read conversations. Times are milliseconds
// since 1970. One table clustered by conversation loads with one scan.
constexpr std::array migrations{
    R"(CREATE TABLE conversation (
         id INTEGER PRIMARY KEY,
         folder TEXT NOT NULL,
         model TEXT NOT NULL,
         started INTEGER NOT NULL,
         changed INTEGER NOT NULL,
         message_count INTEGER NOT NULL,
         first_words TEXT NOT NULL
       );
       CREATE INDEX conversation_by_change ON conversation (changed);
       CREATE INDEX conversation_by_folder ON conversation (folder, changed);
       CREATE TABLE entry (
         conversation INTEGER NOT NULL,
         number INTEGER NOT NULL,
         at INTEGER NOT NULL,
         event TEXT NOT NULL,
         target INTEGER NOT NULL,
         role TEXT NOT NULL,
         type TEXT NOT NULL,
         format TEXT NOT NULL,
         recipient TEXT NOT NULL,
         content TEXT NOT NULL,
         PRIMARY KEY (conversation, number)
       ) WITHOUT ROWID;)",
};

Result<void> migrate(Database& database)
{
    constexpr auto known = static_cast<std::int64_t>(migrations.size());
    OI_TRY(const auto seen, database.number("PRAGMA user_version"));
    if (seen == known) return {};
    OI_TRY(auto transaction, Transaction::begin(database));
    OI_TRY(const auto applied, database.number("PRAGMA user_version"));  // another program may have been faster
    if (applied > known)
        return fail(ErrorKind::unsupported, cat("conversation store ", database.path(), ": a newer version of this program wrote it"),
                    "update this program");
    for (auto version = applied; version < known; ++version) OI_CHECK(database.execute(migrations[static_cast<std::size_t>(version)]));
    OI_CHECK(database.execute(cat("PRAGMA user_version = ", known).c_str()));
    return transaction.commit();
}

}  // namespace

Result<std::unique_ptr<Database>> open_store_file(const std::string& path)
{
    if (const auto slash = path.rfind('/'); slash != std::string::npos && slash > 0)
        if (auto made = sys::make_folders(path.substr(0, slash)); !made)
            return fail(made.error().kind, cat("conversation store ", path, ": ", made.error().what),
                        "make its folder writable, or point XDG_DATA_HOME to another folder");
    OI_TRY(auto database, Database::open(path));
    OI_CHECK(database->execute("PRAGMA synchronous = NORMAL"));
    // Another program that opens at the same moment can be in the way: then it makes the switch, for the file as a whole.
    if (auto switched = database->execute("PRAGMA journal_mode = WAL"); !switched && switched.error().kind != ErrorKind::timeout)
        return Fail{switched.error()};
    OI_CHECK(migrate(*database));
    return database;
}

}  // namespace oi::store
