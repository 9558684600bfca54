// FakeStore: conversations in memory, for tests, with a log of every call.
#pragma once

#include "core/store.h"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace oi::testing {

class FakeStore : public Store {
public:
    Result<ConversationId> create(std::string folder, std::string model) override;
    void append(ConversationId conversation, const Message& message) override;
    void append(ConversationId conversation, const Chunk& chunk) override;
    void replace_last(ConversationId conversation, std::string content) override;
    void add_usage(ConversationId conversation, const Usage& usage) override;
    void truncate(ConversationId conversation, std::size_t count) override;
    void append(ConversationId conversation, const Compaction& compaction) override;
    void mark(ConversationId, CellMark) override {}  // what is in memory does not outlive a cell
    Result<void> flush() override;
    Result<std::vector<Message>> load(ConversationId conversation) override;
    Result<Usage> usage(ConversationId conversation) override;
    Result<std::optional<Compaction>> compaction(ConversationId conversation) override;
    Result<ConversationSummary> about(ConversationId conversation) override;
    Result<std::vector<std::string>> languages(ConversationId conversation) override;
    Result<std::vector<ConversationSummary>> list(std::size_t limit) override;
    Result<std::optional<ConversationId>> last(std::string_view folder) override;

    Result<std::vector<SearchHit>> search(std::string_view words, std::size_t limit) override;  // words apart, no phrases
    Result<void> rename(ConversationId conversation, std::string title) override;
    Result<void> remove(ConversationId conversation) override;
    Result<ConversationId> fork(ConversationId conversation, std::size_t messages) override;
    Result<ConversationId> add(const ImportedConversation& imported) override;
    bool claim(ConversationId conversation) override;
    void release(ConversationId conversation) override;

    // "create", "message JSON", "chunk JSON", "replace TEXT", "usage INPUT OUTPUT", "truncate N", "compaction N SUMMARY", "flush",
    // "rename TITLE", "remove", "fork N", "add", in the order they came.
    std::vector<std::string> log() const;
    std::optional<Error> failure;                // what flush() returns, if set
    std::set<ConversationId> claimed_by_others;  // what claim() refuses

private:
    struct Entry {
        ConversationSummary summary;
        std::vector<Message> messages;
        Usage usage;
        std::optional<Compaction> compaction;
        bool is_open = false;  // a start came and no end yet: contents go to the last message
    };
    void touch(Entry& entry);
    ConversationId next_id() const { return entries_.empty() ? 1 : entries_.rbegin()->first + 1; }

    mutable std::mutex mutex_;
    std::map<ConversationId, Entry> entries_;
    std::int64_t ticks_ = 0;
    std::vector<std::string> log_;
};

}  // namespace oi::testing
