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
    const auto id = next_id();
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

void FakeStore::add_usage(ConversationId conversation, const Usage& usage)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("usage ", usage.input_tokens, " ", usage.output_tokens));
    entries_[conversation].usage += usage;
    entries_[conversation].summary.cost += usage.cost;
}

Result<Usage> FakeStore::usage(ConversationId conversation)
{
    const std::lock_guard lock{mutex_};
    return entries_[conversation].usage;
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

Result<ConversationSummary> FakeStore::about(ConversationId conversation)
{
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(conversation);
    if (found == entries_.end()) return Fail{no_such(conversation)};
    return found->second.summary;
}

Result<std::vector<std::string>> FakeStore::languages(ConversationId conversation)
{
    const std::lock_guard lock{mutex_};
    std::set<std::string> languages;
    for (const auto& message : entries_[conversation].messages)
        if (message.role == Role::assistant && message.type == Kind::code) languages.insert(message.format);
    return std::vector(languages.begin(), languages.end());
}

Result<std::vector<ConversationSummary>> FakeStore::list(std::size_t limit)
{
    const std::lock_guard lock{mutex_};
    std::vector<ConversationSummary> all;
    for (const auto& [id, entry] : entries_)
        if (!entry.messages.empty()) all.push_back(entry.summary);
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

Result<std::vector<SearchHit>> FakeStore::search(std::string_view words, std::size_t limit)
{
    const std::lock_guard lock{mutex_};
    std::vector<std::string_view> wanted = split(words, ' ');
    std::erase(wanted, "");
    std::vector<SearchHit> hits;
    for (auto at = entries_.rbegin(); at != entries_.rend() && !wanted.empty(); ++at) {
        const auto& [id, entry] = *at;
        for (std::size_t i = entry.messages.size(); i-- > 0;) {
            const Message& message = entry.messages[i];
            const auto has = [&](std::string_view word) { return lower(message.content).find(lower(word)) != std::string::npos; };
            if (hits.size() == limit || !std::all_of(wanted.begin(), wanted.end(), has)) continue;
            const auto& summary = entry.summary;
            hits.push_back({id, summary.title.empty() ? summary.first_words : summary.title, summary.folder, summary.changed, message.role,
                            message.type, i, message.content.substr(0, message.content.find('\n'))});
        }
    }
    return hits;
}

Result<void> FakeStore::rename(ConversationId conversation, std::string title)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("rename ", title));
    const auto found = entries_.find(conversation);
    if (found == entries_.end()) return Fail{no_such(conversation)};
    found->second.summary.title = std::move(title);
    return {};
}

Result<void> FakeStore::remove(ConversationId conversation)
{
    const std::lock_guard lock{mutex_};
    log_.emplace_back("remove");
    if (claimed_by_others.contains(conversation)) return fail(ErrorKind::denied, cat("conversation ", conversation, " is open"));
    if (entries_.erase(conversation) == 0) return Fail{no_such(conversation)};
    return {};
}

Result<ConversationId> FakeStore::fork(ConversationId conversation, std::size_t messages)
{
    const std::lock_guard lock{mutex_};
    log_.push_back(cat("fork ", messages));
    const auto found = entries_.find(conversation);
    if (found == entries_.end()) return Fail{no_such(conversation)};
    Entry copy = found->second;
    if (messages < copy.messages.size()) copy.messages.resize(messages);
    if (copy.compaction && copy.compaction->up_to > copy.messages.size()) copy.compaction.reset();
    if (!copy.summary.title.empty()) copy.summary.title += " (copy)";
    copy.summary.id = next_id();
    copy.summary.cost = 0;
    copy.usage = {};
    copy.is_open = false;
    touch(copy);
    const ConversationId id = copy.summary.id;
    entries_.emplace(id, std::move(copy));
    return id;
}

Result<ConversationId> FakeStore::add(const ImportedConversation& imported)
{
    const std::lock_guard lock{mutex_};
    log_.emplace_back("add");
    for (const auto& [id, entry] : entries_)
        if (entry.messages == imported.messages) return id;
    Entry entry;
    entry.summary = {.id = next_id(), .folder = imported.folder, .model = imported.model, .title = imported.title};
    entry.messages = imported.messages;
    touch(entry);
    entry.summary.started = entry.summary.changed = imported.changed;
    const ConversationId id = entry.summary.id;
    entries_.emplace(id, std::move(entry));
    return id;
}

bool FakeStore::claim(ConversationId conversation)
{
    const std::lock_guard lock{mutex_};
    return !claimed_by_others.contains(conversation);
}

void FakeStore::release(ConversationId) {}

std::vector<std::string> FakeStore::log() const
{
    const std::lock_guard lock{mutex_};
    return log_;
}

}  // namespace oi::testing
