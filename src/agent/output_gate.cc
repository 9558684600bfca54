// Floods are bounded here; see output_gate.h.
#include "agent/output_gate.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

void OutputGate::pass(const Chunk& chunk)
{
    if (chunk.type == Kind::console && chunk.mark == Mark::end) finish();
    const bool is_output = chunk.type == Kind::console && chunk.format == "output" && chunk.mark == Mark::none;
    if (!is_output) return sink_(chunk);
    const std::size_t room = head_ - std::min(head_, total_);
    total_ += chunk.content.size();
    if (chunk.content.size() <= room) return sink_(chunk);
    const auto now = utf8_prefix(chunk.content, room);
    if (!now.empty()) sink_(output_chunk(std::string{now}));
    std::string_view rest = std::string_view{chunk.content}.substr(now.size());
    if (rest.size() >= tail_) {
        left_out_ += withheld_.size() + rest.size() - tail_;
        withheld_ = rest.substr(rest.size() - tail_);
        return;
    }
    withheld_ += rest;
    if (withheld_.size() <= 2 * tail_) return;
    left_out_ += withheld_.size() - tail_;
    withheld_.erase(0, withheld_.size() - tail_);
}

void OutputGate::finish()
{
    if (withheld_.empty()) return;
    const auto tail = utf8_suffix(withheld_, tail_);
    const std::size_t left_out = left_out_ + withheld_.size() - tail.size();
    if (left_out > 0) {
        const Spooled whole = spool_ ? spool_->spooled() : Spooled{};
        const std::string where = whole.file.empty() ? "" : cat("; see ", whole.file, whole.end.empty() ? "" : " and ", whole.end);
        sink_(output_chunk(cat("\n[... ", left_out, " of ", total_, " bytes left out", where, " ...]\n")));
    }
    sink_(output_chunk(std::string{tail}));
    withheld_.clear();
    left_out_ = 0;
}

}  // namespace oi
