// Replacing a passage: what changes, what stays, and what is said of a passage that is not there.
#include "computer/text_edit.h"

#include <gtest/gtest.h>

namespace oi::computer {
namespace {

std::string edited(std::string_view text, std::string_view original, std::string_view replacement)
{
    const auto result = replace_in(text, original, replacement);
    return result ? result->text : to_line(result.error());
}

TEST(TextEdit, ReplacesEveryOccurrenceAndNothingElse)
{
    const auto result = replace_in("a b a\tb  \n\na", "a", "aa");
    EXPECT_EQ(result->text, "aa b aa\tb  \n\naa");
    EXPECT_EQ(result->count, 3U);
    EXPECT_EQ(edited("x = 1\ny = 2\n", "x = 1\ny = 2\n", ""), "");
}

TEST(TextEdit, KeepsTheLineEndsOfTheText)
{
    EXPECT_EQ(edited("a\r\nb\r\nc\r\n", "a\nb", "1\n2\n3"), "1\r\n2\r\n3\r\nc\r\n");
    EXPECT_EQ(edited("a\r\nb\n", "b", "1\n2"), "a\r\n1\n2\n") << "mixed ends: as they are given";
    EXPECT_EQ(edited("a\r\nb\r\n", "a\r\nb", "x"), "x\r\n");
}

TEST(TextEdit, KeepsTheEncodingOfTheText)
{
    EXPECT_EQ(edited("caf\xE9 na\xEFve", "café", "thé"), "th\xE9 na\xEFve");
    EXPECT_EQ(edited("\xEF\xBB\xBF"
                     "café",
                     "café", "thé"),
              "\xEF\xBB\xBF"
              "thé");
    EXPECT_EQ(edited("caf\xE9", "caf", "€"), "the replacement has characters that this Latin-1 text cannot hold");
}

TEST(TextEdit, NamesTheNearestPassages)
{
    EXPECT_EQ(
        edited("import os\n\ndef greet(name):\n    print('hello', name)\n\ndef greet_all(names):\n    pass\n", "def greet(nmae):", "x"),
        "the text to replace is not in it; the nearest passages are\n"
        "  line 3: def greet(name):\n"
        "  line 6: def greet_all(names):\n"
        "  line 4: print('hello', name)");
    EXPECT_EQ(edited("a = 1\nb = 2\nc = 3\n", "a = 1\nb = 3", "x"),
              "the text to replace is not in it; the nearest passages are\n  line 1: a = 1\n    b = 2\n  line 3: c = 3");
    EXPECT_EQ(edited("", "a", "b"), "the text to replace is not in it");
    EXPECT_EQ(edited("a", "", "b"), "the text to replace is empty");
}

TEST(TextEdit, ShortensLongPassages)
{
    const std::string told = edited(std::string(1000, 'x') + "é", "xxxxy", "");
    EXPECT_LT(told.size(), 250U);
    EXPECT_TRUE(told.ends_with("xxx...")) << told;
}

}  // namespace
}  // namespace oi::computer
