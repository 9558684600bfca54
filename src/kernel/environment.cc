// Which variables a kernel may see; see environment.h.
#include "kernel/environment.h"

#include <algorithm>
#include <array>

extern char** environ;

namespace oi {
namespace {

using namespace std::string_view_literals;

// Whole families: keys, organisations, base addresses of a vendor's API, and our own settings.
constexpr std::array families{
    "ANTHROPIC_"sv,   "OPENAI_"sv,   "AZURE_"sv,      "OPENROUTER_"sv, "GEMINI_"sv,     "GROQ_"sv,     "MISTRAL_"sv,   "COHERE_"sv,
    "DEEPSEEK_"sv,    "TOGETHER_"sv, "TOGETHERAI_"sv, "FIREWORKS_"sv,  "PERPLEXITY_"sv, "XAI_"sv,      "REPLICATE_"sv, "HUGGINGFACE_"sv,
    "INTERPRETER_"sv, "LITELLM_"sv,  "CEREBRAS_"sv,   "WATSONX_"sv,    "VERTEX_"sv,     "VERTEXAI_"sv, "BEDROCK_"sv,   "OLLAMA_API_"sv,
    "CLAUDE_"sv,      "ANYSCALE_"sv, "NVIDIA_NIM_"sv, "DATABRICKS_"sv, "SAMBANOVA_"sv,  "VOYAGE_"sv,
};
constexpr std::array endings{"_API_KEY"sv, "_API_TOKEN"sv, "_APIKEY"sv};
constexpr std::array names{
    "AWS_ACCESS_KEY_ID"sv,        "AWS_SECRET_ACCESS_KEY"sv,
    "AWS_SESSION_TOKEN"sv,        "AWS_SECURITY_TOKEN"sv,
    "AWS_BEARER_TOKEN_BEDROCK"sv, "HF_TOKEN"sv,
    "HUGGING_FACE_HUB_TOKEN"sv,   "GOOGLE_APPLICATION_CREDENTIALS"sv,
    "GITHUB_COPILOT_TOKEN"sv,     "API_KEY"sv,
};

}  // namespace

bool is_provider_variable(std::string_view name)
{
    return std::any_of(families.begin(), families.end(), [&](auto family) { return name.starts_with(family); }) ||
           std::any_of(endings.begin(), endings.end(), [&](auto ending) { return name.ends_with(ending); }) ||
           std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> kernel_environment()
{
    std::vector<std::string> kept;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        if (!is_provider_variable(text.substr(0, text.find('=')))) kept.emplace_back(text);
    }
    return kept;
}

}  // namespace oi
