// Writes batches of entries, each in one transaction; see entries.h.
#include "store/entries.h"

#include "base/text.h"
#include "store/usage_text.h"

#include <algorithm>
#include <array>

namespace oi::store {

namespace {

constexpr std::array<std::string_view, 8> event_names{"message",    "piece",      "replacement", "truncation",
                                                      "compaction", "cell_start", "cell_end",    "usage"};

std::string_view event_name(Write::Event event) { return event_names[static_cast<std::size_t>(event)]; }

// Bytes from `text` that hold its first `count` characters.
std::string_view first_characters(std::string_view text, std::size_t count)
{
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && count-- == 0) break;
    return text.substr(0, at);
}

}  // namespace

std::string first_words(std::string_view text)
{
    constexpr std::size_t most = 60, enough = 1000;
    const std::string clean = valid_utf8(without_escapes(utf8_prefix(text, enough)));
    std::string line;
    for (const char c : clean) {
        const bool is_blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
        if (!is_blank) line += c;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    line = trim(line);
    if (first_characters(line, most).size() == line.size()) return line;
    return cat(trim(first_characters(line, most - 3)), "...");
}

Result<EntryWriter> EntryWriter::prepare(Database& database)
{
    EntryWriter writer{database};
    OI_TRY(writer.find_row_, database.prepare("SELECT message_count, first_words, last_number, usage FROM conversation WHERE id = ?1"));
    OI_TRY(writer.insert_row_,
           database.prepare("INSERT INTO conversation (id, folder, model, started, changed, message_count, first_words) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, 0, '')"));
    OI_TRY(writer.update_row_, database.prepare("UPDATE conversation SET changed = ?2, message_count = ?3, first_words = ?4, "
                                                "last_number = ?5, usage = ?6 WHERE id = ?1"));
    OI_TRY(writer.insert_entry_, database.prepare("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
    return writer;
}

Result<void> EntryWriter::write(const std::vector<Write>& writes, const FindBeginning& beginning_of)
{
    OI_TRY(auto transaction, Transaction::begin(*database_));
    Rows rows;
    for (const auto& write : writes) {
        OI_TRY(Row* const row, row_of(write.conversation, rows));
        OI_CHECK(write_one(write, *row, beginning_of));
    }
    for (const auto& [id, row] : rows)
        if (row.has_changed) OI_CHECK(update_conversation(id, row));
    OI_CHECK(transaction.commit());
    for (const auto& [id, row] : rows) last_message_[id] = row.last_message;
    return {};
}

// Numbers are given out inside the transaction, so that two programs can write to one conversation.
Result<EntryWriter::Row*> EntryWriter::row_of(ConversationId id, Rows& rows)
{
    if (const auto known = rows.find(id); known != rows.end()) return &known->second;
    Row row;
    OI_TRY(row.exists, find_row_.bind(1, id).step());
    if (row.exists) {
        row.message_count = find_row_.integer(0);
        row.first_words = find_row_.text(1);
        row.last_number = find_row_.integer(2);
        row.usage = find_row_.text(3);
        find_row_.reset();
        if (const auto known = last_message_.find(id); known != last_message_.end()) row.last_message = known->second;
    }
    return &rows.emplace(id, std::move(row)).first->second;
}

Result<void> EntryWriter::write_one(const Write& write, Row& row, const FindBeginning& beginning_of)
{
    const bool is_message = write.event == Write::Event::message;
    if (!row.exists && !is_message) return {};  // there is nothing to replace or to take back
    if (!row.exists) OI_CHECK(insert_conversation(write, beginning_of(write.conversation)));
    row.exists = row.has_changed = true;
    row.changed = write.at;
    const std::int64_t number = ++row.last_number;
    if (is_message) {
        row.last_message = number;
        ++row.message_count;
        if (row.first_words.empty() && write.message.role == Role::user) row.first_words = first_words(write.message.content);
    }
    if (write.event == Write::Event::usage) row.usage = usage_text(usage_from(row.usage) += usage_from(write.message.content));
    if (write.event == Write::Event::truncation) {
        const auto count = static_cast<std::int64_t>(write.count);
        row.last_message = 0;
        row.message_count = std::min(row.message_count, count);
        if (count == 0) row.first_words.clear();
        return insert_entry(write, number, count);
    }
    if (write.event == Write::Event::compaction) return insert_entry(write, number, static_cast<std::int64_t>(write.count));
    return insert_entry(write, number, is_message ? 0 : row.last_message);
}

Result<void> EntryWriter::insert_conversation(const Write& write, const Beginning& beginning)
{
    const std::int64_t started = beginning.started != 0 ? beginning.started : write.at;
    insert_row_.bind(1, write.conversation).bind(2, beginning.folder).bind(3, beginning.model);
    return insert_row_.bind(4, started).bind(5, write.at).run();
}

Result<void> EntryWriter::insert_entry(const Write& write, std::int64_t number, std::int64_t target)
{
    const bool is_message = write.event == Write::Event::message;
    const Message& message = write.message;
    insert_entry_.bind(1, write.conversation).bind(2, number).bind(3, write.at);
    insert_entry_.bind(4, event_name(write.event)).bind(5, target);
    insert_entry_.bind(6, is_message ? name(message.role) : "").bind(7, is_message ? name(message.type) : "");
    insert_entry_.bind(8, message.format).bind(9, message.recipient).bind(10, message.content);
    return insert_entry_.run();
}

Result<void> EntryWriter::update_conversation(ConversationId id, const Row& row)
{
    update_row_.bind(1, id).bind(2, row.changed).bind(3, row.message_count).bind(4, row.first_words);
    return update_row_.bind(5, row.last_number).bind(6, row.usage).run();
}

}  // namespace oi::store
