// What requests say about thinking, thoughts and the vendor's cache, in every format.
#include "llm/thinking.h"

#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/providers.h"
#include "llm/reply_memory.h"
#include "llm/vendors.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

const std::vector<std::string> languages{"python", "shell"};

std::string body_of(const Endpoint& endpoint, std::span<const Message> messages)
{
    const Request request{.system = "s", .messages = messages, .languages = languages};
    return endpoint.provider->encode(request, endpoint).body;
}

const std::vector<Message> one_call{user("go"), code("python", "1"), output("1")};

// The endpoint of a named model at its vendor's own address.
Endpoint at(const std::string& name, std::string effort = {}, long max_tokens = 0)
{
    auto endpoint = endpoint_for({.name = name, .api_key = "k", .max_tokens = max_tokens, .reasoning_effort = std::move(effort)});
    EXPECT_TRUE(endpoint) << name;
    return *endpoint;
}

ReplyMemory remembering(std::string_view opaque, const std::string& cell = "1")
{
    ReplyMemory memory;
    memory.add({{{call_key("python", cell), std::string{opaque}}}});
    return memory;
}

std::string with_memory(Endpoint endpoint, std::string_view opaque, std::span<const Message> messages = one_call)
{
    ReplyMemory memory = remembering(opaque);
    endpoint.memory = &memory;
    return body_of(endpoint, messages);
}

bool has(const std::string& text, std::string_view piece) { return text.find(piece) != std::string::npos; }

std::size_t count(std::string_view text, std::string_view piece)
{
    std::size_t found = 0;
    for (auto position = text.find(piece); position != std::string_view::npos; position = text.find(piece, position + 1)) ++found;
    return found;
}

}  // namespace

TEST(Effort, IsSaidAsEachVendorWantsIt)
{
    const std::vector<Message> question{user("go")};
    const auto low = [&](const std::string& name, std::string_view piece) {
        EXPECT_TRUE(has(body_of(at(name, "low"), question), piece)) << name << "\n" << body_of(at(name, "low"), question);
    };
    low("gpt-5", R"("reasoning_effort":"low")");
    low("openai/responses/gpt-5", R"("reasoning":{"effort":"low","summary":"auto"})");
    low("openrouter/qwen/qwen3", R"("reasoning":{"effort":"low"})");
    low("deepseek/deepseek-chat", R"("thinking":{"type":"enabled"},"reasoning_effort":"low")");
    low("moonshot/kimi-k2.5", R"("thinking":{"type":"enabled"})");
    low("dashscope/qwen3", R"("enable_thinking":true)");
    low("groq/openai/gpt-oss-20b", R"("reasoning_effort":"low")");
    low("gemini-2.5-flash", R"("thinkingConfig":{"includeThoughts":true,"thinkingBudget":1024})");
    low("gemini-3-pro-preview", R"("thinkingConfig":{"includeThoughts":true,"thinkingLevel":"low"})");
    low("ollama/qwen3", R"("think":true)");
    low("ollama/gpt-oss:20b", R"("think":"low")");
    low("command-a-reasoning", R"("thinking":{"type":"enabled"})");
    low("claude-opus-4-7", R"("thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"low"})");
    low("claude-3-7-sonnet-latest", R"("max_tokens":8192,)");
    low("claude-3-7-sonnet-latest", R"("thinking":{"type":"enabled","budget_tokens":4096})");
}

TEST(Effort, NoneSwitchesItOff)
{
    const auto none = [](const std::string& name, std::string_view piece) {
        EXPECT_TRUE(has(body_of(at(name, "none"), one_call), piece)) << name << "\n" << body_of(at(name, "none"), one_call);
    };
    none("deepseek/deepseek-chat", R"("thinking":{"type":"disabled"})");
    none("dashscope/qwen3", R"("enable_thinking":false)");
    none("ollama/gpt-oss", R"("think":false)");
    none("gemini-2.5-flash", R"("thinkingBudget":0)");
    none("claude-sonnet-4-5", R"("thinking":{"type":"disabled"})");
}

TEST(Effort, UnsetSaysNothingToAnyVendor)
{
    for (const auto& vendor : vendors()) {
        if (vendor.base_url.find('{') != std::string_view::npos) continue;
        const std::string body = body_of(at(cat(vendor.prefix, "/m")), one_call);
        EXPECT_FALSE(has(body, "effort") || has(body, "\"thinking\"") || has(body, "enable_thinking")) << body;
    }
    for (const char* name : {"claude-sonnet-4-5", "command-a", "ollama/qwen3"}) {
        const std::string body = body_of(at(name), one_call);
        EXPECT_FALSE(has(body, "effort") || has(body, "think")) << body;
    }
}

TEST(Effort, TheBudgetStaysBelowTheLimitOfTheAnswer)
{
    const std::vector<Message> messages{user("go")};
    EXPECT_TRUE(has(body_of(at("claude-sonnet-4-5", "high", 5000), messages), R"("budget_tokens":3976)"));
    EXPECT_FALSE(has(body_of(at("claude-sonnet-4-5", "high", 1500), messages), "thinking"));
    Endpoint warm = at("claude-sonnet-4-5", "low");
    warm.temperature = 0.5;
    EXPECT_FALSE(has(body_of(warm, messages), "temperature"));
    warm.reasoning_effort.clear();
    EXPECT_TRUE(has(body_of(warm, messages), "temperature"));
}

TEST(ThoughtsBack, AnthropicsBlocksStandBeforeTheirCall)
{
    const std::string block = R"({"type":"thinking","thinking":"hm","signature":"s"})";
    EXPECT_TRUE(has(with_memory(at("claude-sonnet-4-5", "low"), block), cat("\"content\":[", block, ",{\"type\":\"tool_use\"")));
}

TEST(ThoughtsBack, AnthropicGoesOnWithoutThinkingWhereTheThoughtsOfTheTurnAreGone)
{
    EXPECT_FALSE(has(body_of(at("claude-sonnet-4-5", "low"), one_call), "\"thinking\""));
    const std::vector<Message> two_calls{user("go"), code("python", "1"), output("1"), code("python", "2"), output("2")};
    EXPECT_TRUE(has(with_memory(at("claude-sonnet-4-5", "low"), R"({"type":"redacted_thinking","data":"d"})", two_calls), "budget_tokens"));
    const std::vector<Message> answered{user("go"), code("python", "1"), output("1"), assistant("One."), user("and now?")};
    EXPECT_TRUE(has(body_of(at("claude-sonnet-4-5", "low"), answered), "\"thinking\""));
}

TEST(ThoughtsBack, GeminisSignatureComesBackAndAStandInWhereItIsGone)
{
    const Endpoint three = at("gemini-3-pro-preview");
    EXPECT_TRUE(has(with_memory(three, "\"own\""), R"("thoughtSignature":"own")"));
    EXPECT_FALSE(has(with_memory(three, "\"own\""), "skip_thought"));
    EXPECT_TRUE(has(body_of(three, one_call), R"("thoughtSignature":"skip_thought_signature_validator")"));
    EXPECT_TRUE(has(with_memory(at("gemini-2.5-pro"), "\"own\""), R"("thoughtSignature":"own")"));
}

TEST(ThoughtsBack, EachCompatibleVendorGetsTheFieldItWants)
{
    const std::string kept = R"({"reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]})";
    const auto sent = [&](const char* name) { return with_memory(at(name), kept); };
    EXPECT_TRUE(has(sent("deepseek/deepseek-reasoner"), R"("role":"assistant","reasoning_content":"hm","content":null)"));
    EXPECT_TRUE(has(sent("moonshot/kimi-k2-thinking"), R"("reasoning_content":"hm")"));
    EXPECT_TRUE(has(sent("openrouter/x/y"), R"("reasoning_details":[{"type":"reasoning.text","text":"hm"}])"));
    EXPECT_TRUE(has(sent("minimax/MiniMax-M2"), R"("content":"<think>hm</think>\n\n")"));
    EXPECT_FALSE(has(sent("groq/x"), "hm"));
    EXPECT_FALSE(has(sent("gpt-4o"), "hm"));
    EXPECT_TRUE(has(body_of(at("deepseek/deepseek-reasoner"), one_call), R"("reasoning_content":" ")")) << "the field must be there";
    const std::vector<Message> words{user("go"), assistant("hi"), user("and?")};
    EXPECT_FALSE(has(body_of(at("deepseek/deepseek-reasoner"), words), "reasoning_content"));
}

TEST(ThoughtsBack, ResponsesGetTheirItemsAndAreAskedToSealThem)
{
    const std::string item = R"({"type":"reasoning","summary":[],"encrypted_content":"e"})";
    const std::string body = with_memory(at("openai/responses/gpt-5"), item);
    EXPECT_TRUE(has(body, cat(item, ",{\"type\":\"function_call\""))) << body;
    EXPECT_TRUE(has(body, R"("include":["reasoning.encrypted_content"])"));
    EXPECT_FALSE(has(body_of(at("openai/responses/gpt-4o"), one_call), "include"));
}

TEST(CacheMarks, AreAtMostFourAndTheLastTwoTurnsOfTheUserHaveOne)
{
    std::vector<Message> messages;
    for (int i = 0; i < 6; ++i) {
        messages.push_back(user(cat("question ", i)));
        messages.push_back(code("python", cat(i)));
        messages.push_back(output(cat("output ", i)));
    }
    for (const char* name : {"claude-sonnet-4-5", "openrouter/anthropic/claude-sonnet-4.5"}) {
        const std::string body = body_of(at(name), messages);
        const bool is_own = std::string_view{name}.starts_with("claude");
        EXPECT_EQ(count(body, "cache_control"), is_own ? 4U : 3U) << body;
        // What comes after the last but one mark is new.
        EXPECT_TRUE(has(body.substr(body.find("output 4")), "cache_control"));
        EXPECT_FALSE(has(body.substr(body.find("question 1"), body.find("output 4") - body.find("question 1") - 60), "cache_control"));
    }
    EXPECT_FALSE(has(body_of(at("openrouter/qwen/qwen3"), messages), "cache_control"));
    EXPECT_FALSE(has(body_of(at("gpt-4o"), messages), "cache_control"));
}

TEST(CacheMarks, OnlyOpenAiItselfIsToldTheConversationsName)
{
    const std::vector<Message> longer{user("go"), code("python", "1"), output("1"), assistant("One."), user("more")};
    const auto key = [](const std::string& body) { return body.substr(body.find("\"prompt_cache_key\":"), 42); };
    for (const char* name : {"gpt-4o", "openai/responses/gpt-5"}) {
        ASSERT_TRUE(has(body_of(at(name), one_call), "prompt_cache_key")) << name;
        EXPECT_EQ(key(body_of(at(name), one_call)), key(body_of(at(name), longer)));
        EXPECT_NE(key(body_of(at(name), one_call)), key(body_of(at(name), std::vector<Message>{user("other")})));
    }
    EXPECT_FALSE(has(body_of(at("groq/x"), one_call), "prompt_cache_key"));
}

TEST(PicturesOfTheModel, GoBackToItAsItsOwnOrWithTheUsersNextTurn)
{
    const std::vector<Message> messages{
        user("draw"), assistant("Here."), {Role::assistant, Kind::image, "base64.png", "iVBORw0KGgo=", ""}, user("greener")};
    Endpoint gemini = at("gemini-2.5-flash-image");
    gemini.takes_images = true;
    EXPECT_TRUE(has(body_of(gemini, messages), R"({"role":"model","parts":[{"text":"Here."},{"inlineData":{"mimeType":"image/png")"));
    Endpoint chat = at("openrouter/google/gemini-2.5-flash-image");
    chat.takes_images = true;
    EXPECT_TRUE(has(body_of(chat, messages), R"([{"type":"text","text":"The image that you made:\n\ngreener"},{"type":"image_url")"))
        << body_of(chat, messages);
    chat.takes_images = false;
    EXPECT_TRUE(has(body_of(chat, messages), R"("content":"Here.\n\n[an image, not shown: this model takes no images]")"));
}

}  // namespace oi::llm
