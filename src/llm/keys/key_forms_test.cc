// Key forms: keys as the vendors' consoles hand them out, and as people paste them.
#include "llm/keys/key_forms.h"

#include "llm/model_name.h"
#include "testing/environment.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi::llm {

namespace {

using testing::Environment;
using Prefixes = std::vector<std::string_view>;

TEST(KeyForms, TheBeginningOfAKeyTellsItsVendor)
{
    EXPECT_EQ(vendors_of_key("sk-ant-api03-abcdefghijklmnop"), Prefixes{"anthropic"});
    EXPECT_EQ(vendors_of_key("sk-or-v1-abcdefghijklmnop"), Prefixes{"openrouter"});
    EXPECT_EQ(vendors_of_key("sk-proj-abcdefghijklmnop"), Prefixes{"openai"});
    EXPECT_EQ(vendors_of_key("sk-abcdT3BlbkFJabcd"), Prefixes{"openai"});
    EXPECT_EQ(vendors_of_key("gsk_abcdefghijklmnop"), Prefixes{"groq"});
    EXPECT_EQ(vendors_of_key("AIzaSyabcdefghijklmnop"), Prefixes{"gemini"});
    EXPECT_EQ(vendors_of_key("xai-abcdefghijklmnop"), Prefixes{"xai"});
}

TEST(KeyForms, AFormThatSeveralVendorsUseNamesThemAllAndOneThatSaysNothingNone)
{
    const auto likely = vendors_of_key("sk-0123456789abcdef0123456789abcdef");
    ASSERT_GT(likely.size(), 3U);
    EXPECT_EQ(likely.front(), "openai");
    EXPECT_NE(std::find(likely.begin(), likely.end(), "deepseek"), likely.end());
    EXPECT_EQ(vendors_of_key("0123456789abcdef"), Prefixes{});
}

TEST(KeyForms, EveryVendorThatIsNamedExistsAndWantsAKey)
{
    for (const char* key : {"sk-ant-", "sk-or-", "sk-proj-", "AIza", "gsk_", "xai-", "hf_", "nvapi-", "csk-", "fw_", "pplx-", "tgp_v1_",
                            "up_", "vck_", "cpk_", "flp_", "sk-"})
        for (const auto vendor : vendors_of_key(key)) {
            const auto named = resolve_model(std::string{vendor} + "/any", "");
            ASSERT_TRUE(named) << vendor;
            EXPECT_FALSE(named->key_env.empty()) << vendor;
        }
}

TEST(KeyForms, WhatIsCopiedAroundAKeyIsLeftOut)
{
    for (const char* pasted : {"gsk_abc", "  gsk_abc\n", "\"gsk_abc\"", "'gsk_abc' ", "GROQ_API_KEY=gsk_abc",
                               "export GROQ_API_KEY=\"gsk_abc\"", "Bearer gsk_abc", "`gsk_abc`"})
        EXPECT_EQ(bare_key(pasted), "gsk_abc") << pasted;
    EXPECT_EQ(bare_key("abc=="), "abc==") << "base64 ends so";
    EXPECT_EQ(bare_key("  "), "");
}

TEST(KeyForms, VendorsWhoseAddressIsNotKnownHereAreNoChoice)
{
    const Environment none{"AZURE_API_BASE", ""};
    const auto has = [](std::string_view prefix) {
        const auto vendors = keyed_vendors();
        return std::any_of(vendors.begin(), vendors.end(), [&](const KeyedVendor& vendor) { return vendor.prefix == prefix; });
    };
    EXPECT_FALSE(has("azure"));
    EXPECT_FALSE(has("bedrock")) << "one key is not all it wants";
    EXPECT_FALSE(has("lm_studio")) << "it wants none";
    EXPECT_TRUE(has("anthropic"));
    EXPECT_EQ(keyed_vendors().front().prefix, "openai");
    const Environment base{"AZURE_API_BASE", "https://mine.openai.azure.com"};
    EXPECT_TRUE(has("azure"));
}

}  // namespace

}  // namespace oi::llm
