// Tokenizer: the public tokenizers that this program carries, loaded when first used.
#pragma once

#include "llm/tokens/byte_pairs.h"
#include "llm/tokens/token_split.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace oi::llm {

// Usable from any thread.
class Tokenizer {
public:
    // The first call of each takes some milliseconds.
    static const Tokenizer& cl100k();
    static const Tokenizer& o200k();

    // Special tokens in the text are text like any other. Bytes that are no UTF-8 are encoded as they are.
    std::vector<std::uint32_t> encode(std::string_view text) const;
    long count(std::string_view text) const { return static_cast<long>(encode(text).size()); }

private:
    Tokenizer(std::string_view vocabulary, SplitPattern pattern) : pairs_{vocabulary}, pattern_{pattern} {}

    BytePairs pairs_;
    SplitPattern pattern_;
};

}  // namespace oi::llm
