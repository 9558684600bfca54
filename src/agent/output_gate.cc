// Floods are bounded here; see output_gate.h.
#include "agent/output_gate.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

void OutputGate::pass(const Chunk& chunk)
{
    const bool is_output = chunk.type == Kind::console && chunk.format == "output";
    if (!is_output) return sink_(chunk);
    const std::size_t room = head_ - std::min(head_, total_);
    total_ += chunk.content.size();
    if (chunk.content.size() <= room) return sink_(chunk);
    const auto now = utf8_prefix(chunk.content, room);
    if (!now.empty()) sink_(output_chunk(std::string{now}));
    const std::string_view rest = std::string_view{chunk.content}.substr(now.size());
    if (rest.size() >= tail_) {
        withheld_ = rest.substr(rest.size() - tail_);
        return;
    }
    withheld_ += rest;
    if (withheld_.size() > 2 * tail_) withheld_.erase(0, withheld_.size() - tail_);
}

std::size_t OutputGate::finish()
{
    if (withheld_.empty()) return 0;
    const auto tail = utf8_suffix(withheld_, tail_);
    const std::size_t left_out = total_ - std::min(total_, head_) - tail.size();
    std::size_t unseen = 0;
    if (left_out > 0) {
        const std::string note = cat("\n[... ", left_out, " of ", total_, " bytes left out ...]\n");
        unseen = left_out - std::min(left_out, note.size());
        sink_(output_chunk(note));
    }
    sink_(output_chunk(std::string{tail}));
    withheld_.clear();
    return unseen;
}

}  // namespace oi
