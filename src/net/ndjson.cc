// NdjsonParser: one buffer; a line is handed on where it lies.
#include "net/ndjson.h"

#include <algorithm>
#include <cstring>

namespace oi::net {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

void NdjsonParser::compact()
{
    if (line_ == 0) return;
    buffer_.erase(0, line_);
    scanned_ -= std::min(scanned_, line_);
    line_ = 0;
}

bool NdjsonParser::next(SseEvent& event)
{
    for (;;) {
        const std::size_t from = std::max(scanned_, line_);
        const auto* at = static_cast<const char*>(std::memchr(buffer_.data() + from, '\n', buffer_.size() - from));
        if (!at) {
            scanned_ = buffer_.size();
            return false;
        }
        if (take(static_cast<std::size_t>(at - buffer_.data()), event)) return true;
    }
}

bool NdjsonParser::last(SseEvent& event) { return take(buffer_.size(), event); }

// The line up to `end`, unless it is blank. The byte after it is read already, or the string's own '\0'.
bool NdjsonParser::take(std::size_t end, SseEvent& event)
{
    std::size_t begin = line_;
    line_ = std::min(end + 1, buffer_.size());
    while (begin < end && is_space(buffer_[begin])) ++begin;
    while (begin < end && is_space(buffer_[end - 1])) --end;
    if (begin == end) return false;
    if (end < buffer_.size()) buffer_[end] = '\0';
    ++events_;
    event = {{}, buffer_.data() + begin, end - begin};
    return true;
}

}  // namespace oi::net
