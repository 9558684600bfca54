// The built-in tokenizers.
#include "llm/tokens/tokenizer.h"

#include "base/embedded.h"

namespace oi::llm {

const Tokenizer& Tokenizer::cl100k()
{
    // Never destroyed: a turn may run while the process ends.
    static const Tokenizer& tokenizer = *new Tokenizer{embedded("tokens/cl100k_base.tokens"), SplitPattern::cl100k};
    return tokenizer;
}

const Tokenizer& Tokenizer::o200k()
{
    // Never destroyed: a turn may run while the process ends.
    static const Tokenizer& tokenizer = *new Tokenizer{embedded("tokens/o200k_base.tokens"), SplitPattern::o200k};
    return tokenizer;
}

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text) const
{
    std::vector<std::uint32_t> tokens;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = piece_end(pattern_, text, at);
        pairs_.encode(text.substr(at, end - at), tokens);
        at = end;
    }
    return tokens;
}

}  // namespace oi::llm
