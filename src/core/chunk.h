// Chunk: a piece of a message on its way, plus the marks where a message starts and ends.
#pragma once

#include "core/message.h"

#include <functional>
#include <string>

namespace oi {

enum class Mark : std::uint8_t { none, start, end };

// With Mark::none, `content` is the next piece of the message's text; a start or end carries no content.
// Two kinds are never stored: console/active_line (content: the line's number from 1, or empty when the
// cell has ended: null on the wire) and confirmation/execution (content: the code; `language`; `id`).
struct Chunk {
    Role role = Role::assistant;
    Kind type = Kind::message;
    std::string format{};
    std::string content{};
    std::string recipient{};
    Mark mark = Mark::none;
    std::string language{};  // confirmation only
    int id = 0;              // confirmation only: what a Decision answers

    bool operator==(const Chunk&) const = default;
};

// Receives chunks in order, on the thread of the one who calls. It may block (back-pressure).
using ChunkSink = std::function<void(const Chunk&)>;

// Pieces for producers.
Chunk text_chunk(std::string text);                        // assistant message
Chunk code_chunk(std::string language, std::string text);  // assistant code
Chunk output_chunk(std::string text);                      // computer console/output
Chunk active_line_chunk(int line);                         // 0: no line is active any more
Chunk end_mark();  // closes whatever message is open, so that the next chunk of the same kind starts a new one

bool is_active_line(const Chunk& chunk);
bool is_end_mark(const Chunk& chunk);  // made by end_mark()

// Whole message as one content chunk.
Chunk as_chunk(const Message& message);

// The chunk as one JSON object, keys in the order of the LMC reference: role, type, format, content,
// recipient, start or end (and id for a confirmation).
std::string to_json(const Chunk& chunk);
// The message as one JSON object, keys role, type, format, content, recipient; absent ones are left out.
std::string to_json(const Message& message);

}  // namespace oi
