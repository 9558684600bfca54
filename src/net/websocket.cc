// Texts and frames of WebSocket; see websocket.h.
#include "net/websocket.h"

#include "base/base64.h"
#include "base/text.h"
#include "net/crypto.h"

namespace oi::net {

std::string websocket_request(const WebSocketOffer& offer)
{
    std::string text =
        cat("GET ", offer.target, " HTTP/1.1\r\nHost: ", offer.authority,
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ", offer.key, "\r\n");
    if (!offer.protocols.empty()) text += cat("Sec-WebSocket-Protocol: ", join(offer.protocols, ", "), "\r\n");
    for (const auto& [name, value] : offer.headers) text += cat(name, ": ", value, "\r\n");
    return text + "\r\n";
}

Result<WebSocketAnswer> parse_websocket_answer(std::string_view head, std::string_view key)
{
    OI_TRY(const std::string digest, sha1(cat(key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    WebSocketAnswer answer;
    const auto lines = split(head, '\n');
    const auto words = split(trim(lines.front()), ' ');
    if (words.front().starts_with("HTTP/") && words.size() > 1) answer.status = static_cast<int>(to_integer(words[1]).value_or(0));
    bool is_upgrade = false, has_key = false;
    for (const auto line : lines) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string name = lower(trim(line.substr(0, colon)));
        const auto value = trim(line.substr(colon + 1));
        if (name == "upgrade") is_upgrade = lower(value) == "websocket";
        if (name == "sec-websocket-accept") has_key = value == base64(digest);
        if (name == "sec-websocket-protocol") answer.protocol = value;
    }
    answer.is_accepted = answer.status == 101 && is_upgrade && has_key;
    return answer;
}

std::string websocket_frame(Opcode opcode, std::string_view payload, std::array<std::uint8_t, 4> mask)
{
    const std::size_t size = payload.size();
    std::string frame;
    frame.reserve(size + 14);
    frame += static_cast<char>(0x80U | static_cast<unsigned>(opcode));
    const int length_bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    frame += static_cast<char>(0x80U | (length_bytes == 0 ? size : length_bytes == 2 ? 126U : 127U));
    for (int i = length_bytes - 1; i >= 0; --i) frame += static_cast<char>((static_cast<std::uint64_t>(size) >> (8 * i)) & 0xFF);
    for (const auto byte : mask) frame += static_cast<char>(byte);
    for (std::size_t i = 0; i < size; ++i) frame += static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ mask[i % 4]);
    return frame;
}

Result<std::optional<WebSocketReader::Head>> WebSocketReader::head() const
{
    const auto at = [this](std::size_t i) { return static_cast<std::uint8_t>(buffer_[begin_ + i]); };
    const std::size_t have = buffer_.size() - begin_;
    if (have < 2) return std::nullopt;
    Head head{(at(0) & 0x80) != 0, static_cast<Opcode>(at(0) & 0x0F), at(1) & 0x7FU, 2};
    if ((at(0) & 0x70) != 0) return fail(ErrorKind::protocol, "a WebSocket frame of an extension that was not agreed on");
    if ((at(1) & 0x80) != 0) return fail(ErrorKind::protocol, "a masked WebSocket frame from a server");
    const std::size_t length_bytes = head.length < 126 ? 0 : head.length == 126 ? 2 : 8;
    if (have < 2 + length_bytes) return std::nullopt;
    if (length_bytes > 0) head.length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) head.length = (head.length << 8) | at(2 + i);
    head.size += length_bytes;
    const bool is_control = (static_cast<unsigned>(head.opcode) & 8U) != 0;
    if (is_control && (head.length > 125 || !head.is_last)) return fail(ErrorKind::protocol, "a WebSocket control frame that is too long");
    const std::size_t before = unfinished_ ? unfinished_->payload.size() : 0;
    if (head.length > limit_ || before + head.length > limit_)
        return fail(ErrorKind::protocol, cat("a WebSocket message of more than ", limit_, " bytes"));
    return head;
}

Result<std::optional<WebSocketMessage>> WebSocketReader::next()
{
    for (;;) {
        OI_TRY(const auto frame, head());
        if (!frame || buffer_.size() - begin_ < frame->size + frame->length) {
            buffer_.erase(0, begin_);
            begin_ = 0;
            return std::nullopt;
        }
        OI_TRY(auto message, take(*frame));
        if (message) return message;
    }
}

Result<std::optional<WebSocketMessage>> WebSocketReader::take(const Head& frame)
{
    const std::string_view payload{buffer_.data() + begin_ + frame.size, static_cast<std::size_t>(frame.length)};
    begin_ += frame.size + payload.size();
    switch (frame.opcode) {
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong: return WebSocketMessage{frame.opcode, std::string{payload}};
    case Opcode::text:
    case Opcode::binary:
        if (unfinished_) return fail(ErrorKind::protocol, "a WebSocket message inside another one");
        unfinished_ = WebSocketMessage{frame.opcode, std::string{payload}};
        break;
    case Opcode::continuation:
        if (!unfinished_) return fail(ErrorKind::protocol, "a WebSocket fragment of nothing");
        unfinished_->payload += payload;
        break;
    default: return fail(ErrorKind::protocol, "an unknown WebSocket frame");
    }
    if (!frame.is_last) return std::nullopt;
    return std::exchange(unfinished_, std::nullopt);
}

}  // namespace oi::net
