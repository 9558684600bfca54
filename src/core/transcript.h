// Transcript: the one place where chunks become messages, marks appear and output is shortened. Pure.
#pragma once

#include "core/chunk.h"
#include "core/message.h"

#include <string>
#include <vector>

namespace oi {

// Output longer than `limit` bytes keeps its head and its tail and says how much is left out between.
// Linear in what is new: the parts kept are bounded, the middle is only counted.
class BoundedText {
public:
    explicit BoundedText(std::size_t limit) : limit_{limit} {}
    void append(std::string_view text);
    std::string text() const;  // what is kept, with a line that counts what is not
    bool is_shortened() const { return left_out() > 0; }
    std::size_t total() const { return total_; }

private:
    std::size_t left_out() const;

    std::size_t limit_;
    std::size_t total_ = 0;
    std::string head_;
    std::string tail_;  // up to twice its share, cut down when it grows beyond
};

class Transcript {
public:
    explicit Transcript(std::size_t max_output) : max_output_{max_output} {}

    // Takes a content chunk (or end_mark()) and emits it to `out` with the start and end marks that it
    // causes. Chunks with empty content are dropped, but for the null active_line.
    void append(const Chunk& chunk, const ChunkSink& out);
    // Ends the open message, if any.
    void close(const ChunkSink& out);
    // A whole message that nobody streams (the user's, a loaded one).
    void add(Message message);

    void replace_last(std::string content);
    void truncate(std::size_t count);

    const std::vector<Message>& messages() const { return messages_; }

private:
    bool continues_open(const Chunk& chunk) const;
    void store(const Chunk& chunk);
    void finish_stored();  // gives the stored console output its final, shortened form

    std::size_t max_output_;
    std::vector<Message> messages_;
    bool is_open_ = false;
    Chunk open_;               // role, type and format of the open block (console has no format)
    bool has_stored_ = false;  // the open block has a message in messages_
    BoundedText console_{0};
};

}  // namespace oi
