// Frames: whole, in pieces, and malformed.
#include "kernel/frame.h"

#include <gtest/gtest.h>

namespace oi::kernel {
namespace {

std::vector<Frame> all(FrameReader& reader)
{
    std::vector<Frame> frames;
    for (;;) {
        auto frame = reader.next();
        if (!frame || !*frame) return frames;
        frames.push_back(**frame);
    }
}

TEST(Frame, ReadsTheSameWholeAndByteByByte)
{
    const std::string bytes = encode("run", 1, "a\nb") + encode("end", 12) + encode("display", 3, std::string{"\0\n 1 2\n", 7});
    const std::vector<Frame> expected{{"run", 1, "a\nb"}, {"end", 12, ""}, {"display", 3, std::string{"\0\n 1 2\n", 7}}};
    FrameReader whole;
    whole.feed(bytes);
    EXPECT_EQ(all(whole), expected);
    FrameReader pieces;
    std::vector<Frame> seen;
    for (const char byte : bytes) {
        pieces.feed({&byte, 1});
        for (auto& frame : all(pieces)) seen.push_back(std::move(frame));
    }
    EXPECT_EQ(seen, expected);
}

TEST(Frame, RefusesWhatIsNoFrame)
{
    for (const char* text : {"hello\n", "run x 3\n", "run 1 -3\n", "run 1\n", "run 1 99999999999\n"}) {
        FrameReader reader;
        reader.feed(text);
        const auto frame = reader.next();
        ASSERT_FALSE(frame) << text;
        EXPECT_EQ(frame.error().kind, ErrorKind::protocol);
    }
    FrameReader reader;
    reader.feed(std::string(100, 'x'));
    EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace oi::kernel
