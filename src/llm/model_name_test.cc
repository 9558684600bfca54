// Model names and opening: who serves a name, and what is missing for it.
#include "llm/model_name.h"
#include "llm/open_model.h"
#include "llm/providers.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace oi::llm {

namespace {

std::string served(std::string_view name, std::string_view api_base = {})
{
    const auto found = resolve_model(name, api_base);
    if (!found) return to_line(found.error());
    return cat(found->vendor, " ", found->provider->name, " ", found->model, found->is_guess ? " (guess)" : "");
}

}  // namespace

TEST(ModelName, AloneDecidesVendorAndFormat)
{
    for (const char* base : {"", "http://localhost:8000/v1"}) {
        EXPECT_EQ(served("gpt-4o", base), "OpenAI openai gpt-4o");
        EXPECT_EQ(served("o3-mini", base), "OpenAI openai o3-mini");
        EXPECT_EQ(served("chatgpt-4o-latest", base), "OpenAI openai chatgpt-4o-latest");
        EXPECT_EQ(served("claude-2", base), "Anthropic anthropic claude-2");
        EXPECT_EQ(served("anthropic/claude-3-opus", base), "Anthropic anthropic claude-3-opus");
        EXPECT_EQ(served("openai/local", base), "OpenAI openai local");
        EXPECT_EQ(served("openai/responses/gpt-5", base), "OpenAI openai_responses gpt-5");
        EXPECT_EQ(served("azure/my-gpt", base), "Azure OpenAI azure my-gpt");
        EXPECT_EQ(served("openrouter/meta/llama-3", base), "OpenRouter openai meta/llama-3");
        EXPECT_EQ(served("ollama/llama3", base), "Ollama ollama llama3");
        EXPECT_EQ(served("ollama_chat/qwen3:8b", base), "Ollama ollama qwen3:8b");
        EXPECT_EQ(served("gemini/gemini-2.5-pro", base), "Gemini gemini gemini-2.5-pro");
        EXPECT_EQ(served("gemini-2.5-pro", base), "Gemini gemini gemini-2.5-pro");
        EXPECT_EQ(served("command-nightly", base), "Cohere cohere command-nightly");
        EXPECT_EQ(served("cohere/command-r", base), "Cohere cohere command-r");
        EXPECT_EQ(served("claude-3.5", base), "Anthropic anthropic claude-3-5-sonnet-20240620");
        EXPECT_EQ(served("bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0", base),
                  "Amazon Bedrock bedrock us.anthropic.claude-sonnet-4-20250514-v1:0");
        EXPECT_EQ(served("vertex_ai/gemini-2.5-pro", base), "Vertex AI vertex_ai gemini-2.5-pro");
        EXPECT_EQ(served("vertex/claude-opus-4-1@20250805", base), "Vertex AI vertex_claude claude-opus-4-1@20250805");
        EXPECT_EQ(served("mystery", base), "OpenAI openai mystery (guess)");
    }
    EXPECT_EQ(served("meta-llama/Llama-3", "http://localhost:8000/v1"), "OpenAI openai meta-llama/Llama-3 (guess)");
}

TEST(ModelName, OfAnUnknownVendorIsAnErrorWithTheNearestOne)
{
    EXPECT_EQ(served("antropic/claude-2"),
              "unknown model antropic/claude-2: there is no vendor \"antropic\" (did you mean anthropic/claude-2?)");
    EXPECT_NE(served("meta-llama/Llama-3").find("--api_base URL"), std::string::npos);
    EXPECT_NE(served("groq/").find("no model named"), std::string::npos);
    EXPECT_NE(served("openai/responses/").find("no model named"), std::string::npos);
    EXPECT_NE(served("openai_responses/gpt-5").find("there is no vendor"), std::string::npos) << "a format, no vendor";
    EXPECT_EQ(served("github/gpt-4o"), "GitHub Models, which served github/gpt-4o, is gone: closed on 30 July 2026 (use another --model)");
}

TEST(OpenModel, AHostedVendorWithoutAKeyIsAnErrorThatNamesTheWays)
{
    ::unsetenv("GROQ_API_KEY");
    const auto opened = open_model({.name = "groq/llama3"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::auth);
    EXPECT_EQ(to_line(opened.error()),
              "there is no key for Groq, which serves groq/llama3 (interpreter --keys add groq keeps one; or set GROQ_API_KEY, or give "
              "--api_key KEY, or --api_base URL for a server of your own)");
    EXPECT_TRUE(open_model({.name = "groq/llama3", .api_key = "k"}));
    EXPECT_TRUE(open_model({.name = "groq/llama3", .api_base = "http://localhost:1/v1"}));
    EXPECT_TRUE(open_model({.name = "ollama/llama3"}));
    EXPECT_EQ(open_model({.name = ""}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(open_model({.name = "gpt-4o", .api_base = "localhost"}).error().kind, ErrorKind::invalid);
}

TEST(OpenModel, KnowsWhatTheModelTakesUnlessTheSettingsSay)
{
    const auto info = open_model({.name = "claude-3-opus", .api_key = "k"}).value()->info();
    EXPECT_EQ(info.name, "claude-3-opus");
    EXPECT_EQ(info.context_window, 200000);
    EXPECT_TRUE(info.supports_vision);
    const auto told =
        open_model({.name = "claude-3-opus", .api_key = "k", .context_window = 9, .supports_functions = false, .supports_vision = false})
            .value()
            ->info();
    EXPECT_EQ(told.context_window, 9);
    EXPECT_FALSE(told.supports_functions);
    EXPECT_FALSE(told.supports_vision);
}

TEST(Endpoint, PathsAreAppendedToAnyBase)
{
    const std::vector<Message> messages{user("hi")};
    const Request request{.system = "", .messages = messages};
    const auto url = [&](const Provider& provider, std::string base) {
        return provider.encode(request, {.provider = &provider, .model = "m", .base_url = std::move(base)}).url;
    };
    EXPECT_EQ(url(openai_provider, "https://api.groq.com/openai/v1"), "https://api.groq.com/openai/v1/chat/completions");
    EXPECT_EQ(url(openai_provider, "http://localhost:8000"), "http://localhost:8000/chat/completions");
    EXPECT_EQ(url(openai_responses_provider, "https://api.openai.com/v1"), "https://api.openai.com/v1/responses");
    EXPECT_EQ(url(anthropic_provider, "https://api.anthropic.com"), "https://api.anthropic.com/v1/messages");
    EXPECT_EQ(url(anthropic_provider, "http://localhost:8000/v1"), "http://localhost:8000/v1/messages");
    const std::string gemini = "/models/m:streamGenerateContent?alt=sse";
    EXPECT_EQ(url(gemini_provider, "https://generativelanguage.googleapis.com"),
              "https://generativelanguage.googleapis.com/v1beta" + gemini);
    EXPECT_EQ(url(gemini_provider, "http://localhost/v1beta"), "http://localhost/v1beta" + gemini);
    EXPECT_EQ(url(gemini_provider, "http://localhost/v1"), "http://localhost/v1" + gemini);
    EXPECT_EQ(url(cohere_provider, "https://api.cohere.com"), "https://api.cohere.com/v2/chat");
    EXPECT_EQ(url(cohere_provider, "https://api.cohere.com/v1"), "https://api.cohere.com/v2/chat");
    EXPECT_EQ(url(cohere_provider, "https://api.cohere.com/v2"), "https://api.cohere.com/v2/chat");
    EXPECT_EQ(url(ollama_provider, "http://localhost:11434"), "http://localhost:11434/api/chat");
    EXPECT_EQ(url(ollama_provider, "http://localhost:11434/v1"), "http://localhost:11434/api/chat");
}

}  // namespace oi::llm
