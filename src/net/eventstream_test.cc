// Messages of Amazon's event stream, written here byte by byte: what arrives, and what is refused.
#include "net/eventstream.h"

#include "base/text.h"
#include "net/crypto.h"
#include "testing/event_frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace oi::net {

namespace {

namespace testing = oi::testing;

using testing::event_frame;
using testing::event_header;
using testing::event_message;

// What comes out, "type|data" each, and the error in one line at the end.
std::vector<std::string> read(std::string_view bytes, std::size_t piece)
{
    EventStreamParser parser;
    std::vector<std::string> out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const auto result = parser.feed(bytes.substr(at, piece), [&](const SseEvent& event) {
            EXPECT_EQ(event.data[event.size], '\0');
            out.push_back(cat(event.type, "|", event.text()));
            return true;
        });
        if (!result) {
            out.push_back(to_line(result.error()));
            break;
        }
    }
    return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST(EventStream, GivesTheSameEventsHoweverItIsSplit)
{
    const std::string bytes =
        event_frame("messageStart", R"({"role":"assistant"})") + event_frame("empty", "") +
        testing::exception_frame("throttlingException", "{}") +
        event_message(event_header(":message-type", "error") + event_header(":error-code", "500") + event_header(":error-message", "oops"),
                      "");
    const Lines expected{R"(messageStart|{"role":"assistant"})", "empty|", "exception:throttlingException|{}", "error:500|oops"};
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 10'000U}) EXPECT_EQ(read(bytes, piece), expected) << piece;
}

TEST(EventStream, PassesOverHeadersOfEveryOtherType)
{
    std::string headers;
    const auto add = [&](char type, std::string_view value) { headers += cat('\x01', 'x', type, value); };
    add('\0', "");
    add('\x01', "");
    add('\x02', "1");
    add('\x03', "12");
    add('\x04', "1234");
    add('\x05', "12345678");
    add('\x06', testing::big_endian(3, 2) + "abc");
    add('\x08', "12345678");
    add('\x09', "1234567890123456");
    EXPECT_EQ(read(event_message(headers + event_header(":event-type", "t"), "data"), 5), Lines{"t|data"});
}

TEST(EventStream, RefusesWhatIsMalformed)
{
    const std::string hint = " (is this address Amazon Bedrock's?)";
    const auto malformed = [&](std::string_view what) { return Lines{cat("sent a malformed event stream: ", what, hint)}; };
    const std::string good = event_frame("t", "data");
    for (std::size_t at = 0; at < 12; ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        EXPECT_EQ(read(bad, 1), malformed("the checksum of a message's prelude is wrong")) << at;
    }
    for (std::size_t at = 12; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        EXPECT_EQ(read(bad, 1), malformed("the checksum of a message is wrong")) << at;
    }
    const auto prelude = [](std::size_t total, std::size_t headers) {
        const std::string bytes = testing::big_endian(total, 4) + testing::big_endian(headers, 4);
        return bytes + testing::big_endian(crc32(bytes), 4);
    };
    EXPECT_EQ(read(prelude(0x7FFFFFFF, 0), 1), malformed("a message of 2147483647 bytes with 0 bytes of headers"));
    EXPECT_EQ(read(prelude(15, 0), 1), malformed("a message of 15 bytes with 0 bytes of headers"));
    EXPECT_EQ(read(prelude(100, 90), 1), malformed("a message of 100 bytes with 90 bytes of headers"));
    for (const std::string& headers : {std::string{"\x09:ev"}, cat('\x01', 'x', '\x0A'), cat('\x01', 'x', '\x07', '\0'),
                                       cat('\x01', 'x', '\x07', '\0', '\x09', "abc"), cat('\x01', 'x', '\x05', "123")})
        EXPECT_EQ(read(event_message(headers, ""), 1), malformed("a header of a message is malformed"));
}

TEST(EventStream, EndsForGoodWhenItsReaderWantsNoMore)
{
    EventStreamParser parser;
    int events = 0;
    const auto sink = [&](const SseEvent&) { return ++events < 2; };
    const std::string bytes = event_frame("a", "1") + event_frame("b", "2") + event_frame("c", "3");
    EXPECT_TRUE(parser.feed(bytes, sink));
    EXPECT_TRUE(parser.feed(bytes, sink));
    EXPECT_EQ(events, 2);
}

}  // namespace oi::net
