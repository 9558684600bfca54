// WriteQueue: what has been appended and is not on disk yet, with the pieces of one message merged. Pure, not locked.
#pragma once

#include "core/store.h"

#include <unordered_map>
#include <vector>

namespace oi::store {

// One entry to come. `message` is whole for a message; of the others only its content counts.
struct Write {
    enum class Event : std::uint8_t { message, piece, replacement, truncation, compaction };
    Event event = Event::message;
    ConversationId conversation = 0;
    Message message{};
    std::size_t count = 0;  // truncation: how many messages stay; compaction: how many it stands for
    std::int64_t at = 0;    // milliseconds since 1970
};

class WriteQueue {
public:
    void append(ConversationId conversation, const Message& message);
    // Start and end marks write nothing themselves: a block without stored content is no message.
    void append(ConversationId conversation, const Chunk& chunk);
    void replace_last(ConversationId conversation, std::string content);
    void truncate(ConversationId conversation, std::size_t count);
    void append(ConversationId conversation, const Compaction& compaction);

    bool is_empty() const { return writes_.empty(); }
    std::vector<Write> take();
    // Writes that failed come first again.
    void put_back(std::vector<Write> failed);

private:
    // The message that chunks go to.
    struct Open {
        bool is_open = false;
        Role role{};
        Kind type{};
        std::string format;
        std::string recipient;
        std::size_t write = 0;    // where in writes_ its last piece is,
        std::uint64_t batch = 0;  // if this batch still holds it
    };
    void push(Write write);

    std::vector<Write> writes_;
    std::unordered_map<ConversationId, Open> open_;
    std::uint64_t batch_ = 1;
};

}  // namespace oi::store
