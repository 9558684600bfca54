// EventStreamParser: prelude (total length, headers' length, checksum), headers, payload, checksum; all big-endian.
#include "net/eventstream.h"

#include "base/text.h"
#include "net/crypto.h"

namespace oi::net {

namespace {

constexpr std::size_t prelude_size = 12;
constexpr std::size_t checksum_size = 4;
constexpr std::size_t headers_limit = 128 * 1024;  // the format's own bounds
constexpr std::size_t message_limit = 24 * 1024 * 1024;

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size = 4)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// Bytes of a header's value of that type; nullopt: its length stands before it (6, 7), or there is no such type.
std::optional<std::size_t> fixed_size(unsigned char type)
{
    switch (type) {
    case 0:            // true
    case 1: return 0;  // false
    case 2: return 1;
    case 3: return 2;
    case 4: return 4;
    case 5:
    case 8: return 8;   // a time
    case 9: return 16;  // a UUID
    default: return {};
    }
}

constexpr unsigned char bytes_type = 6;
constexpr unsigned char text_type = 7;

}  // namespace

void EventStreamParser::compact()
{
    if (begin_ == 0) return;
    buffer_.erase(0, begin_);
    begin_ = 0;
}

bool EventStreamParser::stop(std::string fault)
{
    fault_ = std::move(fault);
    is_stopped_ = true;
    return false;
}

bool EventStreamParser::next(SseEvent& event)
{
    const std::string_view rest = std::string_view{buffer_}.substr(begin_);
    if (rest.size() < prelude_size) return false;
    const std::size_t total = number_at(rest, 0);
    const std::size_t headers = number_at(rest, 4);
    if (crc32(rest.substr(0, 8)) != number_at(rest, 8)) return stop("the checksum of a message's prelude is wrong");
    if (total > message_limit || headers > headers_limit || total < prelude_size + headers + checksum_size)
        return stop(cat("a message of ", total, " bytes with ", headers, " bytes of headers"));
    if (rest.size() < total) return false;
    if (crc32(rest.substr(0, total - checksum_size)) != number_at(rest, total - checksum_size))
        return stop("the checksum of a message is wrong");
    const std::size_t payload = begin_ + prelude_size + headers;
    const std::size_t end = begin_ + total - checksum_size;
    if (!read_headers(begin_ + prelude_size, payload)) return stop("a header of a message is malformed");
    name_event();
    begin_ += total;
    ++events_;
    buffer_[end] = '\0';  // over the checksum, which has been read
    event = {type_, buffer_.data() + payload, end - payload};
    if (message_type_ == "error") event = {type_, error_message_.data(), error_message_.size()};
    return true;
}

// name length (1), name, type (1), value; a text's length is 2 bytes. False: they do not fill their space exactly.
bool EventStreamParser::read_headers(std::size_t begin, std::size_t end)
{
    for (auto* text : {&message_type_, &type_, &exception_, &error_code_, &error_message_}) text->clear();
    const std::string_view headers = std::string_view{buffer_}.substr(0, end);
    while (begin < end) {
        const std::size_t name_size = number_at(headers, begin, 1);
        if (end - begin < name_size + 2) return false;
        const std::string_view name = headers.substr(begin + 1, name_size);
        const auto type = static_cast<unsigned char>(headers[begin + 1 + name_size]);
        begin += name_size + 2;
        const bool has_length = type == bytes_type || type == text_type;
        if (has_length && end - begin < 2) return false;
        const auto size = has_length ? std::optional<std::size_t>{number_at(headers, begin, 2)} : fixed_size(type);
        if (has_length) begin += 2;
        if (!size || end - begin < *size) return false;
        const std::string_view value = headers.substr(begin, *size);
        begin += *size;
        if (type != text_type) continue;
        if (name == ":message-type") message_type_ = value;
        if (name == ":event-type") type_ = value;
        if (name == ":exception-type") exception_ = value;
        if (name == ":error-code") error_code_ = value;
        if (name == ":error-message") error_message_ = value;
    }
    return true;
}

void EventStreamParser::name_event()
{
    if (message_type_ == "exception") type_ = "exception:" + exception_;
    if (message_type_ == "error") type_ = "error:" + error_code_;
}

}  // namespace oi::net
