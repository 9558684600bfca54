// SseParser: server-sent events out of bytes, whatever pieces they come in (WHATWG HTML, section 9.2).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace oi::net {

// One event. `data` lies in the parser's buffer, is the reader's to write on, and is followed by a '\0':
// made for parsing JSON in place. Both live until the sink returns.
struct SseEvent {
    std::string_view type;  // "" when the stream gave none
    char* data = nullptr;
    std::size_t size = 0;

    std::string_view text() const { return {data, size}; }
};

class SseParser {
public:
    // Calls sink(SseEvent) -> bool for each event that is complete; false ends the parsing for good.
    template <class Sink>
    void feed(std::string_view bytes, Sink&& sink)
    {
        append(bytes);
        SseEvent event;
        while (!is_stopped_ && next(event)) is_stopped_ = !sink(event);
        compact();
    }
    // The stream has ended: an event whose lines are whole counts, although its blank line is missing.
    template <class Sink>
    void finish(Sink&& sink)
    {
        SseEvent event;
        if (!is_stopped_ && last(event)) sink(event);
    }

    bool has_pending() const { return line_ < buffer_.size() || has_data_; }  // bytes of an unfinished event
    bool has_events() const { return events_ > 0; }

private:
    void append(std::string_view bytes);
    void compact();
    bool next(SseEvent& event);
    bool last(SseEvent& event);
    bool next_line(std::size_t& begin, std::size_t& end);
    void field(std::size_t begin, std::size_t end);
    bool take(SseEvent& event);

    std::string buffer_;
    std::size_t line_ = 0;       // where the first unread line begins
    std::size_t scanned_ = 0;    // up to here there is no line end
    bool skip_newline_ = false;  // the last line ended with CR: a LF now belongs to it
    bool is_at_start_ = true;
    bool is_stopped_ = false;

    std::size_t data_begin_ = 0;  // the event's data so far, joined in place
    std::size_t data_end_ = 0;
    bool has_data_ = false;
    std::string type_;
    std::string taken_type_;
    std::size_t events_ = 0;
};

}  // namespace oi::net
