// FakeStore: conversations in memory, for tests, with a log of every call.
#pragma once

#include "core/store.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace oi::testing {

class FakeStore : public Store {
public:
    Result<ConversationId> create(std::string folder, std::string model) override;
    void append(ConversationId conversation, const Message& message) override;
    void append(ConversationId conversation, const Chunk& chunk) override;
    void replace_last(ConversationId conversation, std::string content) override;
    void truncate(ConversationId conversation, std::size_t count) override;
    void append(ConversationId conversation, const Compaction& compaction) override;
    Result<void> flush() override;
    Result<std::vector<Message>> load(ConversationId conversation) override;
    Result<std::optional<Compaction>> compaction(ConversationId conversation) override;
    Result<std::vector<ConversationSummary>> list(std::size_t limit) override;
    Result<std::optional<ConversationId>> last(std::string_view folder) override;

    // "create", "message JSON", "chunk JSON", "replace TEXT", "truncate N", "compaction N SUMMARY", "flush", in the order they came.
    std::vector<std::string> log() const;
    std::optional<Error> failure;  // what flush() returns, if set

private:
    struct Entry {
        ConversationSummary summary;
        std::vector<Message> messages;
        std::optional<Compaction> compaction;
        bool is_open = false;  // a start came and no end yet: contents go to the last message
    };
    void touch(Entry& entry);

    mutable std::mutex mutex_;
    std::map<ConversationId, Entry> entries_;
    std::int64_t ticks_ = 0;
    std::vector<std::string> log_;
};

}  // namespace oi::testing
