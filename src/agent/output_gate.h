// OutputGate: a flood of output passes as its head and its tail, so that nobody downstream has to carry it.
#pragma once

#include "core/chunk.h"
#include "core/output_spool.h"

#include <cstddef>
#include <string>

namespace oi {

// Put between the transcript and those who are shown and store one cell's output. The first `head` bytes of console output
// pass as they come; of the rest only the last `tail` bytes are kept, and come after a line that counts what was left
// out when the console message ends or finish() is called. Everything that is no console output passes.
class OutputGate {
public:
    // `spool`, which may be null, has the whole and is named then.
    OutputGate(std::size_t head, std::size_t tail, ChunkSink sink, const OutputSpool* spool = nullptr)
        : head_{head}, tail_{tail}, sink_{std::move(sink)}, spool_{spool}
    {
    }

    void pass(const Chunk& chunk);
    void finish();

private:
    std::size_t head_;
    std::size_t tail_;
    ChunkSink sink_;
    const OutputSpool* spool_;
    std::size_t total_ = 0;
    std::size_t left_out_ = 0;  // before what is withheld
    std::string withheld_;
};

}  // namespace oi
