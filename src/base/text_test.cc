// Text tools: the promises of text.h.
#include "base/text.h"

#include <gtest/gtest.h>

namespace oi {

TEST(Text, ValidUtf8KeepsWhatIsValidAndReplacesTheRest)
{
    EXPECT_EQ(valid_utf8("plain ascii, long enough for a word at a time"), "plain ascii, long enough for a word at a time");
    EXPECT_EQ(valid_utf8("h\xC3\xA9llo \xF0\x9F\x99\x82"), "h\xC3\xA9llo \xF0\x9F\x99\x82");
    EXPECT_EQ(valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
    EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
    EXPECT_EQ(valid_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
}

TEST(Text, UnfinishedUtf8CountsTheBytesOfACutCharacter)
{
    const std::string smile = "\xF0\x9F\x99\x82";
    EXPECT_EQ(unfinished_utf8("abc"), 0U);
    EXPECT_EQ(unfinished_utf8(smile), 0U);
    for (std::size_t n = 1; n < 4; ++n) EXPECT_EQ(unfinished_utf8("x" + smile.substr(0, n)), n);
}

TEST(Text, EscapesAreRemovedAndTextStays)
{
    EXPECT_EQ(without_escapes("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x07."), "red link.");
}

TEST(Text, NearestFindsASlipOfTheKeysOnly)
{
    EXPECT_EQ(nearest("modle", {"model", "verbose"}), "model");
    EXPECT_EQ(nearest("zzz", {"model", "verbose"}), std::nullopt);
}

TEST(Text, PrefixAndSuffixNeverCutACharacter)
{
    EXPECT_EQ(utf8_prefix("a\xC3\xA9", 2), "a");
    EXPECT_EQ(utf8_suffix("\xC3\xA9z", 2), "z");
}

TEST(Text, EachPlaceIsReplacedOnceAndWhatIsPutThereIsNotLookedAtAgain)
{
    EXPECT_EQ(replace_all("a.b.c", ".", ".."), "a..b..c");
    EXPECT_EQ(replace_all("aaaa", "aa", "a"), "aa");
    EXPECT_EQ(replace_all("none", "x", "y"), "none");
    EXPECT_EQ(replace_all("none", "", "y"), "none");
    EXPECT_EQ(replace_all("", "x", "y"), "");
    EXPECT_EQ(replace_all(std::string(200'000, '\n'), "\n", "\r\n").size(), 400'000U);
}

}  // namespace oi
