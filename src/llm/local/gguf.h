// GGUF: what the header of a model file says about the model.
// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace oi::llm {

// Numbers are 0 where the file does not say.
struct GgufHeader {
    std::string architecture;  // "llama"
    std::string name;
    long context_length = 0;  // tokens that the model was trained with
    long layers = 0;
    long embedding_length = 0;
    long heads = 0;
    long kv_heads = 0;  // the most of any layer
    long key_length = 0;
    long value_length = 0;
    long parts = 1;  // files that the model is split into
    bool operator==(const GgufHeader&) const = default;

    // What one token takes in the cache of keys and values at 16 bits; 0: unknown.
    long cache_bytes_per_token() const;
};

// `bytes`: the file, or as much of its beginning as holds the header. Error: invalid, in words that go after the file's name.
Result<GgufHeader> parse_gguf(std::string_view bytes);

// Errors: those of opening the file, and of parse_gguf; they name the path.
Result<GgufHeader> read_gguf(const std::string& path);

}  // namespace oi::llm
