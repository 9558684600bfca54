// The port to stored conversations: append-only, written as things happen.
#pragma once

#include "base/error.h"
#include "core/chunk.h"
#include "core/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace oi {

using ConversationId = std::int64_t;

struct ConversationSummary {
    ConversationId id = 0;
    std::string first_words;  // of the first user message, one line
    std::string folder;
    std::string model;
    std::int64_t started = 0;  // seconds since 1970, UTC
    std::int64_t changed = 0;
    std::int64_t message_count = 0;
};

// What the model is sent in place of the first `up_to` messages, beside the person's own. The messages stay stored.
struct Compaction {
    std::size_t up_to = 0;
    std::string summary;
    bool operator==(const Compaction&) const = default;
};

// Any thread; calls are serialised inside. Appending never waits for the disk; a failed write is
// returned by the next flush(). What was appended is on disk at most 100 ms later, also when nothing
// more comes; flush() waits for it.
class Store {
public:
    virtual ~Store() = default;  // flushes

    virtual Result<ConversationId> create(std::string folder, std::string model) = 0;

    // A whole message.
    virtual void append(ConversationId conversation, const Message& message) = 0;
    // A chunk as the transcript emits it: start opens a message, contents are its pieces, end closes it.
    // Chunks that are never stored (active_line, confirmation) are ignored.
    virtual void append(ConversationId conversation, const Chunk& chunk) = 0;
    // The last message's content was replaced (code edited before its run).
    virtual void replace_last(ConversationId conversation, std::string content) = 0;
    // Everything from message `count` on is taken back.
    virtual void truncate(ConversationId conversation, std::size_t count) = 0;
    // The conversation was compacted.
    virtual void append(ConversationId conversation, const Compaction& compaction) = 0;
    virtual Result<void> flush() = 0;

    // Messages in order; an unfinished last message comes as far as it got. not_found: no such id.
    virtual Result<std::vector<Message>> load(ConversationId conversation) = 0;
    // The last one whose messages are all still there; nullopt: there is none.
    virtual Result<std::optional<Compaction>> compaction(ConversationId conversation) = 0;
    // Newest first.
    virtual Result<std::vector<ConversationSummary>> list(std::size_t limit) = 0;
    // The conversation of `folder` that changed last, if there is one.
    virtual Result<std::optional<ConversationId>> last(std::string_view folder) = 0;
};

}  // namespace oi
