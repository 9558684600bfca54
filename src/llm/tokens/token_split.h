// Token split: where a tokenizer cuts a text into the pieces that it encodes one by one. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oi::llm {

// The patterns of OpenAI's tokenizers, as tiktoken has them (tiktoken_ext/openai_public.py).
enum class SplitPattern : std::uint8_t { cl100k, o200k };

// The end of the piece that starts at `at`, which is before the end. Bytes that are no UTF-8 count as a sign each.
std::size_t piece_end(SplitPattern pattern, std::string_view text, std::size_t at);

}  // namespace oi::llm
