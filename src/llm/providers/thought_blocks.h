// ThoughtBlocks: Claude's thoughts as blocks that it wants back unchanged, before what they led to.
#pragma once

#include "llm/delta.h"

#include <string>
#include <string_view>

namespace oi::llm {

class ThoughtBlocks {
public:
    // `write` gives the JSON of a block that the request takes back.
    using Write = std::string (*)(std::string_view thought, std::string_view signature);
    explicit ThoughtBlocks(Write write) : write_{write} {}

    void think(std::string_view piece, const DeltaSink& sink);
    void sign(std::string_view piece) { signature_ += piece; }
    void end();                        // of a block; a thought that nobody signed is not kept
    void add(std::string_view block);  // a whole one that cannot be read
    // Something else begins: the blocks go with the reply when they are its first, else with this call.
    void before_text(std::string_view text, const DeltaSink& sink);
    void before_call(int number, const DeltaSink& sink);

private:
    void keep(int call, const DeltaSink& sink);

    Write write_;
    std::string thought_;    // of the block that streams
    std::string signature_;  // of the same
    std::string blocks_;     // that wait for what they lead to
    bool has_part_ = false;  // something other than thoughts has begun
};

}  // namespace oi::llm
