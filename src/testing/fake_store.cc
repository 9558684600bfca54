// FakeStore: the Store's promises, kept in memory.
#include "testing/fake_store.h"

#include "base/text.h"

#include <algorithm>

namespace oi::testing {

namespace {

bool is_stored(const Chunk& chunk) { return !is_active_line(chunk) && chunk.type != Kind::confirmation; }

// Whether content of this chunk goes on with `message`.
bool continues(const Message& message, const Chunk& chunk)
{
    return message.role == chunk.role && message.type == chunk.type && message.format == chunk.format &&
           message.recipient == chunk.recipient;
}

Error no_such(ConversationId id) { return {ErrorKind::not_found, cat("conversation ", id)}; }

}  // namespace

Result<ConversationId> FakeStore::create(std::string folder, std::string model)
{
    const std::lock_guard lock{mutex_};
    log_.emplace_back("create");
    const auto id = static_cast<ConversationId>(entries_.size() + 1);
    Entry entry;
    entry.summary = {.id = id, .folder = std::move(folder), .model = std::move(model)};
    touch(entry);
    entry.summary.started = entry.summary.changed;
    entries_.emplace(id, std::move(entry));
    return id;
}

void FakeStore::touch(Entry& entry)
{
    entry.summary.changed = ++ticks_;
    entry.summary.message_count = static_cast<std::int64_t>(entry.messages.size());
    for (const auto& message : entry.messages) {
        if (message.role != Role::user || message.type != Kind::message) continue;
        entry.summary.first_words = message.content.substr(0, message.content.find('\n'));
        break;
    }
}

void FakeStore::append(ConversationId conversation, const Message& message)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("message ", to_json(message)));
    Entry& entry = entries_[conversation];
    entry.messages.push_back(message);
    entry.is_open = false;
    touch(entry);
}

void FakeStore::append(ConversationId conversation, const Chunk& chunk)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("chunk ", to_json(chunk)));
    if (!is_stored(chunk)) return;
    Entry& entry = entries_[conversation];
    if (chunk.mark != Mark::none) {
        entry.is_open = false;
        return;
    }
    if (entry.is_open && continues(entry.messages.back(), chunk)) entry.messages.back().content += chunk.content;
    else entry.messages.push_back({chunk.role, chunk.type, chunk.format, chunk.content, chunk.recipient});
    entry.is_open = true;
    touch(entry);
}

void FakeStore::replace_last(ConversationId conversation, std::string content)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("replace ", content));
    Entry& entry = entries_[conversation];
    if (!entry.messages.empty()) entry.messages.back().content = std::move(content);
    touch(entry);
}

void FakeStore::truncate(ConversationId conversation, std::size_t count)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("truncate ", count));
    Entry& entry = entries_[conversation];
    if (count < entry.messages.size()) entry.messages.resize(count);
    entry.is_open = false;
    touch(entry);
}

void FakeStore::append(ConversationId conversation, const Compaction& compaction)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("compaction ", compaction.up_to, " ", compaction.summary));
    entries_[conversation].compaction = compaction;
}

Result<std::optional<Compaction>> FakeStore::compaction(ConversationId conversation)
{
    const std::lock_guard lock{mutex_};
    const Entry& entry = entries_[conversation];
    if (entry.compaction && entry.compaction->up_to > entry.messages.size()) return std::optional<Compaction>{};
    return entry.compaction;
}

Result<void> FakeStore::flush()
{
    const std::lock_guard lock{mutex_};
    log_.emplace_back("flush");
    if (failure) return Fail{*failure};
    return {};
}

Result<std::vector<Message>> FakeStore::load(ConversationId conversation)
{
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(conversation);
    if (found == entries_.end()) return Fail{no_such(conversation)};
    return found->second.messages;
}

Result<std::vector<ConversationSummary>> FakeStore::list(std::size_t limit)
{
    const std::lock_guard lock{mutex_};
    std::vector<ConversationSummary> all;
    for (const auto& [id, entry] : entries_) all.push_back(entry.summary);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.changed > b.changed; });
    if (all.size() > limit) all.resize(limit);
    return all;
}

Result<std::optional<ConversationId>> FakeStore::last(std::string_view folder)
{
    OI_TRY(const auto all, list(entries_.size()));
    for (const auto& summary : all)
        if (summary.folder == folder) return std::optional{summary.id};
    return std::optional<ConversationId>{};
}

std::vector<std::string> FakeStore::log() const
{
    const std::lock_guard lock{mutex_};
    return log_;
}

}  // namespace oi::testing
