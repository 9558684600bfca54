// The line below a turn.
#include "frontend/cost_line.h"

#include <gtest/gtest.h>

namespace oi {

TEST(CostLine, SaysTokensAndCostOfTheTurnAndOfTheConversation)
{
    const Usage turn{.input_tokens = 1234, .output_tokens = 340, .cached_tokens = 900, .cost = 0.0042};
    EXPECT_EQ(cost_line(turn, turn, 0), "1.2k in (900 cached) \xC2\xB7 340 out \xC2\xB7 $0.004");
    const Usage all{.input_tokens = 20000, .output_tokens = 2000, .cost = 0.0234};
    EXPECT_EQ(cost_line(turn, all, 0), "1.2k in (900 cached) \xC2\xB7 340 out \xC2\xB7 $0.004 (conversation $0.023)");
    EXPECT_EQ(cost_line(turn, all, 1), "1.2k in (900 cached) \xC2\xB7 340 out \xC2\xB7 $0.004 (conversation $0.023 of $1.00)");
}

TEST(CostLine, WhatIsFreeUnknownOrUnreportedHasNoDollars)
{
    const Usage free{.input_tokens = 10, .output_tokens = 20};
    EXPECT_EQ(cost_line(free, free, 0), "10 in \xC2\xB7 20 out");
    const Usage unknown{.input_tokens = 10, .output_tokens = 20, .unpriced_requests = 1};
    EXPECT_EQ(cost_line(unknown, unknown, 0), "10 in \xC2\xB7 20 out");
    EXPECT_EQ(cost_line({.unpriced_requests = 1}, {.input_tokens = 5, .cost = 1}, 1), "");
    const Usage half{.input_tokens = 10, .output_tokens = 20, .cost = 0.5, .unpriced_requests = 1};
    EXPECT_EQ(cost_line(half, half, 0), "10 in \xC2\xB7 20 out \xC2\xB7 $0.50+");
}

TEST(CostLine, CountsAreShort)
{
    EXPECT_EQ(short_count(0), "0");
    EXPECT_EQ(short_count(999), "999");
    EXPECT_EQ(short_count(1000), "1.0k");
    EXPECT_EQ(short_count(9949), "9.9k");
    EXPECT_EQ(short_count(34'400), "34k");
    EXPECT_EQ(short_count(999'499), "999k");
    EXPECT_EQ(short_count(1'234'567), "1.2M");
    EXPECT_EQ(short_count(12'345'678), "12M");
}

}  // namespace oi
