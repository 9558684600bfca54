// WebSocket frames and handshakes, whole and in pieces.
#include "net/websocket.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace oi::net {
namespace {

constexpr std::array<std::uint8_t, 4> mask{0x37, 0xfa, 0x21, 0x3d};

// A frame as a server sends it.
std::string served(Opcode opcode, std::string_view payload, bool is_last = true)
{
    std::string frame = websocket_frame(opcode, payload, {0, 0, 0, 0});
    const std::size_t head = payload.size() < 126 ? 2 : payload.size() < 65536 ? 4 : 10;
    frame.erase(head, 4);
    frame[1] = static_cast<char>(frame[1] & 0x7F);
    if (!is_last) frame[0] = static_cast<char>(frame[0] & 0x7F);
    return frame;
}

std::vector<WebSocketMessage> read_all(WebSocketReader& reader)
{
    std::vector<WebSocketMessage> messages;
    for (;;) {
        auto message = reader.next();
        EXPECT_TRUE(message) << to_line(message.error());
        if (!message || !*message) return messages;
        messages.push_back(std::move(**message));
    }
}

TEST(WebSocket, MasksLikeTheExampleOfTheStandard)
{
    EXPECT_EQ(websocket_frame(Opcode::text, "Hello", mask), "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

TEST(WebSocket, WritesLengthsOfEachSize)
{
    EXPECT_EQ(websocket_frame(Opcode::binary, std::string(125, 'x'), mask).size(), 125U + 6);
    EXPECT_EQ(websocket_frame(Opcode::binary, std::string(126, 'x'), mask).substr(0, 4), (std::string{"\x82\xFE\0\x7E", 4}));
    EXPECT_EQ(websocket_frame(Opcode::binary, std::string(65536, 'x'), mask).substr(0, 10),
              (std::string{"\x82\xFF\0\0\0\0\0\x01\0\0", 10}));
}

TEST(WebSocket, ReadsTheSameInWhateverPiecesItComes)
{
    const std::string bytes = served(Opcode::text, "one") + served(Opcode::text, "tw", false) + served(Opcode::ping, "still there?") +
                              served(Opcode::continuation, "", false) + served(Opcode::continuation, "o") +
                              served(Opcode::binary, std::string(300, 'b')) + served(Opcode::close, "\x03\xE8");
    const std::vector<WebSocketMessage> expected{{Opcode::text, "one"},
                                                 {Opcode::ping, "still there?"},
                                                 {Opcode::text, "two"},
                                                 {Opcode::binary, std::string(300, 'b')},
                                                 {Opcode::close, "\x03\xE8"}};
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        WebSocketReader reader;
        reader.feed(bytes.substr(0, cut));
        auto messages = read_all(reader);
        reader.feed(bytes.substr(cut));
        for (auto& message : read_all(reader)) messages.push_back(std::move(message));
        ASSERT_EQ(messages, expected) << cut;
    }
    WebSocketReader reader;
    std::vector<WebSocketMessage> messages;
    for (const char byte : bytes) {
        reader.feed({&byte, 1});
        for (auto& message : read_all(reader)) messages.push_back(std::move(message));
    }
    EXPECT_EQ(messages, expected);
}

TEST(WebSocket, ReadsAMessageOfALengthOf64Bits)
{
    WebSocketReader reader;
    const std::string payload(70000, 'y');
    reader.feed(served(Opcode::binary, payload));
    EXPECT_EQ(read_all(reader), (std::vector<WebSocketMessage>{{Opcode::binary, payload}}));
}

TEST(WebSocket, RefusesWhatTheStandardForbids)
{
    const std::vector<std::string> bad{websocket_frame(Opcode::text, "masked", mask),
                                       served(Opcode::continuation, "of nothing"),
                                       served(Opcode::text, "a", false) + served(Opcode::text, "b"),
                                       served(Opcode::ping, "in parts", false),
                                       served(Opcode::ping, std::string(126, 'p')),
                                       served(static_cast<Opcode>(3), "unknown"),
                                       "\xC1\x01x",
                                       std::string{"\x82\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10}};
    for (const auto& bytes : bad) {
        WebSocketReader reader;
        reader.feed(bytes);
        const auto message = reader.next();
        ASSERT_FALSE(message) << bytes;
        EXPECT_EQ(message.error().kind, ErrorKind::protocol);
    }
    WebSocketReader small{10};
    small.feed(served(Opcode::text, "123456", false) + served(Opcode::continuation, "7890!"));
    EXPECT_FALSE(small.next());
}

TEST(WebSocket, AsksAsTheStandardSays)
{
    EXPECT_EQ(websocket_request({"example.org:8888", "/chat?x=1", "dGhlIHNhbXBsZSBub25jZQ==", {"a", "b"}, {{"Authorization", "token t"}}}),
              "GET /chat?x=1 HTTP/1.1\r\nHost: example.org:8888\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Protocol: a, b\r\nAuthorization: token t\r\n\r\n");
}

TEST(WebSocket, BelievesOnlyTheAnswerToItsOwnKey)
{
    const std::string head =
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: b\r\n\r\n";
    const auto answer = parse_websocket_answer(head, "dGhlIHNhbXBsZSBub25jZQ==");
    EXPECT_TRUE(answer->is_accepted);
    EXPECT_EQ(answer->protocol, "b");
    EXPECT_FALSE(parse_websocket_answer(head, "another key")->is_accepted);
    const auto refused = parse_websocket_answer("HTTP/1.1 403 Forbidden\r\n\r\n", "k");
    EXPECT_FALSE(refused->is_accepted);
    EXPECT_EQ(refused->status, 403);
    EXPECT_EQ(parse_websocket_answer("", "k")->status, 0);
}

}  // namespace
}  // namespace oi::net
