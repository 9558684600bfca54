// What usage costs.
#include "core/cost.h"

#include <gtest/gtest.h>

namespace oi {

namespace {
constexpr Price haiku{.input = 1, .output = 5, .cached_input = 0.1, .cache_write = 1.25};
}

TEST(Cost, EachKindOfTokenHasItsPrice)
{
    const Usage usage{.input_tokens = 1'000'000, .output_tokens = 100'000, .cached_tokens = 600'000, .cache_write_tokens = 300'000};
    EXPECT_DOUBLE_EQ(*cost_of(usage, haiku), 0.1 * 1 + 0.6 * 0.1 + 0.3 * 1.25 + 0.1 * 5);
}

TEST(Cost, CachedTokensCostWhatInputCostsWhereTheyHaveNoPriceOfTheirOwn)
{
    const Usage usage{.input_tokens = 1'000'000, .cached_tokens = 600'000, .cache_write_tokens = 300'000};
    EXPECT_DOUBLE_EQ(*cost_of(usage, {.input = 2, .output = 3}), 2);
}

TEST(Cost, OfAnUnknownPriceIsUnknownAndThatIsCounted)
{
    Usage usage{.input_tokens = 5, .output_tokens = 5};
    EXPECT_FALSE(cost_of(usage, {}));
    EXPECT_FALSE(cost_of(usage, {.input = 1}));
    add_cost(usage, {});
    EXPECT_EQ(usage, (Usage{.input_tokens = 5, .output_tokens = 5, .unpriced_requests = 1}));
}

TEST(Cost, UsageThatNobodyReportedIsFreeOnlyWhereAllIs)
{
    Usage paid, free;
    add_cost(paid, haiku);
    add_cost(free, {.input = 0, .output = 0});
    EXPECT_EQ(paid.unpriced_requests, 1);
    EXPECT_EQ(free, Usage{});
}

TEST(Cost, DollarsHaveAsManyDigitsAsTheyNeed)
{
    EXPECT_EQ(dollars(0), "$0");
    EXPECT_EQ(dollars(0.00001), "<$0.0001");
    EXPECT_EQ(dollars(0.00042), "$0.0004");
    EXPECT_EQ(dollars(0.0042), "$0.004");
    EXPECT_EQ(dollars(0.0999), "$0.10");
    EXPECT_EQ(dollars(1.5), "$1.50");
    EXPECT_EQ(dollars(1234.5), "$1234.50");
}

TEST(Cost, WhatTheServerSaysComesFirst)
{
    Usage usage{.input_tokens = 1000, .cost = 0.5};
    add_cost(usage, haiku);
    EXPECT_DOUBLE_EQ(usage.cost, 0.5);
}

}  // namespace oi
