// RequestCounter: how many input tokens a vendor will count for a request, as exactly as can be known before it is sent.
#pragma once

#include "llm/dialogue.h"
#include "llm/provider.h"
#include "llm/tokens/token_family.h"

#include <optional>
#include <unordered_map>

namespace oi::llm {

// Counts of texts are kept by content: each is made once. After a reply, what the vendor has counted for that request is
// the base for those that begin with the same messages. One thread at a time.
class RequestCounter {
public:
    long count(const Request& request, const Endpoint& endpoint);

    // The vendor has counted `reported` input tokens for this request.
    void learn(const Request& request, const Endpoint& endpoint, long reported);

private:
    // A request that the vendor has counted.
    struct Anchor {
        std::size_t message_count = 0;
        std::size_t hash = 0;
        long reported = 0;
        long own = -1;  // what count_all() says of it; -1: not asked yet
    };

    void count_for(const Endpoint& endpoint);  // begins anew for another model
    long count_all(const Request& request, const Endpoint& endpoint);
    long count_turn(const Turn& turn, const Endpoint& endpoint);
    long count_part(const Part& part, const Endpoint& endpoint);
    long text(std::string_view text);

    std::unordered_map<std::size_t, long> known_;  // hash of a text -> its tokens
    std::string model_;                            // what was counted for last, and
    TokenFamily family_ = TokenFamily::other;      // its family
    std::optional<Anchor> anchor_;
};

}  // namespace oi::llm
