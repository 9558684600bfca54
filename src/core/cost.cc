// Tokens times price.
#include "core/cost.h"

#include <algorithm>
#include <cstdio>

namespace oi {

namespace {

double or_else(double price, double fallback) { return price >= 0 ? price : fallback; }

}  // namespace

bool is_known(const Price& price) { return price.input >= 0 && price.output >= 0; }

bool is_free(const Price& price) { return price.input == 0 && price.output == 0; }

std::optional<double> cost_of(const Usage& usage, const Price& price)
{
    if (!is_known(price)) return {};
    const long fresh = std::max(0L, usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens);
    const double input = static_cast<double>(fresh) * price.input +
                         static_cast<double>(usage.cached_tokens) * or_else(price.cached_input, price.input) +
                         static_cast<double>(usage.cache_write_tokens) * or_else(price.cache_write, price.input);
    return (input + static_cast<double>(usage.output_tokens) * price.output) / 1e6;
}

std::string dollars(double sum)
{
    if (sum == 0) return "$0";
    if (sum > 0 && sum < 0.00005) return "<$0.0001";
    const int digits = sum >= 0.0995 ? 2 : sum >= 0.00095 ? 3 : 4;
    char text[64];
    std::snprintf(text, sizeof text, "$%.*f", digits, sum);
    return text;
}

void add_cost(Usage& usage, const Price& price)
{
    if (usage.cost > 0) return;
    const bool is_reported = usage.input_tokens > 0 || usage.output_tokens > 0;
    const auto cost = cost_of(usage, price);
    if (cost && (is_reported || is_free(price))) usage.cost = *cost;
    else usage.unpriced_requests = 1;
}

}  // namespace oi
