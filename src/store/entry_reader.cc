// Reads conversations back: replays the entries of one, lists all; see entries.h.
#include "store/entries.h"

#include "base/text.h"
#include "store/usage_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace oi::store {

namespace {

constexpr std::string_view cut_cell = "[The program ended before this cell did: whether it has done its work is not known.]";

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
        else if (event == "cell_start") is_running_ = true;
        else if (event == "cell_end") is_running_ = false;
    }
    std::vector<Message> take()
    {
        end_cut_cell();
        return std::move(messages_);
    }
    const std::vector<std::int64_t>& numbers() const { return numbers_; }

private:
    void add_message(const Statement& row)
    {
        if (row.text(3) != name(Role::computer)) end_cut_cell();
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

    // What looks like the whole output of a cell may be its beginning.
    void end_cut_cell()
    {
        if (!std::exchange(is_running_, false) || messages_.empty()) return;
        Message& last = messages_.back();
        if (last.role != Role::computer || last.type != Kind::console) {
            numbers_.push_back(numbers_.back());
            messages_.push_back(output(std::string{cut_cell}));
        } else {
            last.content += cat(last.content.empty() || last.content.ends_with('\n') ? "" : "\n", cut_cell);
        }
    }

    void truncate(std::size_t count)
    {
        is_running_ = false;
        if (count >= messages_.size()) return;
        messages_.resize(count);
        numbers_.resize(count);
    }

    std::vector<Message> messages_;
    std::vector<std::int64_t> numbers_;
    bool is_running_ = false;
};

}  // namespace

Fail no_such_conversation(ConversationId id)
{
    return fail(ErrorKind::not_found, cat("there is no conversation ", id), "interpreter --conversations lists them");
}

namespace {

Result<Replay> replay_of(Database& database, ConversationId id)
{
    OI_TRY(auto find, database.prepare("SELECT 1 FROM conversation WHERE id = ?1"));
    OI_TRY(const bool exists, find.bind(1, id).step());
    if (!exists) return no_such_conversation(id);
    find.reset();
    OI_TRY(auto entries, database.prepare("SELECT number, event, target, role, type, format, recipient, content FROM entry "
                                          "WHERE conversation = ?1 ORDER BY number"));
    entries.bind(1, id);
    Replay replay;
    for (;;) {
        OI_TRY(const bool more, entries.step());
        if (!more) return replay;
        replay.add(entries);
    }
}

}  // namespace

Result<std::vector<Message>> read_messages(Database& database, ConversationId id)
{
    OI_TRY(auto replay, replay_of(database, id));
    return replay.take();
}

Result<Replayed> read_with_times(Database& database, ConversationId id)
{
    OI_TRY(auto replay, replay_of(database, id));
    Replayed replayed{.messages = replay.take(), .times = {}};
    OI_TRY(auto time, database.prepare("SELECT at FROM entry WHERE conversation = ?1 AND number = ?2"));
    for (const auto number : replay.numbers()) {
        OI_TRY(const bool found, time.bind(1, id).bind(2, number).step());
        replayed.times.push_back(found ? time.integer(0) : 0);
        time.reset();
    }
    return replayed;
}

Result<Usage> read_usage(Database& database, ConversationId id)
{
    OI_TRY(auto row, database.prepare("SELECT usage FROM conversation WHERE id = ?1"));
    OI_TRY(const bool found, row.bind(1, id).step());
    return found ? usage_from(row.text(0)) : Usage{};
}

Result<std::optional<Compaction>> read_compaction(Database& database, ConversationId id)
{
    OI_TRY(auto entries,
           database.prepare("SELECT event, target, content FROM entry INDEXED BY entry_compaction WHERE conversation = ?1 AND "
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

namespace {

constexpr std::string_view summary_columns =
    "SELECT id, first_words, folder, model, started, changed, message_count, title, usage FROM conversation ";

ConversationSummary summary_of(const Statement& row)
{
    return {.id = row.integer(0),
            .first_words = std::string{row.text(1)},
            .folder = std::string{row.text(2)},
            .model = std::string{row.text(3)},
            .started = row.integer(4) / 1000,
            .changed = row.integer(5) / 1000,
            .message_count = row.integer(6),
            .title = std::string{row.text(7)},
            .cost = row.text(8).empty() ? 0 : usage_from(row.text(8)).cost};
}

}  // namespace

Result<ConversationSummary> read_summary(Database& database, ConversationId id)
{
    OI_TRY(auto row, database.prepare(cat(summary_columns, "WHERE id = ?1").c_str()));
    OI_TRY(const bool found, row.bind(1, id).step());
    if (!found) return no_such_conversation(id);
    return summary_of(row);
}

// From one to the next in the index entry_language, however often each occurs.
Result<std::vector<std::string>> read_languages(Database& database, ConversationId id)
{
    OI_TRY(auto next, database.prepare("SELECT format FROM entry INDEXED BY entry_language WHERE conversation = ?1 AND format > ?2 AND "
                                       "event = 'message' AND type = 'code' AND role = 'assistant' ORDER BY format LIMIT 1"));
    std::vector<std::string> languages;
    for (;;) {
        OI_TRY(const bool found, next.bind(1, id).bind(2, languages.empty() ? std::string_view{} : languages.back()).step());
        if (!found) return languages;
        languages.emplace_back(next.text(0));
        next.reset();
    }
}

Result<std::vector<ConversationSummary>> read_summaries(Database& database, std::size_t limit)
{
    OI_TRY(auto rows, database.prepare(cat(summary_columns, "WHERE message_count > 0 ORDER BY changed DESC LIMIT ?1").c_str()));
    rows.bind(1, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT32_MAX)));
    std::vector<ConversationSummary> summaries;
    for (;;) {
        OI_TRY(const bool more, rows.step());
        if (!more) return summaries;
        summaries.push_back(summary_of(rows));
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
