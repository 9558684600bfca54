// BoundedText: never longer than the limit, and every number true.
#include "core/bounded_text.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace oi {
namespace {

std::string lines(int count)
{
    std::string text;
    for (int i = 1; i <= count; ++i) text += cat("line ", i, "\n");
    return text;
}

std::string bounded(std::string_view text, std::size_t limit, const Spooled& whole = {}, std::size_t before = 0, std::size_t piece = 64)
{
    BoundedText kept{limit};
    for (std::size_t at = 0; at < text.size(); at += piece) kept.append(text.substr(at, piece));
    return kept.text(whole, before);
}

TEST(BoundedText, WhatFitsStaysAsItIs)
{
    EXPECT_EQ(bounded("abc\n", 4), "abc\n");
    EXPECT_EQ(bounded("", 4), "");
    EXPECT_EQ(bounded("", 0), "");
}

TEST(BoundedText, TheLineBetweenCountsBytesAndLines)
{
    EXPECT_EQ(bounded(lines(1000), 120),
              "line 1\nline 2\nline 3\n"
              "[... 8853 of 8893 bytes left out, lines 4 to 998 of 1000 ...]\n"
              "line 999\nline 1000\n");
    EXPECT_EQ(bounded(lines(1000), 300, {.file = "/o/1.txt"}, 10),
              "line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9\nline 10\nline 11\nline 12\n"
              "[... 8715 of 8893 bytes left out, lines 13 to 990 of 1000; read more with: sed -n '23,122p' /o/1.txt ...]\n"
              "line 991\nline 992\nline 993\nline 994\nline 995\nline 996\nline 997\nline 998\nline 999\nline 1000\n");
}

TEST(BoundedText, WithinOneLineItNamesBytes)
{
    EXPECT_EQ(
        bounded(cat("a", std::string(9998, 'x'), "e\n"), 200, {.file = "/o/1.txt"}),
        cat("a", std::string(49, 'x'), "\n[... 9901 of 10001 bytes left out; read more with: head -c 5050 /o/1.txt | tail -c 5000 ...]\n",
            std::string(48, 'x'), "e\n"));
}

TEST(BoundedText, WhatIsNotWholeSaysSo)
{
    const std::string both = bounded(lines(1000), 400, {.file = "/o/1", .end = "/o/1.end", .is_whole = false});
    EXPECT_NE(both.find("; the beginning is in /o/1, the end in /o/1.end ...]"), std::string::npos) << both;
    const std::string half = bounded(lines(1000), 400, {.file = "/o/1", .is_whole = false});
    EXPECT_NE(half.find("; what could be written is in /o/1 ...]"), std::string::npos) << half;
}

TEST(BoundedText, EveryLimitIsKeptAndEveryNumberIsTrue)
{
    const std::regex between{R"((\[\.\.\. (\d+) of (\d+) bytes left out(, lines (\d+) to (\d+) of (\d+))?.*\.\.\.\]\n))"};
    for (const int count : {5, 40, 333}) {
        const std::string text = lines(count);
        for (std::size_t limit = 80; limit < 700; ++limit) {
            const std::string got = bounded(text, limit, {.file = "/some/where/1-1.txt"}, 0, limit % 90 + 1);
            ASSERT_LE(got.size(), limit);
            std::smatch match;
            if (text.size() <= limit) {
                ASSERT_EQ(got, text);
                continue;
            }
            ASSERT_TRUE(std::regex_search(got, match, between)) << got;
            const std::string head = match.prefix(), tail = match.suffix();
            ASSERT_EQ(std::stoul(match[2]) + head.size() + tail.size(), text.size()) << got;
            ASSERT_TRUE(text.starts_with(head) && text.ends_with(tail)) << got;
            ASSERT_EQ(std::stoul(match[3]), text.size());
            ASSERT_EQ(match[5], std::to_string(std::count(head.begin(), head.end(), '\n') + 1)) << got;
            const int cut_line = tail.empty() || text[text.size() - tail.size() - 1] == '\n' ? 0 : 1;
            ASSERT_EQ(match[6], std::to_string(count - std::count(tail.begin(), tail.end(), '\n') + cut_line)) << got;
            ASSERT_EQ(match[7], std::to_string(count)) << got;
        }
    }
}

TEST(BoundedText, CharactersAreNotCut)
{
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "\xE2\x82\xAC";
    for (std::size_t limit = 100; limit < 130; ++limit) EXPECT_EQ(valid_utf8(bounded(text, limit)), bounded(text, limit));
}

}  // namespace
}  // namespace oi
