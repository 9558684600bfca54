// ThoughtBlocks: gathered until something else begins.
#include "llm/providers/thought_blocks.h"

#include "base/text.h"

#include <utility>

namespace oi::llm {

void ThoughtBlocks::think(std::string_view piece, const DeltaSink& sink)
{
    thought_ += piece;
    if (!piece.empty()) sink({.kind = Delta::Kind::reasoning, .text = piece});
}

void ThoughtBlocks::end()
{
    const std::string thought = std::exchange(thought_, {});
    const std::string signature = std::exchange(signature_, {});
    if (!signature.empty()) add(write_(thought, signature));
}

void ThoughtBlocks::add(std::string_view block) { blocks_ += cat(blocks_.empty() ? "" : ",", block); }

void ThoughtBlocks::before_text(std::string_view text, const DeltaSink& sink)
{
    if (has_part_ || is_blank(text)) return;
    keep(-1, sink);
    has_part_ = true;
}

void ThoughtBlocks::before_call(int number, const DeltaSink& sink)
{
    keep(has_part_ ? number : -1, sink);
    has_part_ = true;
}

void ThoughtBlocks::keep(int call, const DeltaSink& sink)
{
    if (const std::string blocks = std::exchange(blocks_, {}); !blocks.empty())
        sink({.kind = Delta::Kind::keepsake, .call = call, .text = blocks});
}

}  // namespace oi::llm
