// Cost: tokens times their price. Pure.
#pragma once

#include "core/language_model.h"
#include "core/usage.h"

#include <optional>
#include <string>

namespace oi {

// Input and output have a price.
bool is_known(const Price& price);
bool is_free(const Price& price);

// Dollars; nullopt where the price is not known. Cached and cache-written input has the price of input where it has none of its own.
std::optional<double> cost_of(const Usage& usage, const Price& price);

// Fills `cost` or `unpriced_requests` of one request's usage. A usage that already has a cost (the server said it) stays; one
// without any tokens was not reported, which only a free model can afford.
void add_cost(Usage& usage, const Price& price);

// "$0.004", "$1.20": as many digits as such a sum needs.
std::string dollars(double sum);

}  // namespace oi
