// Transcript: the one place where chunks become messages, marks appear and output is shortened. Pure.
#pragma once

#include "core/bounded_text.h"
#include "core/chunk.h"
#include "core/message.h"
#include "core/output_spool.h"
#include "core/readable_text.h"

#include <string>
#include <utility>
#include <vector>

namespace oi {

class Transcript {
public:
    explicit Transcript(std::size_t max_output) : max_output_{max_output} {}

    // Takes a content chunk (or end_mark()) and emits it to `out` with the start and end marks that it
    // causes. Chunks with empty content are dropped, but for the null active_line.
    void append(const Chunk& chunk, const ChunkSink& out);
    // Where the whole of the console output that comes from now on goes too, as text that can be read; null: nowhere. It must
    // live until the next call; what was shortened until then names it.
    void spool_to(OutputSpool* spool);
    // The same for the next output only, which an earlier run has spooled.
    void set_spooled(Spooled spooled)
    {
        spooled_ = std::move(spooled);
        lines_before_ = 0;
    }
    // Ends the open message, if any.
    void close(const ChunkSink& out);
    // A whole message that nobody streams (the user's, a loaded one).
    void add(Message message);

    void replace_last(std::string content);
    void truncate(std::size_t count);
    // For the outputs that come from now on.
    void set_max_output(std::size_t bytes) { max_output_ = bytes; }

    const std::vector<Message>& messages() const { return messages_; }
    // The last message is not complete yet.
    bool is_open() const { return is_open_ && has_stored_; }

private:
    bool continues_open(const Chunk& chunk) const;
    void store(const Chunk& chunk);
    void take_output(std::string_view text);
    void settle_output();
    void finish_stored();  // gives the stored console output its final, shortened form

    std::size_t max_output_;
    std::vector<Message> messages_;
    bool is_open_ = false;
    Chunk open_;               // role, type and format of the open block (console has no format)
    bool has_stored_ = false;  // the open block has a message in messages_
    ReadableText readable_;
    BoundedText console_{0};
    OutputSpool* spool_ = nullptr;
    Spooled spooled_;               // where the output is that was spooled last
    std::size_t lines_before_ = 0;  // in that file, before the open block
    std::string settled_;           // kept for its memory
};

}  // namespace oi
