// WebSocket in pure form: the handshake's texts and the frames, out of bytes in whatever pieces they come (RFC 6455).
#pragma once

#include "base/error.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::net {

// What a client asks for.
struct WebSocketOffer {
    std::string authority;               // "host:8888"
    std::string target;                  // path and query
    std::string key;                     // sixteen random bytes in Base64
    std::vector<std::string> protocols;  // the server picks one, or none
    std::vector<std::pair<std::string, std::string>> headers;
};
std::string websocket_request(const WebSocketOffer& offer);

// What the server answered: "HTTP/1.1 101 ..." and its headers up to the blank line.
struct WebSocketAnswer {
    int status = 0;
    std::string protocol;  // the one that was picked
    bool is_accepted = false;
};
// not_found: libcrypto is missing.
Result<WebSocketAnswer> parse_websocket_answer(std::string_view head, std::string_view key);

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// One frame of a client: whole, masked with `mask`, of which nobody may know the next one.
std::string websocket_frame(Opcode opcode, std::string_view payload, std::array<std::uint8_t, 4> mask);

struct WebSocketMessage {
    Opcode opcode = Opcode::text;  // text, binary, close, ping, pong
    std::string payload;           // of close: the code as two bytes, and words
    bool operator==(const WebSocketMessage&) const = default;
};

// The messages of a server, fragments put together; control frames come between the fragments of another message.
class WebSocketReader {
public:
    explicit WebSocketReader(std::size_t limit = std::size_t{1} << 30) : limit_{limit} {}
    void feed(std::string_view bytes) { buffer_ += bytes; }
    // The next whole message; nullopt: more bytes are needed. Error (protocol): what RFC 6455 forbids, or longer than the limit.
    Result<std::optional<WebSocketMessage>> next();

private:
    struct Head {
        bool is_last;
        Opcode opcode;
        std::uint64_t length;
        std::size_t size;  // of the head itself
    };
    Result<std::optional<Head>> head() const;
    Result<std::optional<WebSocketMessage>> take(const Head& head);

    std::size_t limit_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::optional<WebSocketMessage> unfinished_;
};

}  // namespace oi::net
