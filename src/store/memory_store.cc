// Conversations in memory; see memory_store.h.
#include "store/memory_store.h"

#include "base/text.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <mutex>

namespace oi {

namespace {

struct Entry {
    ConversationSummary about;
    std::vector<Message> messages{};
    Usage usage{};
    std::optional<Compaction> compaction{};
    bool is_open = false;  // pieces go to the last message
};

bool goes_on(const Message& message, const Chunk& chunk)
{
    return message.role == chunk.role && message.type == chunk.type && message.format == chunk.format &&
           message.recipient == chunk.recipient;
}

class MemoryStore : public Store {
public:
    Result<ConversationId> create(std::string folder, std::string model) override
    {
        const std::lock_guard lock{mutex_};
        const ConversationId id = ++last_id_;
        const std::int64_t now = std::time(nullptr);
        Entry entry{.about = {.id = id, .folder = std::move(folder), .model = std::move(model), .started = now, .changed = now}};
        entries_.emplace(id, std::move(entry));
        return id;
    }

    void append(ConversationId conversation, const Message& message) override
    {
        const std::lock_guard lock{mutex_};
        Entry& entry = entries_[conversation];
        entry.messages.push_back(message);
        entry.is_open = false;
    }

    void append(ConversationId conversation, const Chunk& chunk) override
    {
        if (is_active_line(chunk) || chunk.type == Kind::confirmation) return;
        const std::lock_guard lock{mutex_};
        Entry& entry = entries_[conversation];
        if (chunk.mark == Mark::none && entry.is_open && goes_on(entry.messages.back(), chunk))
            entry.messages.back().content += chunk.content;
        else if (chunk.mark == Mark::none) entry.messages.push_back({chunk.role, chunk.type, chunk.format, chunk.content, chunk.recipient});
        entry.is_open = chunk.mark == Mark::none;
    }

    void replace_last(ConversationId conversation, std::string content) override
    {
        const std::lock_guard lock{mutex_};
        Entry& entry = entries_[conversation];
        if (!entry.messages.empty()) entry.messages.back().content = std::move(content);
    }

    void add_usage(ConversationId conversation, const Usage& usage) override
    {
        const std::lock_guard lock{mutex_};
        entries_[conversation].usage += usage;
    }

    void truncate(ConversationId conversation, std::size_t count) override
    {
        const std::lock_guard lock{mutex_};
        Entry& entry = entries_[conversation];
        if (count < entry.messages.size()) entry.messages.resize(count);
        entry.is_open = false;
    }

    void append(ConversationId conversation, const Compaction& compaction) override
    {
        const std::lock_guard lock{mutex_};
        entries_[conversation].compaction = compaction;
    }

    void mark(ConversationId, CellMark) override {}  // no cell outlives what is in memory
    Result<void> flush() override { return {}; }

    Result<std::vector<Message>> load(ConversationId conversation) override
    {
        return of<std::vector<Message>>(conversation, [](const Entry& entry) { return entry.messages; });
    }

    Result<Usage> usage(ConversationId conversation) override
    {
        return of<Usage>(conversation, [](const Entry& entry) { return entry.usage; });
    }

    Result<std::optional<Compaction>> compaction(ConversationId conversation) override
    {
        return of<std::optional<Compaction>>(conversation, [](const Entry& entry) {
            const bool is_there = entry.compaction && entry.compaction->up_to <= entry.messages.size();
            return is_there ? entry.compaction : std::nullopt;
        });
    }

    Result<ConversationSummary> about(ConversationId conversation) override { return of<ConversationSummary>(conversation, summary_of); }

    Result<std::vector<ConversationSummary>> list(std::size_t limit) override
    {
        const std::lock_guard lock{mutex_};
        std::vector<ConversationSummary> all;
        for (auto entry = entries_.rbegin(); entry != entries_.rend() && all.size() < limit; ++entry)
            all.push_back(summary_of(entry->second));
        return all;
    }

    Result<std::optional<ConversationId>> last(std::string_view folder) override
    {
        const std::lock_guard lock{mutex_};
        for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
            if (entry->second.about.folder == folder) return std::optional{entry->first};
        return std::optional<ConversationId>{};
    }

    Result<std::vector<SearchHit>> search(std::string_view, std::size_t) override { return std::vector<SearchHit>{}; }

    Result<void> rename(ConversationId conversation, std::string title) override
    {
        const std::lock_guard lock{mutex_};
        const auto found = entries_.find(conversation);
        if (found == entries_.end()) return missing(conversation);
        found->second.about.title = std::move(title);
        return {};
    }

    Result<void> remove(ConversationId conversation) override
    {
        const std::lock_guard lock{mutex_};
        if (entries_.erase(conversation) == 0) return missing(conversation);
        return {};
    }

    Result<ConversationId> fork(ConversationId conversation, std::size_t messages) override
    {
        const std::lock_guard lock{mutex_};
        const auto found = entries_.find(conversation);
        if (found == entries_.end()) return missing(conversation);
        Entry copy{.about = found->second.about, .messages = found->second.messages};
        copy.messages.resize(std::min(messages, copy.messages.size()));
        copy.about.id = ++last_id_;
        entries_.emplace(last_id_, std::move(copy));
        return last_id_;
    }

    Result<ConversationId> add(const ImportedConversation& imported) override
    {
        OI_TRY(const ConversationId id, create(imported.folder, imported.model));
        const std::lock_guard lock{mutex_};
        entries_[id].messages = imported.messages;
        entries_[id].about.title = imported.title;
        return id;
    }

    bool claim(ConversationId) override { return true; }
    void release(ConversationId conversation) override
    {
        const std::lock_guard lock{mutex_};
        entries_.erase(conversation);
    }

private:
    static Fail missing(ConversationId conversation) { return fail(ErrorKind::not_found, cat("there is no conversation ", conversation)); }

    static ConversationSummary summary_of(const Entry& entry)
    {
        ConversationSummary about = entry.about;
        about.message_count = static_cast<std::int64_t>(entry.messages.size());
        about.cost = entry.usage.cost;
        for (const auto& message : entry.messages) {
            if (message.role != Role::user || message.type != Kind::message) continue;
            about.first_words = std::string{split(message.content, '\n').front()};
            break;
        }
        return about;
    }

    template <class T, class Read>
    Result<T> of(ConversationId conversation, Read read)
    {
        const std::lock_guard lock{mutex_};
        const auto found = entries_.find(conversation);
        if (found == entries_.end()) return missing(conversation);
        return read(found->second);
    }

    std::mutex mutex_;
    std::map<ConversationId, Entry> entries_;
    ConversationId last_id_ = ConversationId{1} << 62;  // none of these is ever taken for one on the disk
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace oi
