// What servers say of their models, and what is asked in which order.
#include "llm/catalogue/ask_server.h"

#include "base/text.h"
#include "llm/catalogue/listed_model.h"
#include "llm/providers.h"

#include <gtest/gtest.h>

#include <map>

namespace oi::llm {

namespace {

// Answers by path; remembers what was asked.
struct Server {
    std::map<std::string, std::string> answers;
    std::vector<std::string> asked;

    ServerFacts facts(std::string prefix, const Provider& provider = openai_provider, std::string base = "http://localhost:1/v1")
    {
        asked.clear();
        const Endpoint endpoint{.provider = &provider, .prefix = std::move(prefix), .model = "m", .base_url = base};
        return ask_server(endpoint, [&](const net::HttpRequest& request) {
            const std::string path = request.url.substr(request.url.find('/', 8));
            asked.push_back(cat(request.method, " ", path));
            return answers[path];
        });
    }
};

using Asked = std::vector<std::string>;

}  // namespace

TEST(AskServer, OllamaSaysWindowToolsAndPictures)
{
    Server server{
        {{"/api/show", R"({"model_info":{"general.architecture":"qwen","qwen.context_length":40960},"capabilities":["tools","vision"]})"}}};
    const ServerFacts facts = server.facts("ollama", ollama_provider, "http://localhost:11434");
    EXPECT_EQ(facts.context_window, 40960);
    EXPECT_EQ(facts.takes_tools, true);
    EXPECT_EQ(facts.takes_images, true);
    EXPECT_EQ(server.asked, Asked{"POST /api/show"});
}

TEST(AskServer, LlamaCppSaysTheWindowThatItServesNotTheOneOfTraining)
{
    Server server{{{"/props", R"({"default_generation_settings":{"n_ctx":4096},"modalities":{"vision":false}})"},
                   {"/v1/models", R"({"data":[{"id":"m","meta":{"n_ctx_train":131072}}]})"}}};
    const ServerFacts facts = server.facts("llamacpp");
    EXPECT_EQ(facts.context_window, 4096);
    EXPECT_EQ(facts.takes_images, false);
    EXPECT_EQ(server.asked, Asked{"GET /props"});
}

TEST(AskServer, LmStudioSaysTheWindowThatIsLoaded)
{
    Server server{{{"/api/v0/models", R"({"data":[{"id":"m","type":"vlm","max_context_length":131072,"loaded_context_length":8192}]})"}}};
    const ServerFacts facts = server.facts("lm_studio");
    EXPECT_EQ(facts.context_window, 8192);
    EXPECT_EQ(facts.takes_images, true);
}

TEST(AskServer, ALocalServerOfAnUnknownKindIsAskedInEveryWayAndAHostedOneInOne)
{
    Server silent;
    EXPECT_EQ(silent.facts("openai").context_window, 0);
    EXPECT_EQ(silent.asked, (Asked{"GET /v1/models", "GET /props", "GET /api/v0/models"}));
    EXPECT_EQ(silent.facts("groq", openai_provider, "https://api.groq.com/openai/v1").context_window, 0);
    EXPECT_EQ(silent.asked, Asked{"GET /openai/v1/models"});
}

TEST(AskServer, OpenRouterSaysPricesByTheToken)
{
    Server server{{{"/api/v1/models", R"({"data":[{"id":"other","context_length":5},{"id":"m","context_length":9000,)"
                                      R"("pricing":{"prompt":"0.000002","completion":"0.00001","input_cache_read":"0.0000002"}}]})"}}};
    const ServerFacts facts = server.facts("openrouter", openai_provider, "https://openrouter.ai/api/v1");
    EXPECT_EQ(facts.context_window, 9000);
    EXPECT_DOUBLE_EQ(facts.price.input, 2);
    EXPECT_DOUBLE_EQ(facts.price.output, 10);
    EXPECT_DOUBLE_EQ(facts.price.cached_input, 0.2);
    EXPECT_EQ(facts.price.cache_write, -1);
}

TEST(AskServer, AnswersOfAnotherShapeSayNothing)
{
    for (const char* answer : {"", "<html>", "[]", "{}", R"({"data":3})", R"({"data":[{"id":"m","context_length":"much","pricing":7}]})",
                               R"({"default_generation_settings":5})", R"({"model_info":[],"capabilities":{}})"}) {
        Server server{{{"/v1/models", answer}, {"/props", answer}, {"/api/v0/models", answer}, {"/api/show", answer}}};
        EXPECT_EQ(server.facts("openai").context_window, 0) << answer;
        EXPECT_EQ(server.facts("llamacpp").context_window, 0) << answer;
        EXPECT_FALSE(server.facts("ollama", ollama_provider, "http://localhost:1").takes_tools) << answer;
    }
}

}  // namespace oi::llm
