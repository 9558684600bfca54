// OutputGate: a flood of output passes as its head and its tail, so that nobody downstream has to carry it.
#pragma once

#include "core/chunk.h"

#include <cstddef>
#include <string>

namespace oi {

// Put between a kernel and the transcript for one cell. The first `head` bytes of console output pass as they
// come; of the rest only the last `tail` bytes are kept, and finish() emits them after a line that counts what
// was left out. Everything that is no console output passes.
class OutputGate {
public:
    OutputGate(std::size_t head, std::size_t tail, ChunkSink sink) : head_{head}, tail_{tail}, sink_{std::move(sink)} {}

    void pass(const Chunk& chunk);
    // Returns how many bytes nobody downstream has seen, less those of the line that counts them.
    std::size_t finish();

private:
    std::size_t head_;
    std::size_t tail_;
    ChunkSink sink_;
    std::size_t total_ = 0;
    std::string withheld_;
};

}  // namespace oi
