// Reads conversations back: replays the entries of one, lists all; see entries.h.
#include "store/entries.h"

#include "base/text.h"

#include <algorithm>
#include <cstdint>

namespace oi::store {

namespace {

// Replays entries in the order of their numbers.
class Replay {
public:
    void add(const Statement& row)
    {
        const std::string_view event = row.text(1);
        if (event == "message") add_message(row);
        else if (event == "piece") at(row.integer(2), [&](std::string& content) { content += row.text(7); });
        else if (event == "replacement") at(row.integer(2), [&](std::string& content) { content = row.text(7); });
        else if (event == "truncation") truncate(static_cast<std::size_t>(row.integer(2)));
    }
    std::vector<Message> take() { return std::move(messages_); }

private:
    void add_message(const Statement& row)
    {
        numbers_.push_back(row.integer(0));
        messages_.push_back({role_from(row.text(3)).value_or(Role::user), kind_from(row.text(4)).value_or(Kind::message),
                             std::string{row.text(5)}, std::string{row.text(7)}, std::string{row.text(6)}});
    }

    // The message of that number, if it has not been taken back; nearly always the last one.
    template <class Change>
    void at(std::int64_t number, Change change)
    {
        for (std::size_t i = numbers_.size(); i-- > 0;) {
            if (number != 0 && numbers_[i] > number) continue;
            if (number == 0 || numbers_[i] == number) change(messages_[i].content);
            return;
        }
    }

    void truncate(std::size_t count)
    {
        if (count >= messages_.size()) return;
        messages_.resize(count);
        numbers_.resize(count);
    }

    std::vector<Message> messages_;
    std::vector<std::int64_t> numbers_;
};

}  // namespace

Result<std::vector<Message>> read_messages(Database& database, ConversationId id)
{
    OI_TRY(auto find, database.prepare("SELECT 1 FROM conversation WHERE id = ?1"));
    OI_TRY(const bool exists, find.bind(1, id).step());
    if (!exists) return fail(ErrorKind::not_found, cat("there is no conversation ", id), "interpreter --conversations lists them");
    find.reset();
    OI_TRY(auto entries, database.prepare("SELECT number, event, target, role, type, format, recipient, content FROM entry "
                                          "WHERE conversation = ?1 ORDER BY number"));
    entries.bind(1, id);
    Replay replay;
    for (;;) {
        OI_TRY(const bool more, entries.step());
        if (!more) return replay.take();
        replay.add(entries);
    }
}

Result<std::optional<Compaction>> read_compaction(Database& database, ConversationId id)
{
    OI_TRY(auto entries, database.prepare("SELECT event, target, content FROM entry WHERE conversation = ?1 AND "
                                          "event IN ('compaction', 'truncation') ORDER BY number"));
    entries.bind(1, id);
    std::optional<Compaction> last;
    for (;;) {
        OI_TRY(const bool more, entries.step());
        if (!more) return last;
        const auto count = static_cast<std::size_t>(entries.integer(1));
        if (entries.text(0) == "compaction") last = Compaction{count, std::string{entries.text(2)}};
        else if (last && last->up_to > count) last.reset();
    }
}

Result<std::vector<ConversationSummary>> read_summaries(Database& database, std::size_t limit)
{
    OI_TRY(auto rows, database.prepare("SELECT id, first_words, folder, model, started, changed, message_count "
                                       "FROM conversation WHERE message_count > 0 ORDER BY changed DESC LIMIT ?1"));
    rows.bind(1, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT32_MAX)));
    std::vector<ConversationSummary> summaries;
    for (;;) {
        OI_TRY(const bool more, rows.step());
        if (!more) return summaries;
        summaries.push_back({.id = rows.integer(0),
                             .first_words = std::string{rows.text(1)},
                             .folder = std::string{rows.text(2)},
                             .model = std::string{rows.text(3)},
                             .started = rows.integer(4) / 1000,
                             .changed = rows.integer(5) / 1000,
                             .message_count = rows.integer(6)});
    }
}

Result<std::optional<ConversationId>> read_last(Database& database, std::string_view folder)
{
    OI_TRY(auto row, database.prepare("SELECT id FROM conversation WHERE folder = ?1 AND message_count > 0 "
                                      "ORDER BY changed DESC LIMIT 1"));
    OI_TRY(const bool found, row.bind(1, folder).step());
    if (!found) return std::optional<ConversationId>{};
    return std::optional<ConversationId>{row.integer(0)};
}

}  // namespace oi::store
