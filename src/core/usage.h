// Usage: what requests to a model cost.
#pragma once

namespace oi {

// What requests cost: tokens as the provider reports them, and their price. Sums add up field by field.
struct Usage {
    long input_tokens = 0;  // all of the request, from the cache or not
    long output_tokens = 0;
    long cached_tokens = 0;       // part of input_tokens that came from the provider's cache
    long cache_write_tokens = 0;  // part of input_tokens that was written to it, where that has a price of its own
    double cost = 0;              // dollars
    long unpriced_requests = 0;   // requests whose price is not known: `cost` is without them

    Usage& operator+=(const Usage& more)
    {
        input_tokens += more.input_tokens;
        output_tokens += more.output_tokens;
        cached_tokens += more.cached_tokens;
        cache_write_tokens += more.cache_write_tokens;
        cost += more.cost;
        unpriced_requests += more.unpriced_requests;
        return *this;
    }
    bool operator==(const Usage&) const = default;
};

}  // namespace oi
