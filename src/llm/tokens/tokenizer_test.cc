// The tokenizers against a reference: tests/tokens/vectors.jsonl, made by tests/tokens/make_vectors.mjs.
#include "llm/tokens/tokenizer.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"
#include "testing/places.h"

#include <chrono>
#include <cstdio>
#include <gtest/gtest.h>

namespace oi::llm {

namespace {

// How many tokens, and a hash of them.
std::string summary(const std::vector<std::uint32_t>& tokens)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::uint32_t token : tokens)
        for (unsigned shift = 0; shift < 32; shift += 8) hash = (hash ^ (token >> shift & 255)) * 0x100000001b3;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return cat(tokens.size(), " ", text);
}

std::string expected(const json::Value& vector, std::string_view encoding)
{
    const json::Value& pair = *json::find(vector, encoding);
    return cat(pair[0].GetInt64(), " ", json::view(pair[1]));
}

}  // namespace

TEST(Tokenizer, AgreesWithTheReferenceTokenForToken)
{
    const auto file = sys::read_file(cat(testing::source_folder(), "/tests/tokens/vectors.jsonl"));
    ASSERT_TRUE(file.has_value());
    int count = 0;
    for (const auto line : split(*file, '\n')) {
        if (line.empty()) continue;
        const auto vector = json::parse(std::string{line});
        ASSERT_TRUE(vector.has_value()) << line;
        const auto text = json::text(*vector, "text");
        EXPECT_EQ(summary(Tokenizer::cl100k().encode(text)), expected(*vector, "cl100k")) << "cl100k: " << line;
        EXPECT_EQ(summary(Tokenizer::o200k().encode(text)), expected(*vector, "o200k")) << "o200k: " << line;
        ++count;
    }
    EXPECT_GE(count, 200);
}

TEST(Tokenizer, EncodesWhatIsPublishedOfIt)
{
    // From OpenAI's cookbook, "How to count tokens with tiktoken".
    EXPECT_EQ(Tokenizer::cl100k().encode("tiktoken is great!"), (std::vector<std::uint32_t>{83, 1609, 5963, 374, 2294, 0}));
    EXPECT_EQ(Tokenizer::cl100k().encode("お誕生日おめでとう"),
              (std::vector<std::uint32_t>{33334, 45918, 243, 21990, 9080, 33334, 62004, 16556, 78699}));
}

TEST(Tokenizer, TakesAnyBytes)
{
    std::string bytes;
    for (int round = 0; round < 40; ++round)
        for (int byte = 255; byte >= 0; byte -= 1 + round) bytes += static_cast<char>(byte);
    for (const auto* tokenizer : {&Tokenizer::cl100k(), &Tokenizer::o200k()}) {
        const long count = tokenizer->count(bytes);
        EXPECT_GT(count, 0);
        EXPECT_LE(count, static_cast<long>(bytes.size()));
    }
}

// A quadratic merge of this would take minutes.
TEST(Tokenizer, AQuarterMegabyteOfOneLetterIsNoTrap)
{
    const std::string text(1 << 18, 'a');
    EXPECT_EQ(Tokenizer::o200k().count(text), (1 << 18) / 8);
    EXPECT_EQ(Tokenizer::cl100k().count(text), (1 << 18) / 8);
}

}  // namespace oi::llm
