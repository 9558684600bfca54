// SseParser: the same events from any split of the same bytes.
#include "net/sse.h"

#include <gtest/gtest.h>

#include <vector>

namespace oi::net {

namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

Events parse(std::string_view bytes, std::size_t piece)
{
    SseParser parser;
    Events events;
    const auto sink = [&](const SseEvent& event) {
        EXPECT_EQ(event.data[event.size], '\0');
        events.emplace_back(event.type, event.text());
        std::fill_n(event.data, event.size, '#');  // the reader may write on it
        return true;
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece) parser.feed(bytes.substr(at, piece), sink);
    parser.finish(sink);
    return events;
}

void expect_for_any_split(std::string_view bytes, const Events& expected)
{
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) EXPECT_EQ(parse(bytes, piece), expected) << "pieces of " << piece;
}

}  // namespace

TEST(Sse, ReadsEventsWithAnyLineEnd)
{
    const Events expected{{"", "a"}, {"ping", "{}"}, {"", "b"}};
    expect_for_any_split("data: a\n\nevent: ping\ndata: {}\n\ndata:b\n\n", expected);
    expect_for_any_split("data: a\r\n\r\nevent: ping\r\ndata: {}\r\n\r\ndata:b\r\n\r\n", expected);
    expect_for_any_split("data: a\r\revent: ping\rdata: {}\r\rdata:b\r\r", expected);
}

TEST(Sse, JoinsTheLinesOfOneEvent)
{
    expect_for_any_split("data: one\ndata:  two\nid: 7\ndata\ndata: three\n\n", {{"", "one\n two\n\nthree"}});
    expect_for_any_split("data: one\r\ndata: two\r\n\r\n", {{"", "one\ntwo"}});
}

TEST(Sse, LeavesOutCommentsMarksAndEventsWithoutData)
{
    expect_for_any_split("\xEF\xBB\xBF: hello\n\nretry: 10\n\nevent: nothing\n\ndata: x\n\n: bye\n\n", {{"", "x"}});
}

TEST(Sse, CountsALastEventOnlyWhenItsLinesAreWhole)
{
    expect_for_any_split("data: a\n\ndata: b\n", {{"", "a"}, {"", "b"}});
    expect_for_any_split("data: a\n\ndata: {\"cut", {{"", "a"}});
}

TEST(Sse, ASinkThatHasEnoughIsNotCalledAgain)
{
    SseParser parser;
    int calls = 0;
    parser.feed("data: a\n\ndata: b\n\n", [&](const SseEvent&) { return ++calls < 1; });
    parser.feed("data: c\n\n", [&](const SseEvent&) { return ++calls < 1; });
    EXPECT_EQ(calls, 1);
}

TEST(Sse, AHugeEventInSmallPiecesIsReadInLinearTime)
{
    SseParser parser;
    std::size_t size = 0;
    const std::string piece(1000, 'x');
    parser.feed("data: ", [](const SseEvent&) { return true; });
    for (int i = 0; i < 10'000; ++i) parser.feed(piece, [](const SseEvent&) { return true; });
    parser.feed("\n\n", [&](const SseEvent& event) {
        size = event.size;
        return true;
    });
    EXPECT_EQ(size, 10'000'000U);
}

}  // namespace oi::net
