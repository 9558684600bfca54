// BytePairs: byte-pair encoding with a vocabulary in rank order. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace oi::llm {

class BytePairs {
public:
    // `vocabulary`: the tokens in the order of their ranks, each a byte of length and its bytes (tools/make_vocabulary).
    // It must outlive this. Every single byte must be among them.
    explicit BytePairs(std::string_view vocabulary);

    // Appends the tokens of one piece of text. Time n log n, whatever is in it.
    void encode(std::string_view piece, std::vector<std::uint32_t>& tokens) const;

    std::size_t size() const { return offsets_.size(); }

private:
    static constexpr std::uint32_t none = UINT32_MAX;

    std::string_view token(std::uint32_t rank) const;
    std::uint32_t rank(std::string_view bytes) const;  // none: no such token
    void merge_short(std::string_view piece, std::vector<std::uint32_t>& tokens) const;
    void merge_long(std::string_view piece, std::vector<std::uint32_t>& tokens) const;

    std::string_view vocabulary_;
    std::vector<std::uint32_t> offsets_;  // of each token's length byte
    std::vector<std::uint32_t> slots_;    // open addressing: fingerprint and rank + 1; 0: free
    std::size_t longest_ = 0;
};

}  // namespace oi::llm
