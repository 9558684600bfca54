// Who is paid: names, vendors and addresses.
#include "llm/catalogue/pricing.h"

#include "core/cost.h"
#include "llm/open_model.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

Price price(std::string name, std::string base = {})
{
    return open_model({.name = std::move(name), .api_base = std::move(base), .api_key = "k"}).value()->info().price;
}

}  // namespace

TEST(Pricing, FollowsTheNameWhateverTheBase)
{
    const Price gpt_4o{.input = 2.5, .output = 10, .cached_input = 1.25};
    for (const char* base : {"", "http://localhost:4000/v1", "https://proxy.example.com/v1"}) {
        EXPECT_EQ(price("gpt-4o", base), gpt_4o);
        EXPECT_EQ(price("litellm_proxy/gpt-4o", base), gpt_4o);
    }
    EXPECT_EQ(price("openrouter/openai/gpt-4o"), gpt_4o);
}

TEST(Pricing, OwnServersCostNothing)
{
    for (const char* name : {"ollama/gpt-oss:20b", "lm_studio/x", "llamacpp/x", "vllm/deepseek-chat", "llamafile/x", "jan/x"}) {
        EXPECT_TRUE(is_free(price(name))) << name;
        EXPECT_TRUE(is_free(price(name, "http://192.168.1.7:8000/v1"))) << name;
    }
    EXPECT_TRUE(is_free(price("openai/something", "http://127.0.0.1:8000/v1")));
}

TEST(Pricing, WhatNobodyKnowsIsUnknown)
{
    EXPECT_EQ(price("openai/something", "https://proxy.example.com/v1"), Price{});
    EXPECT_EQ(price("litellm_proxy/something", "http://localhost:4000"), Price{});
    EXPECT_EQ(price("groq/something"), Price{});
    EXPECT_EQ(price("ollama/something", "https://ollama.com"), Price{});
}

}  // namespace oi::llm
