// Every row of compatible.def: its name resolves, requests go where the vendor's documentation says, and a missing key is named.
#include "llm/vendors.h"

#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/model_name.h"
#include "llm/providers.h"
#include "testing/environment.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace oi::llm {

namespace {

using oi::testing::Environment;

// What the vendors document, kept by hand: the whole address of a chat request. {...} stands for what a person fills in.
const std::map<std::string_view, std::string_view> documented{
    {"openai", "https://api.openai.com/v1/chat/completions"},
    {"groq", "https://api.groq.com/openai/v1/chat/completions"},
    {"mistral", "https://api.mistral.ai/v1/chat/completions"},
    {"codestral", "https://codestral.mistral.ai/v1/chat/completions"},
    {"deepseek", "https://api.deepseek.com/v1/chat/completions"},
    {"openrouter", "https://openrouter.ai/api/v1/chat/completions"},
    {"together_ai", "https://api.together.xyz/v1/chat/completions"},
    {"fireworks_ai", "https://api.fireworks.ai/inference/v1/chat/completions"},
    {"deepinfra", "https://api.deepinfra.com/v1/openai/chat/completions"},
    {"cerebras", "https://api.cerebras.ai/v1/chat/completions"},
    {"xai", "https://api.x.ai/v1/chat/completions"},
    {"moonshot", "https://api.moonshot.ai/v1/chat/completions"},
    {"zai", "https://api.z.ai/api/paas/v4/chat/completions"},
    {"zhipuai", "https://open.bigmodel.cn/api/paas/v4/chat/completions"},
    {"dashscope", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions"},
    {"siliconflow", "https://api.siliconflow.com/v1/chat/completions"},
    {"nvidia", "https://integrate.api.nvidia.com/v1/chat/completions"},
    {"huggingface", "https://router.huggingface.co/v1/chat/completions"},
    {"cloudflare", "https://api.cloudflare.com/client/v4/accounts/an-account/ai/v1/chat/completions"},
    {"novita", "https://api.novita.ai/openai/v1/chat/completions"},
    {"nebius", "https://api.tokenfactory.nebius.com/v1/chat/completions"},
    {"hyperbolic", "https://api.hyperbolic.xyz/v1/chat/completions"},
    {"sambanova", "https://api.sambanova.ai/v1/chat/completions"},
    {"minimax", "https://api.minimax.io/v1/chat/completions"},
    {"stepfun", "https://api.stepfun.com/v1/chat/completions"},
    {"baichuan", "https://api.baichuan-ai.com/v1/chat/completions"},
    {"volcengine", "https://ark.cn-beijing.volces.com/api/v3/chat/completions"},
    {"ai21", "https://api.ai21.com/studio/v1/chat/completions"},
    {"databricks", "https://a-workspace.cloud.databricks.com/serving-endpoints/chat/completions"},
    {"featherless_ai", "https://api.featherless.ai/v1/chat/completions"},
    {"friendliai", "https://api.friendli.ai/serverless/v1/chat/completions"},
    {"baseten", "https://inference.baseten.co/v1/chat/completions"},
    {"upstage", "https://api.upstage.ai/v1/chat/completions"},
    {"wandb", "https://api.inference.wandb.ai/v1/chat/completions"},
    {"vercel_ai_gateway", "https://ai-gateway.vercel.sh/v1/chat/completions"},
    {"venice", "https://api.venice.ai/api/v1/chat/completions"},
    {"chutes", "https://llm.chutes.ai/v1/chat/completions"},
    {"poe", "https://api.poe.com/v1/chat/completions"},
    {"inception", "https://api.inceptionlabs.ai/v1/chat/completions"},
    {"scaleway", "https://api.scaleway.ai/v1/chat/completions"},
    {"perplexity", "https://api.perplexity.ai/v1/responses"},
    {"requesty", "https://router.requesty.ai/v1/chat/completions"},
    {"modelscope", "https://api-inference.modelscope.cn/v1/chat/completions"},
    {"lm_studio", "http://localhost:1234/v1/chat/completions"},
    {"llamacpp", "http://localhost:8080/v1/chat/completions"},
    {"llamafile", "http://localhost:8080/v1/chat/completions"},
    {"vllm", "http://localhost:8000/v1/chat/completions"},
    {"jan", "http://localhost:1337/v1/chat/completions"},
    {"localai", "http://localhost:8080/v1/chat/completions"},
    {"text_generation_webui", "http://localhost:5000/v1/chat/completions"},
    {"koboldcpp", "http://localhost:5001/v1/chat/completions"},
    {"litellm_proxy", "http://localhost:4000/chat/completions"},
    {"custom", "https://models.example/v1/chat/completions"},
};

// Where a request for that model goes and with what headers; the error in one line when it goes nowhere.
std::string address(const ModelOptions& options)
{
    const auto endpoint = endpoint_for(options);
    if (!endpoint) return to_line(endpoint.error());
    const std::vector<Message> messages{user("hi")};
    return endpoint->provider->encode({.system = "", .messages = messages}, *endpoint).url;
}

}  // namespace

TEST(Vendors, AreAllThereOnceEachWithADocumentedAddress)
{
    EXPECT_GE(vendors().size(), 40U);
    EXPECT_EQ(vendors().size(), documented.size());
    for (const auto& vendor : vendors()) EXPECT_EQ(find_vendor(vendor.prefix), &vendor) << vendor.prefix;
}

TEST(Vendors, ServeTheirNamesAtTheDocumentedAddress)
{
    const Environment account{"CLOUDFLARE_ACCOUNT_ID", "an-account"};
    const Environment host{"DATABRICKS_HOST", "a-workspace.cloud.databricks.com/"};
    const Environment own{"CUSTOM_API_BASE", "https://models.example/v1/"};
    for (const auto& vendor : vendors()) {
        SCOPED_TRACE(vendor.prefix);
        const std::string name = cat(vendor.prefix, "/family/model-1");
        const auto named = resolve_model(name, "");
        ASSERT_TRUE(named);
        EXPECT_EQ(named->vendor, vendor.title);
        EXPECT_EQ(named->model, "family/model-1");
        EXPECT_FALSE(named->is_guess);
        ASSERT_TRUE(documented.contains(vendor.prefix));
        EXPECT_EQ(address({.name = name, .api_key = "k"}), documented.at(vendor.prefix));
        EXPECT_EQ(address({.name = name, .api_base = "http://localhost:9/v1/", .api_key = "k"}),
                  cat("http://localhost:9/v1/", vendor.speaks_responses ? "responses" : "chat/completions"));
    }
}

TEST(Vendors, NameTheVariableOfAKeyThatIsMissingAndTakeItFromAnyOfTheirs)
{
    for (const auto& vendor : vendors()) {
        SCOPED_TRACE(vendor.prefix);
        if (vendor.keys.empty()) continue;
        const auto variables = split(vendor.keys, ' ');
        std::vector<std::unique_ptr<Environment>> unset;
        for (const auto variable : variables) unset.push_back(std::make_unique<Environment>(std::string{variable}.c_str(), ""));
        const std::string name = cat(vendor.prefix, "/model-1");
        const std::string line = address({.name = name});
        EXPECT_NE(line.find(cat("there is no key for ", vendor.title)), std::string::npos) << line;
        EXPECT_NE(line.find(cat("set ", variables.front(), ", or give --api_key KEY")), std::string::npos) << line;
        const Environment account{"CLOUDFLARE_ACCOUNT_ID", "an-account"};
        const Environment host{"DATABRICKS_HOST", "https://a-workspace.cloud.databricks.com"};
        for (const auto variable : variables) {
            const Environment set{std::string{variable}.c_str(), "secret"};
            EXPECT_EQ(endpoint_for({.name = name}).value().key, "secret") << variable;
        }
    }
}

TEST(Vendors, AnAddressWithAVariableThatIsNotSetSaysWhichOne)
{
    const Environment account{"CLOUDFLARE_ACCOUNT_ID", ""};
    EXPECT_EQ(address({.name = "cloudflare/@cf/meta/llama-3.1-8b-instruct", .api_key = "k"}),
              "the address of Cloudflare Workers AI is not known: CLOUDFLARE_ACCOUNT_ID is not set (set CLOUDFLARE_ACCOUNT_ID, or give "
              "--api_base URL)");
    EXPECT_NE(address({.name = "custom/m"}).find("set CUSTOM_API_BASE, or give --api_base URL"), std::string::npos);
    EXPECT_EQ(address({.name = "custom/m", .api_base = "http://localhost:9"}), "http://localhost:9/chat/completions");
}

TEST(Vendors, AreFoundByTheSpellingsOfLiteLlm)
{
    const std::map<std::string_view, std::string_view> spellings{
        {"together_ai", "Together AI"}, {"fireworks_ai", "Fireworks AI"},
        {"nvidia_nim", "NVIDIA NIM"},   {"ai21_chat", "AI21"},
        {"lm_studio", "LM Studio"},     {"hosted_vllm", "vLLM"},
        {"llama.cpp", "llama.cpp"},     {"text-generation-webui", "text-generation-webui"},
        {"veniceai", "Venice"},         {"huggingface", "Hugging Face"},
        {"lm-studio", "LM Studio"},     {"custom_openai", "your own server"},
        {"ollama_chat", "Ollama"},      {"cohere_chat", "Cohere"},
    };
    for (const auto& [spelling, title] : spellings) EXPECT_EQ(resolve_model(cat(spelling, "/m"), "").value().vendor, title) << spelling;
    // Names of Hugging Face are no vendors.
    EXPECT_EQ(resolve_model("Qwen/Qwen3-32B", "http://localhost:8000/v1").value().model, "Qwen/Qwen3-32B");
    // The variables of the spelling that was typed count, too.
    const Environment base{"HOSTED_VLLM_API_BASE", "http://localhost:7/v1"};
    const Environment key{"HOSTED_VLLM_API_KEY", "local-key"};
    EXPECT_EQ(address({.name = "hosted_vllm/m"}), "http://localhost:7/v1/chat/completions");
    EXPECT_EQ(endpoint_for({.name = "hosted_vllm/m"}).value().key, "local-key");
}

TEST(Vendors, QuirksAreColumns)
{
    const std::vector<Message> messages{user("hi")};
    const auto body = [&](const char* name) {
        const auto endpoint = endpoint_for({.name = name, .api_key = "k", .max_tokens = 7}).value();
        return endpoint.provider->encode({.system = "", .messages = messages}, endpoint).body;
    };
    EXPECT_NE(body("groq/m").find(R"("stream_options":{"include_usage":true},"max_tokens":7)"), std::string::npos);
    EXPECT_NE(body("cerebras/m").find(R"("max_completion_tokens":7)"), std::string::npos);
    EXPECT_EQ(body("ai21/m").find("stream_options"), std::string::npos);
    EXPECT_EQ(body("llamafile/m").find("\"tools\""), std::string::npos);
    EXPECT_NE(body("perplexity/sonar").find(R"("model":"perplexity/sonar")"), std::string::npos);
    EXPECT_NE(body("perplexity/openai/gpt-5.5").find(R"("model":"openai/gpt-5.5")"), std::string::npos);
}

TEST(Azure, TakesDeploymentKeyAndVersionFromFlagsOrEnvironment)
{
    const Environment none{"AZURE_API_KEY", ""};
    const Environment no_other{"AZURE_OPENAI_API_KEY", ""};
    const Environment no_base{"AZURE_API_BASE", ""};
    EXPECT_EQ(address({.name = "azure/my-gpt"}),
              "there is no key for Azure OpenAI, which serves azure/my-gpt (set AZURE_API_KEY, or give --api_key KEY)");
    EXPECT_EQ(address({.name = "azure/my-gpt", .api_key = "k"}),
              "the address of Azure OpenAI is not known: AZURE_API_BASE is not set (set AZURE_API_BASE, or give --api_base URL)");
    const Environment base{"AZURE_API_BASE", "https://mine.openai.azure.com/"};
    const Environment version{"AZURE_API_VERSION", "2024-06-01"};
    const std::string path = "https://mine.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=";
    EXPECT_EQ(address({.name = "azure/my-gpt", .api_key = "k"}), path + "2024-06-01");
    EXPECT_EQ(address({.name = "azure/my-gpt", .api_key = "k", .api_version = "2025-01-01-preview"}), path + "2025-01-01-preview");
    for (const char* pasted : {"https://mine.openai.azure.com/openai", "https://mine.openai.azure.com/openai/deployments/other",
                               "https://mine.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2023-05-15"})
        EXPECT_EQ(address({.name = "azure/my-gpt", .api_base = pasted, .api_key = "k"}), path + "2024-06-01") << pasted;
    EXPECT_EQ(address({.name = "azure/my-gpt", .api_base = "https://mine.openai.azure.com/openai/v1/", .api_key = "k"}),
              "https://mine.openai.azure.com/openai/v1/chat/completions");
    EXPECT_NE(address({.name = "azure/my gpt", .api_key = "k"}).find("/deployments/my%20gpt/"), std::string::npos);
}

TEST(Azure, SendsTheBodyOfOpenAiAndTheKeyInAHeaderOfItsOwn)
{
    const std::vector<Message> messages{user("hi")};
    const Request request{.system = "s", .messages = messages};
    const Endpoint endpoint{.provider = &azure_provider, .model = "d", .base_url = "https://h", .key = "k"};
    const auto http = azure_provider.encode(request, endpoint);
    EXPECT_EQ(http.body, openai_provider.encode(request, endpoint).body);
    EXPECT_EQ(net::find_header(http.headers, "api-key"), "k");
    EXPECT_EQ(net::find_header(http.headers, "authorization"), "");
}

}  // namespace oi::llm
