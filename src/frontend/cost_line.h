// Cost line: what a turn and its conversation cost, in one short line.
#pragma once

#include "core/usage.h"

#include <string>

namespace oi {

// "812", "1.2k", "34k", "1.2M".
std::string short_count(long number);

// What is known of a sum: "$0.02", "$0.02+" where requests without a price are not in it, "" where there is none.
std::string known_cost(const Usage& usage);

// "1.2k in (900 cached) · 340 out · $0.004 (conversation $0.02 of $1.00)"; `budget` in dollars, 0: none. What is free or has no
// known price goes without dollars. Empty when the server reports no usage.
std::string cost_line(const Usage& turn, const Usage& conversation, double budget);

}  // namespace oi
