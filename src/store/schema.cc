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
//   cell_start   a cell begins to run; its output follows
//   cell_end     it has ended; without this the program ended before it did
//   usage        what a request cost, as JSON; older programs pass over it
// `conversation` repeats what a list shows, so that listing does not read conversations. Times are milliseconds
// since 1970. One table clustered by conversation loads with one scan.
//
// `conversation.usage` is the sum of its usage entries; `indexed_number` is the entry up to which the search index follows
// the log, `indexed_count` and `indexed_running` how the log stood there. Its own tables are in search_index.cc.
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
    R"(ALTER TABLE conversation ADD COLUMN title TEXT NOT NULL DEFAULT '';
       ALTER TABLE conversation ADD COLUMN usage TEXT NOT NULL DEFAULT '';
       ALTER TABLE conversation ADD COLUMN last_number INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE conversation ADD COLUMN indexed_number INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE conversation ADD COLUMN indexed_count INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE conversation ADD COLUMN indexed_running INTEGER NOT NULL DEFAULT 0;
       UPDATE conversation SET last_number = coalesce((SELECT max(number) FROM entry WHERE conversation = id), 0);
       CREATE TEMP TABLE spent AS SELECT conversation, json_object(
           'input', sum(json_extract(content, '$.input')), 'output', sum(json_extract(content, '$.output')),
           'cached', sum(json_extract(content, '$.cached')), 'cache_write', sum(json_extract(content, '$.cache_write')),
           'cost', sum(json_extract(content, '$.cost')), 'unpriced', sum(json_extract(content, '$.unpriced'))) AS sums
         FROM entry WHERE event = 'usage' AND json_valid(content) GROUP BY conversation;
       UPDATE conversation SET usage = coalesce((SELECT sums FROM spent WHERE conversation = id), '');
       DROP TABLE spent;
       CREATE INDEX conversation_to_index ON conversation (changed) WHERE indexed_number < last_number;
       CREATE INDEX entry_compaction ON entry (conversation, number) WHERE event IN ('compaction', 'truncation');
       CREATE INDEX entry_language ON entry (conversation, format)
         WHERE event = 'message' AND type = 'code' AND role = 'assistant';)",
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
