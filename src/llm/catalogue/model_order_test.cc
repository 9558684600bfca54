// Model order: lists as vendors give them, and what a person sees first.
#include "llm/catalogue/model_order.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

constexpr long day = 24 * 3600;

std::vector<std::string> order(std::vector<ListedModel> models)
{
    std::vector<std::string> names;
    for (const auto& model : in_order(std::move(models))) names.push_back(model.name);
    return names;
}

using Names = std::vector<std::string>;

TEST(ModelOrder, NewModelsComeBeforeOldOnesAndFullOnesBeforeTheirSmallSisters)
{
    EXPECT_EQ(order({{.name = "openai/gpt-4o", .created = 19000 * day},
                     {.name = "openai/gpt-5-mini", .created = 20342 * day},
                     {.name = "openai/gpt-5", .created = 20341 * day},
                     {.name = "openai/gpt-5-2025-08-07", .created = 20341 * day}}),
              (Names{"openai/gpt-5", "openai/gpt-5-2025-08-07", "openai/gpt-5-mini", "openai/gpt-4o"}));
}

TEST(ModelOrder, WithoutATimeTheNumbersOfTheNamesCount)
{
    EXPECT_EQ(order({{.name = "gemini/gemini-2.0-pro"}, {.name = "gemini/gemini-2.5-flash"}, {.name = "gemini/gemini-2.5-pro"}}),
              (Names{"gemini/gemini-2.5-pro", "gemini/gemini-2.0-pro", "gemini/gemini-2.5-flash"}));
}

TEST(ModelOrder, WhatHoldsNoConversationIsLeftOutUnlessThereIsNothingElse)
{
    EXPECT_EQ(order({{.name = "openai/text-embedding-3-large"}, {.name = "openai/whisper-1"}, {.name = "openai/gpt-4o"}}),
              Names{"openai/gpt-4o"});
    EXPECT_EQ(order({{.name = "vllm/my-guard"}}), Names{"vllm/my-guard"});
    EXPECT_EQ(order({}), Names{});
}

}  // namespace

}  // namespace oi::llm
