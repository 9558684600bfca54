// Turns messages and chunks into entries; see write_queue.h.
#include "store/write_queue.h"

#include <chrono>
#include <iterator>
#include <utility>

namespace oi::store {

void WriteQueue::push(Write write)
{
    using namespace std::chrono;
    write.at = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    writes_.push_back(std::move(write));
}

void WriteQueue::append(ConversationId conversation, const Message& message)
{
    open_[conversation].is_open = false;
    push({.event = Write::Event::message, .conversation = conversation, .message = message});
}

void WriteQueue::append(ConversationId conversation, const Chunk& chunk)
{
    if (is_active_line(chunk) || chunk.type == Kind::confirmation) return;
    Open& open = open_[conversation];
    if (chunk.mark != Mark::none) {
        open.is_open = false;
        return;
    }
    if (chunk.content.empty()) return;
    const bool continues = open.is_open && open.role == chunk.role && open.type == chunk.type && open.format == chunk.format &&
                           open.recipient == chunk.recipient;
    if (continues && open.batch == batch_) {
        writes_[open.write].message.content += chunk.content;
        return;
    }
    if (continues) {
        push({.event = Write::Event::piece, .conversation = conversation, .message = {.content = chunk.content}});
    } else {
        open.is_open = true;
        open.role = chunk.role;
        open.type = chunk.type;
        open.format = chunk.format;
        open.recipient = chunk.recipient;
        push({.event = Write::Event::message,
              .conversation = conversation,
              .message = {chunk.role, chunk.type, chunk.format, chunk.content, chunk.recipient}});
    }
    open.write = writes_.size() - 1;
    open.batch = batch_;
}

void WriteQueue::replace_last(ConversationId conversation, std::string content)
{
    open_[conversation].batch = 0;
    push({.event = Write::Event::replacement, .conversation = conversation, .message = {.content = std::move(content)}});
}

void WriteQueue::truncate(ConversationId conversation, std::size_t count)
{
    open_[conversation].is_open = false;
    push({.event = Write::Event::truncation, .conversation = conversation, .count = count});
}

void WriteQueue::append(ConversationId conversation, const Compaction& compaction)
{
    push({.event = Write::Event::compaction,
          .conversation = conversation,
          .message = {.content = compaction.summary},
          .count = compaction.up_to});
}

std::vector<Write> WriteQueue::take()
{
    ++batch_;
    return std::exchange(writes_, {});
}

void WriteQueue::put_back(std::vector<Write> failed)
{
    ++batch_;
    failed.insert(failed.end(), std::make_move_iterator(writes_.begin()), std::make_move_iterator(writes_.end()));
    writes_ = std::move(failed);
}

}  // namespace oi::store
