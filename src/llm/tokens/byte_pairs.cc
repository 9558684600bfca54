// Byte-pair encoding: the neighbours whose union has the lowest rank are joined until none is a token.
#include "llm/tokens/byte_pairs.h"

#include <array>
#include <cstring>
#include <functional>
#include <queue>

namespace oi::llm {

namespace {

constexpr unsigned rank_bits = 18;
constexpr std::uint32_t rank_mask = (1U << rank_bits) - 1;
constexpr std::size_t slot_count = 1U << (rank_bits + 1);  // at most half full
constexpr std::size_t short_piece = 64;                    // up to here looking at all pairs beats a heap

std::uint64_t hash(std::string_view bytes)
{
    std::uint64_t sum = bytes.size() * 0x9E3779B97F4A7C15ULL;
    while (!bytes.empty()) {
        std::uint64_t word = 0;
        const std::size_t size = bytes.size() < 8 ? bytes.size() : 8;
        std::memcpy(&word, bytes.data(), size);
        sum = (sum ^ word) * 0xD6E8FEB86659FD93ULL;
        sum ^= sum >> 32;
        bytes.remove_prefix(size);
    }
    return sum * 0x9E3779B97F4A7C15ULL;
}

std::size_t slot_of(std::uint64_t hashed) { return hashed >> (64 - rank_bits - 1); }
std::uint32_t fingerprint_of(std::uint64_t hashed) { return static_cast<std::uint32_t>(hashed) & ~rank_mask; }

}  // namespace

BytePairs::BytePairs(std::string_view vocabulary) : vocabulary_{vocabulary}, slots_(slot_count)
{
    offsets_.reserve(rank_mask);
    for (std::size_t at = 0; at < vocabulary.size() && offsets_.size() < rank_mask;) {
        const auto rank = static_cast<std::uint32_t>(offsets_.size());
        offsets_.push_back(static_cast<std::uint32_t>(at));
        const std::string_view bytes = token(rank);
        longest_ = std::max(longest_, bytes.size());
        at += 1 + bytes.size();
        const std::uint64_t hashed = hash(bytes);
        std::size_t slot = slot_of(hashed);
        while (slots_[slot] != 0) slot = (slot + 1) % slot_count;
        slots_[slot] = fingerprint_of(hashed) | (rank + 1);
    }
}

std::string_view BytePairs::token(std::uint32_t rank) const
{
    const std::size_t at = offsets_[rank];
    return vocabulary_.substr(at + 1, static_cast<unsigned char>(vocabulary_[at]));
}

std::uint32_t BytePairs::rank(std::string_view bytes) const
{
    if (bytes.size() > longest_) return none;
    const std::uint64_t hashed = hash(bytes);
    const std::uint32_t fingerprint = fingerprint_of(hashed);
    for (std::size_t slot = slot_of(hashed); slots_[slot] != 0; slot = (slot + 1) % slot_count) {
        if ((slots_[slot] & ~rank_mask) != fingerprint) continue;
        const std::uint32_t found = (slots_[slot] & rank_mask) - 1;
        if (token(found) == bytes) return found;
    }
    return none;
}

void BytePairs::encode(std::string_view piece, std::vector<std::uint32_t>& tokens) const
{
    if (piece.empty()) return;
    if (const std::uint32_t whole = rank(piece); whole != none) tokens.push_back(whole);
    else if (piece.size() <= short_piece) merge_short(piece, tokens);
    else merge_long(piece, tokens);
}

void BytePairs::merge_short(std::string_view piece, std::vector<std::uint32_t>& tokens) const
{
    std::array<std::uint8_t, short_piece + 1> start;  // of each part; the last one is the end
    std::array<std::uint32_t, short_piece> joined;    // rank of a part with the one after it
    std::size_t parts = piece.size();
    for (std::size_t i = 0; i <= parts; ++i) start[i] = static_cast<std::uint8_t>(i);
    const auto join = [&](std::size_t i) { return i + 2 <= parts ? rank(piece.substr(start[i], start[i + 2] - start[i])) : none; };
    for (std::size_t i = 0; i < parts; ++i) joined[i] = join(i);
    for (;;) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < parts; ++i)
            if (joined[i] < joined[best]) best = i;
        if (joined[best] == none) break;
        std::memmove(&start[best + 1], &start[best + 2], parts - best - 1);
        std::memmove(&joined[best + 1], &joined[best + 2], (parts - best - 2) * sizeof joined[0]);
        --parts;
        joined[best] = join(best);
        if (best > 0) joined[best - 1] = join(best - 1);
    }
    for (std::size_t i = 0; i < parts; ++i) tokens.push_back(rank(piece.substr(start[i], start[i + 1] - start[i])));
}

// Parts are a linked list by the byte that they start at; a heap holds the joins, stale ones too.
void BytePairs::merge_long(std::string_view piece, std::vector<std::uint32_t>& tokens) const
{
    const auto size = static_cast<std::uint32_t>(piece.size());
    std::vector<std::uint32_t> next(size + 1), previous(size + 1), joined(size + 1, none);
    using Join = std::uint64_t;  // rank, then start: of equal ranks the leftmost comes first
    std::priority_queue<Join, std::vector<Join>, std::greater<>> joins;
    const auto renew = [&](std::uint32_t at) {
        joined[at] = next[at] < size ? rank(piece.substr(at, next[next[at]] - at)) : none;
        if (joined[at] != none) joins.push(Join{joined[at]} << 32 | at);
    };
    for (std::uint32_t at = 0; at <= size; ++at) {
        next[at] = at + 1;
        previous[at] = at - 1;
    }
    for (std::uint32_t at = 0; at < size; ++at) renew(at);
    while (!joins.empty()) {
        const auto at = static_cast<std::uint32_t>(joins.top());
        const auto ranked = static_cast<std::uint32_t>(joins.top() >> 32);
        joins.pop();
        if (joined[at] != ranked) continue;
        const std::uint32_t gone = next[at];
        joined[gone] = none;
        next[at] = next[gone];
        previous[next[at]] = at;
        renew(at);
        if (at > 0) renew(previous[at]);
    }
    for (std::uint32_t at = 0; at < size; at = next[at]) tokens.push_back(rank(piece.substr(at, next[at] - at)));
}

}  // namespace oi::llm
