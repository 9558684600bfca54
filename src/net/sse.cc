// SseParser: one buffer; the data of an event is joined where it lies.
#include "net/sse.h"

#include <algorithm>
#include <cstring>

namespace oi::net {

void SseParser::append(std::string_view bytes)
{
    buffer_ += bytes;
    if (!is_at_start_) return;
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (buffer_.size() < mark.size() && mark.starts_with(buffer_)) return;
    if (buffer_.starts_with(mark)) line_ = scanned_ = mark.size();
    is_at_start_ = false;
}

// Drops what has been read, but for the data of the unfinished event.
void SseParser::compact()
{
    const std::size_t keep = has_data_ ? data_begin_ : line_;
    if (keep == 0) return;
    buffer_.erase(0, keep);
    line_ -= keep;
    scanned_ -= std::min(scanned_, keep);
    scanned_ = std::max(scanned_, line_);
    data_begin_ -= std::min(data_begin_, keep);
    data_end_ -= std::min(data_end_, keep);
}

bool SseParser::next_line(std::size_t& begin, std::size_t& end)
{
    if (is_at_start_) return false;
    if (skip_newline_ && line_ < buffer_.size()) {
        if (buffer_[line_] == '\n') scanned_ = std::max(scanned_, ++line_);
        skip_newline_ = false;
    }
    const char* const base = buffer_.data();
    const std::size_t from = std::max(scanned_, line_);
    const char* const stop = base + buffer_.size();
    const auto* newline = static_cast<const char*>(std::memchr(base + from, '\n', buffer_.size() - from));
    const char* const until = newline ? newline : stop;
    const auto* cr = static_cast<const char*>(std::memchr(base + from, '\r', static_cast<std::size_t>(until - base) - from));
    const char* const at = cr ? cr : newline;
    if (!at) {
        scanned_ = buffer_.size();
        return false;
    }
    begin = line_;
    end = static_cast<std::size_t>(at - base);
    line_ = end + 1;
    skip_newline_ = cr != nullptr;
    return true;
}

bool SseParser::next(SseEvent& event)
{
    std::size_t begin = 0;
    std::size_t end = 0;
    while (next_line(begin, end)) {
        if (begin != end) field(begin, end);
        else if (take(event)) return true;
    }
    return false;
}

bool SseParser::last(SseEvent& event)
{
    const bool is_line_open = line_ < buffer_.size() && !(skip_newline_ && line_ + 1 == buffer_.size() && buffer_[line_] == '\n');
    return !is_line_open && take(event);
}

void SseParser::field(std::size_t begin, std::size_t end)
{
    const std::string_view line{buffer_.data() + begin, end - begin};
    const auto colon = std::min(line.find(':'), line.size());
    const auto name = line.substr(0, colon);
    std::size_t value = begin + std::min(colon + 1, line.size());
    if (value < end && buffer_[value] == ' ') ++value;
    if (name == "event") {
        type_.assign(buffer_, value, end - value);
    } else if (name == "data") {
        if (!has_data_) {
            data_begin_ = value;
            data_end_ = end;
            has_data_ = true;
        } else {  // the joined text is never longer than the lines it comes from
            buffer_[data_end_++] = '\n';
            std::memmove(buffer_.data() + data_end_, buffer_.data() + value, end - value);
            data_end_ += end - value;
        }
    }
}

bool SseParser::take(SseEvent& event)
{
    taken_type_.swap(type_);
    type_.clear();
    if (!has_data_) return false;
    has_data_ = false;
    ++events_;
    // The byte after the data is the end of its line, read already (or the string's own '\0').
    if (data_end_ < buffer_.size()) buffer_[data_end_] = '\0';
    event = {taken_type_, buffer_.data() + data_begin_, data_end_ - data_begin_};
    return true;
}

}  // namespace oi::net
