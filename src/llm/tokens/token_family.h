// Token family: which tokenizer a model uses, or what is known of it beside a public one.
#pragma once

#include <cstdint>
#include <string_view>

namespace oi::llm {

// o200k and cl100k are exact; the others are reckoned from these two.
enum class TokenFamily : std::uint8_t { o200k, cl100k, claude, gemini, llama, qwen, deepseek, mistral, command, other };

// What the catalogue says, else what the name does. `model` as the vendor calls it, with or without folders before it
// ("meta-llama/Llama-3.3-70B-Instruct").
TokenFamily token_family(std::string_view model);

inline bool is_exact(TokenFamily family) { return family == TokenFamily::o200k || family == TokenFamily::cl100k; }

// The tokens of one text.
long count_text(TokenFamily family, std::string_view text);

// What a picture of so many pixels costs a model of that name, as its vendor publishes it; 0 pixels: not known.
long image_tokens(TokenFamily family, std::string_view model, int width, int height);

}  // namespace oi::llm
