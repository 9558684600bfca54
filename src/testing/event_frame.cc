// Event frames; the format is described in net/eventstream.h.
#include "testing/event_frame.h"

#include "base/text.h"
#include "net/crypto.h"

namespace oi::testing {

std::string big_endian(std::size_t value, int bytes)
{
    std::string out;
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
    return out;
}

std::string event_header(std::string_view name, std::string_view value)
{
    return cat(big_endian(name.size(), 1), name, '\x07', big_endian(value.size(), 2), value);
}

std::string event_message(std::string_view headers, std::string_view payload)
{
    std::string bytes = big_endian(16 + headers.size() + payload.size(), 4) + big_endian(headers.size(), 4);
    bytes += big_endian(net::crc32(bytes), 4);
    bytes += cat(headers, payload);
    return bytes + big_endian(net::crc32(bytes), 4);
}

std::string event_frame(std::string_view type, std::string_view payload)
{
    const std::string headers =
        event_header(":event-type", type) + event_header(":content-type", "application/json") + event_header(":message-type", "event");
    return event_message(headers, payload);
}

std::string exception_frame(std::string_view type, std::string_view payload)
{
    return event_message(event_header(":exception-type", type) + event_header(":message-type", "exception"), payload);
}

}  // namespace oi::testing
