// The index of what was said; see search_index.h.
#include "store/search_index.h"

#include "base/text.h"
#include "store/entries.h"
#include "store/search_words.h"

#include <algorithm>
#include <optional>

namespace oi::store {

namespace {

// Made at the first use: a new file's first messages do not wait for it. `said` is one row for each message that stands, `words`
// the index of its text under the same id. Its text is entries `number` to `last` of the conversation.
constexpr auto tables =
    R"(CREATE TABLE IF NOT EXISTS said (
         id INTEGER PRIMARY KEY,
         conversation INTEGER NOT NULL,
         number INTEGER NOT NULL,
         last INTEGER NOT NULL,
         position INTEGER NOT NULL
       );
       CREATE UNIQUE INDEX IF NOT EXISTS said_by_number ON said (conversation, number);
       CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
         text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');)";

bool is_picture(std::string_view type, std::string_view format) { return type == name(Kind::image) && format != "path"; }

}  // namespace

struct SearchIndex::Entry {
    std::int64_t number;
    std::int64_t target;
    std::string_view event, role, type, format, content;
};

Result<SearchIndex> SearchIndex::prepare(Database& database)
{
    OI_CHECK(database.execute(tables));
    SearchIndex index{database};
    OI_TRY(index.find_place_, database.prepare("SELECT id, indexed_number, indexed_count, indexed_running FROM conversation "
                                               "WHERE indexed_number < last_number ORDER BY changed LIMIT 1"));
    OI_TRY(index.save_place_, database.prepare("UPDATE conversation SET indexed_number = ?2, indexed_count = ?3, indexed_running = ?4 "
                                               "WHERE id = ?1"));
    OI_TRY(index.entries_, database.prepare("SELECT number, target, event, role, type, format, content FROM entry "
                                            "WHERE conversation = ?1 AND number > ?2 ORDER BY number"));
    OI_TRY(index.find_said_, database.prepare("SELECT id, number, last, position FROM said WHERE conversation = ?1 AND number <= ?2 "
                                              "ORDER BY number DESC LIMIT 1"));
    OI_TRY(index.insert_said_, database.prepare("INSERT INTO said (conversation, number, last, position) VALUES (?1, ?2, ?3, ?4) "
                                                "RETURNING id"));
    OI_TRY(index.update_said_, database.prepare("UPDATE said SET last = ?2 WHERE id = ?1"));
    OI_TRY(index.delete_said_, database.prepare("DELETE FROM said WHERE id = ?1"));
    OI_TRY(index.text_, database.prepare("SELECT number, target, event, role, type, format, content FROM entry "
                                         "WHERE conversation = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number"));
    OI_TRY(index.put_, database.prepare("INSERT INTO words (rowid, text) VALUES (?1, ?2)"));
    OI_TRY(index.erase_, database.prepare("INSERT INTO words (words, rowid, text) VALUES ('delete', ?1, ?2)"));
    return index;
}

Result<bool> SearchIndex::advance(std::size_t bytes)
{
    OI_TRY(auto transaction, Transaction::begin(*database_));
    std::size_t done = 0;
    bool has_more = true;
    while (has_more && done < bytes) {
        OI_TRY(has_more, advance_one(bytes, done));
    }
    OI_CHECK(transaction.commit());
    return has_more;
}

// One conversation, or as much of it as `bytes` allows; false: none has news.
Result<bool> SearchIndex::advance_one(std::size_t bytes, std::size_t& done)
{
    OI_TRY(const bool found, find_place_.step());
    if (!found) return false;
    Place place{find_place_.integer(0), find_place_.integer(1), find_place_.integer(2), find_place_.integer(3) != 0};
    find_place_.reset();
    open_ = {};
    auto followed = follow(place, bytes, done);
    entries_.reset();
    OI_CHECK(std::move(followed));
    OI_CHECK(settle(place.conversation));
    save_place_.bind(1, place.conversation).bind(2, place.number).bind(3, place.count).bind(4, std::int64_t{place.is_running});
    OI_CHECK(save_place_.run());
    return true;
}

Result<void> SearchIndex::follow(Place& place, std::size_t bytes, std::size_t& done)
{
    constexpr std::size_t bytes_of_a_row = 100;
    entries_.bind(1, place.conversation).bind(2, place.number);
    for (;;) {
        OI_TRY(const bool more, entries_.step());
        if (!more) return {};
        const Entry entry{entries_.integer(0), entries_.integer(1), entries_.text(2), entries_.text(3),
                          entries_.text(4),    entries_.text(5),    entries_.text(6)};
        if (done >= bytes && entry.event == "message") return {};
        OI_CHECK(take(place, entry));
        place.number = entry.number;
        done += entry.content.size() + bytes_of_a_row;
    }
}

// The same steps as those of Replay in entry_reader.cc.
Result<void> SearchIndex::take(Place& place, const Entry& entry)
{
    if (entry.event == "message") return begin_message(place, entry);
    if (entry.event == "piece" || entry.event == "replacement") return change(place, entry);
    if (entry.event == "cell_start") place.is_running = true;
    if (entry.event == "cell_end") place.is_running = false;
    if (entry.event != "truncation") return {};
    OI_CHECK(settle(place.conversation));
    place.is_running = false;
    place.count = std::min(place.count, entry.target);
    return take_back(place.conversation, entry.target);
}

Result<void> SearchIndex::begin_message(Place& place, const Entry& entry)
{
    OI_CHECK(settle(place.conversation));
    if (place.is_running && entry.role != name(Role::computer)) {
        // A cell that did not end: without any output it has one of its own when it is read back.
        OI_TRY(const bool has_output, ends_with_output(place));
        if (!has_output) ++place.count;
        place.is_running = false;
    }
    open_ = {.number = entry.number, .last = entry.number, .position = place.count++, .is_picture = is_picture(entry.type, entry.format)};
    if (!open_.is_picture) open_.text = entry.content;
    return {};
}

Result<void> SearchIndex::change(const Place& place, const Entry& entry)
{
    if (open_.number == 0 || (entry.target != 0 && entry.target != open_.number)) {
        OI_CHECK(settle(place.conversation));
        OI_CHECK(open(place.conversation, entry.target));
    }
    if (open_.number == 0) return {};  // its message has been taken back
    if (entry.event == "replacement") open_.text.clear();
    if (!open_.is_picture) open_.text += entry.content;
    open_.last = entry.number;
    return {};
}

// A message that the index has: number `number`, 0: the last one.
Result<void> SearchIndex::open(ConversationId conversation, std::int64_t number)
{
    OI_TRY(const bool found, find_said_.bind(1, conversation).bind(2, number != 0 ? number : INT64_MAX).step());
    if (!found) return {};
    Open said{find_said_.integer(0), find_said_.integer(1), find_said_.integer(2), find_said_.integer(3), false, {}, {}};
    find_said_.reset();
    if (number != 0 && said.number != number) return {};
    OI_TRY(Text text, text_of(conversation, said.number, said.last));
    said.is_picture = text.is_picture;
    said.indexed = text.words;
    said.text = std::move(text.words);
    open_ = std::move(said);
    return {};
}

// What is open goes into the index.
Result<void> SearchIndex::settle(ConversationId conversation)
{
    const Open said = std::exchange(open_, {});
    if (said.number == 0) return {};
    if (said.id != 0) {
        OI_CHECK(erase(said.id, said.indexed));
        OI_CHECK(update_said_.bind(1, said.id).bind(2, said.last).run());
        return put(said.id, said.text);
    }
    insert_said_.bind(1, conversation).bind(2, said.number).bind(3, said.last).bind(4, said.position);
    OI_TRY(const bool inserted, insert_said_.step());
    const std::int64_t id = inserted ? insert_said_.integer(0) : 0;
    OI_CHECK(insert_said_.run());
    return put(id, said.text);
}

Result<void> SearchIndex::take_back(ConversationId conversation, std::int64_t count)
{
    for (;;) {
        OI_TRY(const bool found, find_said_.bind(1, conversation).bind(2, INT64_MAX).step());
        if (!found) return {};
        const std::int64_t id = find_said_.integer(0), number = find_said_.integer(1), last = find_said_.integer(2);
        const bool stays = find_said_.integer(3) < count;
        find_said_.reset();
        if (stays) return {};
        OI_CHECK(drop(conversation, id, number, last));
    }
}

Result<void> SearchIndex::drop(ConversationId conversation, std::int64_t id, std::int64_t number, std::int64_t last)
{
    OI_TRY(const Text text, text_of(conversation, number, last));
    OI_CHECK(erase(id, text.words));
    return delete_said_.bind(1, id).run();
}

Result<void> SearchIndex::forget(ConversationId conversation) { return take_back(conversation, 0); }

Result<SearchIndex::Text> SearchIndex::text_of(ConversationId conversation, std::int64_t number, std::int64_t last)
{
    text_.bind(1, conversation).bind(2, number).bind(3, last);
    Text text;
    for (;;) {
        OI_TRY(const bool more, text_.step());
        if (!more) return text;
        const bool is_message = text_.integer(0) == number;
        const bool changes_it = text_.text(2) != "message" && (text_.integer(1) == number || text_.integer(1) == 0);
        if (is_message) text.is_picture = is_picture(text_.text(4), text_.text(5));
        if (text.is_picture || !(is_message || changes_it)) continue;
        if (text_.text(2) == "replacement") text.words.clear();
        if (is_message || text_.text(2) == "piece" || text_.text(2) == "replacement") text.words += text_.text(6);
    }
}

// Whether the last message is a cell's output, or there is none. Asked only where a program has been killed in a cell.
Result<bool> SearchIndex::ends_with_output(const Place& place)
{
    if (place.count == 0) return true;
    OI_TRY(const bool found, find_said_.bind(1, place.conversation).bind(2, INT64_MAX).step());
    if (!found) return true;
    const std::int64_t last = find_said_.integer(1);
    const bool is_followed = find_said_.integer(3) < place.count - 1;  // by the line about an earlier cell
    find_said_.reset();
    if (is_followed) return true;
    text_.bind(1, place.conversation).bind(2, last).bind(3, last);
    OI_TRY(const bool is_there, text_.step());
    const bool is_output = is_there && text_.text(3) == name(Role::computer) && text_.text(4) == name(Kind::console);
    text_.reset();
    return is_output;
}

Result<void> SearchIndex::put(std::int64_t id, std::string_view text)
{
    const std::string words = indexable(text);
    return put_.bind(1, id).bind(2, words).run();
}

Result<void> SearchIndex::erase(std::int64_t id, std::string_view text)
{
    const std::string words = indexable(text);
    return erase_.bind(1, id).bind(2, words).run();
}

Result<std::vector<SearchHit>> SearchIndex::search(std::string_view words, std::size_t limit)
{
    std::vector<SearchHit> hits;
    const std::string expression = search_expression(words);
    if (expression.empty()) return hits;
    OI_TRY(auto rows,
           database_->prepare("SELECT said.conversation, said.number, said.last, said.position, entry.at, entry.role, entry.type, title, "
                              "first_words, folder FROM words JOIN said ON said.id = words.rowid "
                              "JOIN conversation ON conversation.id = said.conversation "
                              "JOIN entry ON entry.conversation = said.conversation AND entry.number = said.number "
                              "WHERE words MATCH ?1 ORDER BY words.rowid DESC LIMIT ?2"));
    rows.bind(1, expression).bind(2, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT32_MAX)));
    for (;;) {
        OI_TRY(const bool more, rows.step());
        if (!more) break;
        OI_TRY(const Text text, text_of(rows.integer(0), rows.integer(1), rows.integer(2)));
        hits.push_back({.conversation = rows.integer(0),
                        .title = std::string{rows.text(7).empty() ? rows.text(8) : rows.text(7)},
                        .folder = std::string{rows.text(9)},
                        .at = rows.integer(4) / 1000,
                        .role = role_from(rows.text(5)).value_or(Role::user),
                        .type = kind_from(rows.text(6)).value_or(Kind::message),
                        .message = static_cast<std::size_t>(rows.integer(3)),
                        .excerpt = excerpt(text.words, words)});
    }
    std::stable_sort(hits.begin(), hits.end(), [](const SearchHit& left, const SearchHit& right) { return left.at > right.at; });
    return hits;
}

}  // namespace oi::store
