// BoundedText: the head and the tail of a text of any length, and a line that says what is left out between. Pure.
#pragma once

#include "core/output_spool.h"

#include <string>
#include <string_view>

namespace oi {

// Linear in what is new: the parts kept are bounded, the middle is only counted.
class BoundedText {
public:
    explicit BoundedText(std::size_t limit) : limit_{limit} {}

    void append(std::string_view text);
    // At most `limit` bytes, the line between included (which stands alone where the limit leaves no room for more). `whole`
    // says where all of it can be read, and is named if half of the limit has room for that; `lines_before`: how many lines are in that
    // file before this text.
    std::string text(const Spooled& whole = {}, std::size_t lines_before = 0) const;
    bool is_shortened() const { return total_ > limit_; }
    std::size_t total() const { return total_; }
    std::size_t newlines() const { return newlines_; }

private:
    std::size_t limit_;
    std::size_t total_ = 0;
    std::size_t newlines_ = 0;
    std::string head_;
    std::string tail_;  // up to twice its share, cut down when it grows beyond
};

}  // namespace oi
