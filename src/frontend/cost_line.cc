// The words of the cost line.
#include "frontend/cost_line.h"

#include "base/text.h"
#include "core/cost.h"

#include <cstdio>

namespace oi {

std::string short_count(long number)
{
    if (number < 1000) return cat(number);
    const bool is_million = number >= 999'500;
    const double scaled = static_cast<double>(number) / (is_million ? 1e6 : 1e3);
    char text[32];
    std::snprintf(text, sizeof text, "%.*f%s", scaled < 9.95 ? 1 : 0, scaled, is_million ? "M" : "k");
    return text;
}

std::string known_cost(const Usage& usage)
{
    if (usage.cost == 0) return {};
    return cat(dollars(usage.cost), usage.unpriced_requests > 0 ? "+" : "");
}

std::string cost_line(const Usage& turn, const Usage& conversation, double budget)
{
    constexpr std::string_view dot = " \xC2\xB7 ";
    if (turn.input_tokens == 0 && turn.output_tokens == 0) return {};
    std::string line = cat(short_count(turn.input_tokens), " in");
    if (turn.cached_tokens > 0) line += cat(" (", short_count(turn.cached_tokens), " cached)");
    line += cat(dot, short_count(turn.output_tokens), " out");
    const std::string cost = known_cost(turn);
    if (!cost.empty()) line += cat(dot, cost);
    const std::string all = known_cost(conversation);
    if (budget > 0) line += cat(" (conversation ", all.empty() ? "$0" : all, " of ", dollars(budget), ")");
    else if (!all.empty() && all != cost) line += cat(" (conversation ", all, ")");
    return line;
}

}  // namespace oi
