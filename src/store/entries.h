// EntryWriter and the readers: how conversations look as rows (see schema.cc), both ways.
#pragma once

#include "core/store.h"
#include "store/database.h"
#include "store/write_queue.h"

#include <functional>
#include <optional>
#include <unordered_map>

namespace oi::store {

// What is known of a conversation before its first message.
struct Beginning {
    std::string folder;
    std::string model;
    std::int64_t started = 0;  // milliseconds since 1970
};
using FindBeginning = std::function<Beginning(ConversationId)>;

class EntryWriter {
public:
    static Result<EntryWriter> prepare(Database& database);

    // All of `writes` in one transaction, or none. `beginning_of` is asked for conversations that have no row yet.
    Result<void> write(const std::vector<Write>& writes, const FindBeginning& beginning_of);

private:
    // A conversation during one transaction.
    struct Row {
        bool exists = false;
        bool has_changed = false;
        std::int64_t last_number = 0;
        std::int64_t last_message = 0;  // its number, if we wrote it; else 0
        std::int64_t message_count = 0;
        std::int64_t changed = 0;
        std::string first_words;
        std::string usage;  // so far, as text
    };
    using Rows = std::unordered_map<ConversationId, Row>;

    explicit EntryWriter(Database& database) : database_{&database} {}
    Result<void> write_one(const Write& write, Row& row, const FindBeginning& beginning_of);
    Result<Row*> row_of(ConversationId id, Rows& rows);
    Result<void> insert_conversation(const Write& write, const Beginning& beginning);
    Result<void> insert_entry(const Write& write, std::int64_t number, std::int64_t target);
    Result<void> update_conversation(ConversationId id, const Row& row);

    Database* database_;
    Statement find_row_, insert_row_, update_row_, insert_entry_;
    std::unordered_map<ConversationId, std::int64_t> last_message_;  // of the conversations that we write
};

Fail no_such_conversation(ConversationId id);

// not_found: no such conversation.
Result<std::vector<Message>> read_messages(Database& database, ConversationId id);
// The same without what the log looked like on its way: when each was said, milliseconds since 1970.
struct Replayed {
    std::vector<Message> messages;
    std::vector<std::int64_t> times;
};
Result<Replayed> read_with_times(Database& database, ConversationId id);
// The sum of the conversation's usage.
Result<Usage> read_usage(Database& database, ConversationId id);
// The last one that no truncation has reached.
Result<std::optional<Compaction>> read_compaction(Database& database, ConversationId id);
Result<ConversationSummary> read_summary(Database& database, ConversationId id);
Result<std::vector<std::string>> read_languages(Database& database, ConversationId id);
Result<std::vector<ConversationSummary>> read_summaries(Database& database, std::size_t limit);
Result<std::optional<ConversationId>> read_last(Database& database, std::string_view folder);

// The beginning of a text for a list: one line of at most 60 characters, without control characters.
std::string first_words(std::string_view text);

}  // namespace oi::store
