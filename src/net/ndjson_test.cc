// NdjsonParser: the same lines however the bytes are split.
#include "net/ndjson.h"

#include <gtest/gtest.h>

#include <vector>

namespace oi::net {

namespace {

std::vector<std::string> lines_of(std::string_view bytes, std::size_t piece, bool is_ended = true)
{
    std::vector<std::string> lines;
    NdjsonParser parser;
    const auto sink = [&](const SseEvent& event) {
        EXPECT_EQ(event.data[event.size], '\0');
        lines.emplace_back(event.text());
        return true;
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece) parser.feed(bytes.substr(at, piece), sink);
    if (is_ended) parser.finish(sink);
    return lines;
}

}  // namespace

TEST(Ndjson, LinesComeOutHoweverTheyAreSplit)
{
    const std::string bytes = "{\"a\":1}\n\r\n  {\"b\":\"\\n\"} \r\n\n{\"c\":3}";
    const std::vector<std::string> expected{"{\"a\":1}", "{\"b\":\"\\n\"}", "{\"c\":3}"};
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) EXPECT_EQ(lines_of(bytes, piece), expected) << piece;
}

TEST(Ndjson, ALineWithoutItsEndWaitsForTheEndOfTheStream)
{
    EXPECT_EQ(lines_of("{}\n{\"half\":", 4, false), std::vector<std::string>{"{}"});
    EXPECT_EQ(lines_of("{}\n{\"half\":", 4), (std::vector<std::string>{"{}", "{\"half\":"}));
    EXPECT_TRUE(lines_of("\n \r\n", 1).empty());
}

TEST(Ndjson, NothingIsReadAfterTheSinkHasEnough)
{
    NdjsonParser parser;
    int calls = 0;
    const auto sink = [&](const SseEvent&) { return ++calls < 2; };
    parser.feed("1\n2\n3\n", sink);
    parser.feed("4\n", sink);
    parser.finish(sink);
    EXPECT_EQ(calls, 2);
}

TEST(Ndjson, ALongLineInManyPiecesIsScannedOnce)
{
    const std::string line(10'000'000, 'x');
    EXPECT_EQ(lines_of(line + "\n", 1000).front().size(), line.size());
}

}  // namespace oi::net
