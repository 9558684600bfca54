// GGUF: whole headers, and every way in which bytes can lie.
#include "llm/local/gguf.h"

#include "llm/local/engine_model.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <random>

namespace oi::llm {

namespace {

template <class T>
std::string raw(T number)
{
    return {reinterpret_cast<const char*>(&number), sizeof number};
}
std::string text(std::string_view words) { return raw(std::uint64_t{words.size()}) + std::string{words}; }
std::string pair(std::string_view key, std::string_view value) { return text(key) + raw(std::uint32_t{8}) + text(value); }
std::string pair(std::string_view key, std::uint32_t value) { return text(key) + raw(std::uint32_t{4}) + raw(value); }

std::string file(const std::vector<std::string>& pairs)
{
    std::string bytes = "GGUF" + raw(std::uint32_t{3}) + raw(std::uint64_t{0}) + raw(std::uint64_t{pairs.size()});
    for (const auto& one : pairs) bytes += one;
    return bytes;
}

std::string usual()
{
    std::string heads = text("llama.attention.head_count_kv") + raw(std::uint32_t{9}) + raw(std::uint32_t{5}) + raw(std::uint64_t{3});
    for (const std::int32_t kv_heads : {2, 8, 4}) heads += raw(kv_heads);
    std::string words = text("tokenizer.ggml.tokens") + raw(std::uint32_t{9}) + raw(std::uint32_t{8}) + raw(std::uint64_t{3});
    for (const std::string_view word : {"a", "", "long word"}) words += text(word);
    return file({pair("general.architecture", "llama"), pair("general.name", "Tiny"), pair("llama.context_length", 8192),
                 pair("llama.block_count", 3), pair("llama.embedding_length", 4096), pair("llama.attention.head_count", 32), heads, words,
                 text("general.fraction") + raw(std::uint32_t{6}) + raw(0.5F),
                 text("llama.attention.key_length") + raw(std::uint32_t{10}) + raw(std::uint64_t{64}), pair("other.context_length", 1)});
}

}  // namespace

TEST(Gguf, TheHeaderSaysWhatTheModelIs)
{
    const GgufHeader expected{.architecture = "llama",
                              .name = "Tiny",
                              .context_length = 8192,
                              .layers = 3,
                              .embedding_length = 4096,
                              .heads = 32,
                              .kv_heads = 8,
                              .key_length = 64};
    EXPECT_EQ(parse_gguf(usual()), expected);
    EXPECT_EQ(parse_gguf(usual())->cache_bytes_per_token(), 3 * 8 * (64 + 128) * 2);
}

TEST(Gguf, EveryFileThatEndsTooSoonIsAnError)
{
    const std::string whole = usual();
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(parse_gguf(std::string_view{whole}.substr(0, size))) << size;
    EXPECT_TRUE(parse_gguf(whole));
}

TEST(Gguf, LengthsAreNotBelieved)
{
    constexpr std::uint64_t huge = ~std::uint64_t{0};
    const std::string head = "GGUF" + raw(std::uint32_t{3}) + raw(std::uint64_t{0});
    EXPECT_FALSE(parse_gguf(head + raw(huge)));
    EXPECT_FALSE(parse_gguf(head + raw(std::uint64_t{1}) + raw(huge)));
    for (const std::uint32_t type : {0U, 4U, 8U, 9U, 77U}) {
        const std::string list = text("k") + raw(std::uint32_t{9}) + raw(type) + raw(huge);
        EXPECT_FALSE(parse_gguf(file({pair("general.architecture", "llama"), list}))) << type;
    }
    std::string nest;
    for (int depth = 0; depth < 100'000; ++depth) nest += raw(std::uint32_t{9}) + raw(std::uint64_t{1});
    EXPECT_FALSE(parse_gguf(file({text("k") + raw(std::uint32_t{9}) + nest})));
    EXPECT_FALSE(parse_gguf(file({})));
    EXPECT_EQ(parse_gguf("GGUF" + raw(std::uint32_t{9}) + raw(std::uint64_t{0}) + raw(std::uint64_t{0})).error().kind,
              ErrorKind::unsupported);
}

TEST(Gguf, ChangedBytesNeverDoHarm)
{
    std::mt19937 random{1};
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = usual();
        for (int changes = 1 + static_cast<int>(random() % 4); changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random() % 2 ? random() : 0xff);
        if (const auto header = parse_gguf(bytes)) {
            EXPECT_GE(header->cache_bytes_per_token(), 0);
            EXPECT_GE(window_of(*header, 0, 1 << 30), 0);
        }
    }
}

TEST(Gguf, FilesAreNamedInErrors)
{
    const testing::TempDir folder;
    EXPECT_EQ(read_gguf(folder.write("good.gguf", usual()))->name, "Tiny");
    const auto bad = read_gguf(folder.write("bad.gguf", "PK\x03\x04"));
    EXPECT_EQ(bad.error().what, folder / "bad.gguf" + " is no GGUF file");
    EXPECT_EQ(read_gguf(folder.write("empty.gguf", "")).error().kind, ErrorKind::invalid);
    EXPECT_EQ(read_gguf(folder / "none.gguf").error().kind, ErrorKind::not_found);
    EXPECT_EQ(read_gguf(folder.path()).error().kind, ErrorKind::invalid);
}

TEST(Gguf, TheWindowIsWhatIsAskedForTrainedAndFits)
{
    GgufHeader header{.context_length = 131072, .layers = 32, .embedding_length = 4096, .heads = 32, .kv_heads = 8};  // 128 KiB a token
    constexpr std::int64_t gigabyte = 1 << 30;
    EXPECT_EQ(window_of(header, 0, 100 * gigabyte), 32768);
    EXPECT_EQ(window_of(header, 100'000, 100 * gigabyte), 100'000);
    EXPECT_EQ(window_of(header, 500'000, 100 * gigabyte), 131072);
    EXPECT_EQ(window_of(header, 0, 2 * gigabyte), 8192);
    EXPECT_EQ(window_of(header, 0, 1), 1024);
    header.context_length = 512;
    EXPECT_EQ(window_of(header, 0, 100 * gigabyte), 512);
    header.context_length = 0;
    EXPECT_EQ(window_of(header, 0, 100 * gigabyte), 3000);
    EXPECT_EQ(window_of(header, 4000, 100 * gigabyte), 4000);
}

}  // namespace oi::llm
