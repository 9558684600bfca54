// EventStreamParser: messages of application/vnd.amazon.eventstream out of bytes, whatever pieces they come in.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html and
// https://smithy.io/2.0/aws/amazon-eventstream.html
#pragma once

#include "base/error.h"
#include "net/sse.h"

namespace oi::net {

// The same shape as SseParser: a message is an event whose type is its header :event-type, or "exception:NAME" for an
// exception (:exception-type), or "error:CODE" for an error, whose data is then the header :error-message.
class EventStreamParser {
public:
    // Like SseParser::feed. Error (protocol): a checksum, a length or a header is wrong; nothing more is read then.
    template <class Sink>
    Result<void> feed(std::string_view bytes, Sink&& sink)
    {
        buffer_ += bytes;
        SseEvent event;
        while (!is_stopped_ && next(event)) is_stopped_ = !sink(event);
        compact();
        if (fault_.empty()) return {};
        return fail(ErrorKind::protocol, "sent a malformed event stream: " + fault_, "is this address Amazon Bedrock's?");
    }

    bool has_events() const { return events_ > 0; }

private:
    void compact();
    bool next(SseEvent& event);
    bool stop(std::string fault);
    bool read_headers(std::size_t begin, std::size_t end);
    void name_event();

    std::string buffer_;
    std::size_t begin_ = 0;  // of the first message not handed on
    bool is_stopped_ = false;
    std::string fault_;
    std::string message_type_, type_, exception_, error_code_, error_message_;
    std::size_t events_ = 0;
};

}  // namespace oi::net
