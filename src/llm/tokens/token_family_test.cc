// The rates of families against what their published vocabularies make of texts: tests/tokens/families.tsv.
#include "llm/tokens/token_family.h"

#include "base/text.h"
#include "sys/files.h"
#include "testing/places.h"

#include <gtest/gtest.h>

#include <array>

namespace oi::llm {

TEST(TokenFamily, IsWithinTenPercentOfThePublishedVocabularies)
{
    constexpr std::array families{TokenFamily::llama, TokenFamily::qwen, TokenFamily::command, TokenFamily::gemini};
    const auto table = sys::read_file(cat(testing::source_folder(), "/tests/tokens/families.tsv"));
    ASSERT_TRUE(table.has_value());
    std::array<double, families.size()> counted{};
    std::array<double, families.size()> real{};
    int texts = 0;
    for (const auto line : split(*table, '\n')) {
        const auto columns = split(line, '\t');
        if (columns.size() != families.size() + 1 || columns.front() == "text") continue;
        const auto text = sys::read_file(cat(testing::source_folder(), "/tests/tokens/texts/", columns.front()));
        ASSERT_TRUE(text.has_value()) << columns.front();
        ++texts;
        for (std::size_t i = 0; i < families.size(); ++i) {
            const auto ours = static_cast<double>(count_text(families[i], *text));
            const auto theirs = static_cast<double>(to_integer(columns[i + 1]).value());
            EXPECT_NEAR(ours / theirs, 1, 0.1) << columns.front() << ", column " << i + 1 << ": " << ours << " for " << theirs;
            counted[i] += ours;
            real[i] += theirs;
        }
    }
    EXPECT_GE(texts, 19);
    for (std::size_t i = 0; i < families.size(); ++i) EXPECT_NEAR(counted[i] / real[i], 1, 0.05) << "column " << i + 1 << ", all texts";
}

TEST(TokenFamily, CountsNothingAsNothing)
{
    for (const auto family : {TokenFamily::o200k, TokenFamily::claude, TokenFamily::qwen, TokenFamily::other})
        EXPECT_EQ(count_text(family, ""), 0);
}

}  // namespace oi::llm
