// Sentences that servers really say.
#include "llm/context_overflow.h"

#include "llm/providers.h"
#include "llm/vendor_error.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

struct Said {
    const char* sentence;
    long window;
};
constexpr Said overflows[] = {
    {"This model's maximum context length is 8192 tokens. However, your messages resulted in 9015 tokens.", 8192},
    {"This model's maximum context length is 4097 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the "
     "completion).",
     4097},
    {"This endpoint's maximum context length is 32768 tokens. However, you requested about 40003 tokens (40003 of text input).", 32768},
    {"Your input exceeds the context window of this model. Please adjust your input and try again.", 0},
    {"prompt is too long: 210000 tokens > 200000 maximum", 200000},
    {"input length and `max_tokens` exceed context limit: 199000 + 20000 > 200000, decrease input length or `max_tokens` and try again",
     200000},
    {"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", 1048576},
    {"The input token count 1,200,000 exceeds the maximum number of tokens allowed 1,048,576.", 1048576},
    {"This model's maximum prompt length is 131072 but the request contains 200000 tokens.", 131072},
    {"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", 32768},
    {"too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5001. Try using a shorter prompt.", 4081},
    {"the request exceeds the available context size. try increasing the context size or enable context shift", 0},
    {"request (5017 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096},
    {"the request exceeds the available context size, try increasing it (n_ctx 4096)", 4096},
    {"Invalid request: Your request exceeded model token limit: 8192", 8192},
    {"Trying to keep the first 5017 tokens when context the overflows. However, the model is loaded with context length of only 4096 "
     "tokens, which is not enough.",
     4096},
    {"The decoder prompt (length 5017) is longer than the maximum model length of 4096. Make sure that it fits.", 4096},
    {"`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens and 512 `max_new_tokens`", 8193},
    {"Input validation error: `inputs` must have less than 4096 tokens. Given: 5017", 4096},
    {"Range of input length should be [1, 30720]", 30720},
    {"The prompt is too long: 40000, model maximum context length: 32768", 32768},
    {"Please reduce the length of the messages or completion. Current length is 9015 while limit is 8192", 8192},
    {"Please reduce the length of the messages or completion.", 0},
    {"Input is too long for requested model.", 0},
    {"Prompt exceeds max length", 0},
};

Error refused(const std::string& body)
{
    return vendor_error({.status = 400, .headers = {}, .body = body}, {.provider = &openai_provider, .vendor = "Somebody"});
}

}  // namespace

TEST(ContextOverflow, EachVendorsSentenceIsKnownAndItsWindowRead)
{
    for (const auto& said : overflows) {
        EXPECT_TRUE(says_overflow(said.sentence)) << said.sentence;
        EXPECT_EQ(window_in(said.sentence), said.window) << said.sentence;
        EXPECT_EQ(refused(std::string{R"({"error":{"message":")"} + said.sentence + R"("}})").kind, ErrorKind::context_overflow)
            << said.sentence;
    }
}

TEST(ContextOverflow, OtherRefusalsAreNone)
{
    for (const char* sentence :
         {"Incorrect API key provided", "Too many tokens, please wait before trying again.",
          "Rate limit reached: Limit 6000, Requested 8000", "max_tokens must be at least 1", "The model `x` does not exist", ""}) {
        EXPECT_FALSE(says_overflow(sentence)) << sentence;
        EXPECT_EQ(window_in(sentence), 0) << sentence;
    }
}

TEST(ContextOverflow, WhatIsLeftForTheAnswerIsRead)
{
    EXPECT_EQ(
        answer_room("Anthropic: 400 Bad Request: input length and `max_tokens` exceed context limit: 150000 + 64000 > 200000, decrease "
                    "input length or `max_tokens` and try again"),
        50000);
    EXPECT_EQ(answer_room("context limit: 210000 + 4096 > 200000"), 0);
    EXPECT_EQ(answer_room("context limit: 8192"), 0);
    EXPECT_EQ(answer_room("context limit: 9000 > 8192, 1 + 1"), 0);
    EXPECT_EQ(answer_room("prompt is too long: 210000 tokens > 200000 maximum"), 0);
}

TEST(ContextOverflow, TheWindowBesideTheSentenceIsReadToo)
{
    const Error error = refused(R"({"error":{"code":400,"message":"the request exceeds the available context size, try increasing it",)"
                                R"("type":"exceed_context_size_error","n_prompt_tokens":5017,"n_ctx":4096}})");
    EXPECT_EQ(error.kind, ErrorKind::context_overflow);
    EXPECT_EQ(window_in(error.what), 4096) << error.what;
}

}  // namespace oi::llm
