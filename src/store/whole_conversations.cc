// Conversations copied, named and removed; see whole_conversations.h.
#include "store/whole_conversations.h"

#include "core/chunk.h"

#include <algorithm>

namespace oi::store {

Result<bool> has_conversation(Database& database, ConversationId id)
{
    OI_TRY(auto find, database.prepare("SELECT 1 FROM conversation WHERE id = ?1"));
    return find.bind(1, id).step();
}

Result<WholeConversation> read_whole(Database& database, ConversationId id)
{
    OI_TRY(auto replayed, read_with_times(database, id));
    OI_TRY(auto row, database.prepare("SELECT folder, model, started, title, changed FROM conversation WHERE id = ?1"));
    OI_TRY(const bool found, row.bind(1, id).step());
    if (!found) return no_such_conversation(id);
    return WholeConversation{.id = id,
                             .beginning = {std::string{row.text(0)}, std::string{row.text(1)}, row.integer(2)},
                             .title = std::string{row.text(3)},
                             .changed = row.integer(4),
                             .messages = std::move(replayed.messages),
                             .times = std::move(replayed.times)};
}

namespace {

Result<void> insert_messages(Database& database, const WholeConversation& whole)
{
    OI_TRY(auto insert, database.prepare("INSERT INTO entry VALUES (?1, ?2, ?3, 'message', 0, ?4, ?5, ?6, ?7, ?8)"));
    for (std::size_t i = 0; i < whole.messages.size(); ++i) {
        const Message& message = whole.messages[i];
        insert.bind(1, whole.id).bind(2, static_cast<std::int64_t>(i + 1)).bind(3, i < whole.times.size() ? whole.times[i] : whole.changed);
        insert.bind(4, name(message.role)).bind(5, name(message.type)).bind(6, message.format);
        OI_CHECK(insert.bind(7, message.recipient).bind(8, message.content).run());
    }
    return {};
}

}  // namespace

Result<void> insert_whole(Database& database, const WholeConversation& whole)
{
    OI_TRY(auto transaction, Transaction::begin(database));
    OI_TRY(auto insert,
           database.prepare("INSERT INTO conversation (id, folder, model, started, changed, message_count, first_words, title, "
                            "last_number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6)"));
    const auto said = std::find_if(whole.messages.begin(), whole.messages.end(),
                                   [](const Message& message) { return message.role == Role::user && !message.content.empty(); });
    const std::string words = said == whole.messages.end() ? std::string{} : first_words(said->content);
    insert.bind(1, whole.id).bind(2, whole.beginning.folder).bind(3, whole.beginning.model).bind(4, whole.beginning.started);
    insert.bind(5, whole.changed).bind(6, static_cast<std::int64_t>(whole.messages.size())).bind(7, words).bind(8, whole.title);
    OI_CHECK(insert.run());
    OI_CHECK(insert_messages(database, whole));
    return transaction.commit();
}

Result<void> rename_conversation(Database& database, ConversationId id, std::string_view title)
{
    OI_TRY(const bool exists, has_conversation(database, id));
    if (!exists) return no_such_conversation(id);
    OI_TRY(auto update, database.prepare("UPDATE conversation SET title = ?2 WHERE id = ?1"));
    return update.bind(1, id).bind(2, title).run();
}

Result<void> remove_conversation(Database& database, SearchIndex& index, ConversationId id)
{
    OI_TRY(const bool exists, has_conversation(database, id));
    if (!exists) return no_such_conversation(id);
    OI_CHECK(database.execute("PRAGMA secure_delete = ON"));  // what is deleted is overwritten
    OI_TRY(auto transaction, Transaction::begin(database));
    OI_CHECK(index.forget(id));
    for (const auto* sql : {"DELETE FROM entry WHERE conversation = ?1", "DELETE FROM conversation WHERE id = ?1"}) {
        OI_TRY(auto statement, database.prepare(sql));
        OI_CHECK(statement.bind(1, id).run());
    }
    OI_CHECK(transaction.commit());
    database.checkpoint();
    return {};
}

ConversationId id_of(const std::vector<Message>& messages)
{
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const auto& message : messages)
        for (const char c : to_json(message) + '\n') hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return static_cast<ConversationId>(hash & ((std::uint64_t{1} << 53) - 1)) | 1;
}

}  // namespace oi::store
