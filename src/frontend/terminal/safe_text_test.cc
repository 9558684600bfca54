// Text of others, made harmless.
#include "frontend/terminal/safe_text.h"

#include <gtest/gtest.h>

namespace oi {

TEST(SafeText, NothingDependsOnWhereThePiecesWereCut)
{
    const std::string text =
        "a\x1b[1;31mb\x1b]8;;http://x\x1b\\c\x1b]0;t\x07"
        "d\x1bP1$q\x1b\\e\xF0\x9F\x91\x8D\xC3 \xE2\x80\xAE\xFF\x01\x7F\t\n\x1b(Bf\x1b";
    const std::string whole = safe_text(text);
    EXPECT_EQ(whole, "abcde\xF0\x9F\x91\x8D\xEF\xBF\xBD <U+202E>\xEF\xBF\xBD^A^?\t\nf");
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        SafeText safe;
        std::string out;
        safe.feed(std::string_view{text}.substr(0, cut), out);
        safe.feed(std::string_view{text}.substr(cut), out);
        safe.finish(out);
        EXPECT_EQ(out, whole) << cut;
    }
}

TEST(SafeText, AnUnfinishedSequenceEndsWithItsLine) { EXPECT_EQ(safe_text("a\x1b]0;title\nb\x1b[12\nc"), "a\nb\nc"); }

TEST(SafeText, ForAFileOnlyEscapeSequencesVanish)
{
    SafeText safe{SafeText::Level::file};
    std::string out;
    safe.feed("\x1b[31mred\x1b[0m\r\x07\xE2\x80\xAE", out);
    EXPECT_EQ(out, "red\r\x07\xE2\x80\xAE");
}

}  // namespace oi
