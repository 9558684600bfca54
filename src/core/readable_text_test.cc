// ReadableText: what programs really write, whole and cut at every place.
#include "core/readable_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi {
namespace {

struct Case {
    const char* what;
    std::string raw;
    std::string readable;
};

const std::vector<Case>& cases()
{
    static const std::vector<Case> all{
        {"plain", "one\ntwo\nthree", "one\ntwo\nthree"},
        {"colours", "\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x07.\n", "red link.\n"},
        {"windows lines", "a\r\nb\r\n", "a\nb\n"},
        {"a bar", "10%\r50%\r100%\n", "100%\n"},
        {"a bar that ends with a return", "10%\r100%\r", "100%"},
        {"a bar that clears itself", "10%\r100%\r\x1b[Kdone\n", "done\n"},
        {"erased by spaces", "loading\r       \rdone\n", "done\n"},
        {"whole line erased", "busy\x1b[2K\rready\n", "ready\n"},
        {"cursor to the first column", "busy\x1b[1Gready\x1b[0K\n", "ready\n"},
        {"a spinner", "wait |\b/\b-\b\\\b \bok\n", "wait ok\n"},
        {"overstrike", "N\bNA\bAM\bM\n", "NAM\n"},
        {"backspace takes whole characters", "\xC3\xA4\b\xE2\x82\xAC\b.\n", ".\n"},
        {"backspace stops at the margin", "a\b\b\bb\n", "b\n"},
        {"nested bars",
         "outer 0\n\rinner 0\x1b[A\n\rinner 1\x1b[A\n\rinner 2\x1b[A\router 1\n\rinner 0\x1b[A\n\rinner 2\x1b[A\router 2\n\n",
         "outer 2\ninner 2\n"},
        {"rows drawn anew", "start\na 1\nb 1\n\x1b[2A\x1b[2Ka 2\n\x1b[2Kb 2\nend\n", "start\na 2\nb 2\nend\n"},
        {"erased below", "one\ntwo\nthree\x1b[2A\r\x1b[Jlast\n", "last\n"},
        {"up beyond the window finds nothing", "\x1b[99Ax\n", "x\n"},
        {"a title that never ends", "\x1b]0;title\nnext\n", "\nnext\n"},
        {"a title and a picture",
         "\x1b]0;t\x07"
         "a\x1bPq#0\x1b\\b\n",
         "ab\n"},
        {"charsets and saved cursors",
         "\x1b(Ba\x1b"
         "7b\x1b"
         "8c\x1b[?25l\x1b[?25h\n",
         "abc\n"},
        {"a broken sequence", "\x1b[12\nx\x1b\ny\x1b", "\nx\ny"},
        {"empty lines stay", "\n\na\n\n", "\n\na\n\n"},
        {"bells vanish", "a\ab\n", "ab\n"},
        {"a gap", "a\x1b[3Cb\n", "a   b\n"},
    };
    return all;
}

std::string in_pieces(std::initializer_list<std::string_view> pieces)
{
    ReadableText readable;
    std::string out;
    for (const auto piece : pieces) readable.feed(piece, out);
    readable.finish(out);
    return out;
}

TEST(ReadableText, KeepsTheLastState)
{
    for (const auto& one : cases()) EXPECT_EQ(readable_text(one.raw), one.readable) << one.what;
}

TEST(ReadableText, ItDoesNotMatterWhereTheTextIsCut)
{
    for (const auto& one : cases()) {
        const std::string_view raw = one.raw;
        for (std::size_t first = 0; first <= raw.size(); ++first)
            for (std::size_t second = first; second <= raw.size(); ++second)
                ASSERT_EQ(in_pieces({raw.substr(0, first), raw.substr(first, second - first), raw.substr(second)}), one.readable)
                    << one.what << ", cut at " << first << " and " << second;
        ReadableText bytes;
        std::string out;
        for (const char c : raw) bytes.feed({&c, 1}, out);
        bytes.finish(out);
        EXPECT_EQ(out, one.readable) << one.what;
    }
}

TEST(ReadableText, ManyLinesAreTheSameWhateverThePieces)
{
    std::string whole;
    for (int i = 0; i < 500; ++i)
        whole += std::string(static_cast<std::size_t>(i % 7), 'x') + std::to_string(i) + (i % 97 == 5 ? "\r" : "\n");
    for (const std::size_t piece : {1, 3, 50, 1000, 100'000}) {
        ReadableText readable;
        std::string out;
        for (std::size_t at = 0; at < whole.size(); at += piece) {
            readable.feed(std::string_view{whole}.substr(at, piece), out);
            const std::string pending = readable.pending();
            ASSERT_LE(std::count(pending.begin(), pending.end(), '\n'), 32);
        }
        readable.finish(out);
        EXPECT_EQ(out, readable_text(whole)) << piece;
    }
}

TEST(ReadableText, ABarOfTenMegabytesIsOneLine)
{
    std::string raw;
    for (int i = 0; raw.size() < 10'000'000; ++i) raw += "\r" + std::to_string(i) + " [" + std::string(40, '#') + "]";
    ReadableText readable;
    std::string out;
    readable.feed("start\n" + raw + "\rdone\n", out);
    EXPECT_LT(out.size() + readable.pending().size(), 20U);
    readable.finish(out);
    EXPECT_EQ(out, "start\ndone\n");
}

TEST(ReadableText, ALineWithoutEndNeedsNoMemory)
{
    ReadableText readable;
    std::string out;
    std::size_t total = 0;
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 100; ++i) {
        readable.feed(piece, out);
        total += out.size();
        out.clear();
        ASSERT_LE(readable.pending().size(), 70'000U);
    }
    readable.finish(out);
    EXPECT_EQ(total + out.size(), 10'000'000U);
}

// As the terminal uses it: rows are kept only once something moves up.
TEST(ReadableText, ASmallWindowGrowsWhenTheCursorGoesUp)
{
    ReadableText readable{1};
    std::string out;
    readable.feed("log\nouter 0\n\rinner 0", out);
    EXPECT_EQ(out, "log\nouter 0\n");
    for (int i = 1; i < 50; ++i) readable.feed("\x1b[A\router " + std::to_string(i) + "\n\rinner " + std::to_string(i), out);
    EXPECT_TRUE(readable.has_moved());
    EXPECT_EQ(readable.row(), "inner 49");
    readable.feed("\nafter\n", out);
    readable.finish(out);
    EXPECT_EQ(out, "log\nouter 0\nouter 49\ninner 49\nafter\n");
}

TEST(ReadableText, SkippedColumnsDoNotGrowARowWithoutEnd)
{
    ReadableText readable;
    std::string settled;
    for (int i = 0; i < 1000; ++i) readable.feed("\x1b[200C", settled);
    EXPECT_LE(readable.pending().size() + settled.size(), 16U * 1024);
    readable.feed("end\n", settled);
    readable.finish(settled);
    EXPECT_TRUE(settled.ends_with(" end\n"));
}

}  // namespace
}  // namespace oi
