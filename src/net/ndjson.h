// NdjsonParser: lines of JSON out of bytes, whatever pieces they come in (https://github.com/ndjson/ndjson-spec).
#pragma once

#include "net/sse.h"

namespace oi::net {

// The same shape as SseParser: a line is an event without a type. Blank lines are passed over.
class NdjsonParser {
public:
    template <class Sink>
    void feed(std::string_view bytes, Sink&& sink)
    {
        buffer_ += bytes;
        SseEvent event;
        while (!is_stopped_ && next(event)) is_stopped_ = !sink(event);
        compact();
    }
    // The stream has ended: what stands after the last line end is handed on as it is, whole or not.
    template <class Sink>
    void finish(Sink&& sink)
    {
        SseEvent event;
        if (!is_stopped_ && last(event)) sink(event);
    }

    bool has_events() const { return events_ > 0; }

private:
    void compact();
    bool next(SseEvent& event);
    bool last(SseEvent& event);
    bool take(std::size_t end, SseEvent& event);

    std::string buffer_;
    std::size_t line_ = 0;     // where the first unread line begins
    std::size_t scanned_ = 0;  // up to here there is no line end
    bool is_stopped_ = false;
    std::size_t events_ = 0;
};

}  // namespace oi::net
