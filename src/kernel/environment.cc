// Which variables a kernel may see; see environment.h.
#include "kernel/environment.h"

#include "base/text.h"

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
    "AWS_ACCESS_KEY_ID"sv,
    "AWS_SECRET_ACCESS_KEY"sv,
    "AWS_SESSION_TOKEN"sv,
    "AWS_SECURITY_TOKEN"sv,
    "AWS_BEARER_TOKEN_BEDROCK"sv,
    "HF_TOKEN"sv,
    "HUGGING_FACE_HUB_TOKEN"sv,
    "GOOGLE_APPLICATION_CREDENTIALS"sv,
    "GITHUB_COPILOT_TOKEN"sv,
    "API_KEY"sv,
    "JUPYTER_TOKEN"sv,
};

// A cell's output is no screen: what a person uses for one would wait for a key. GIT_PAGER also stands for git's own setting.
constexpr std::array pagers{"PAGER"sv, "GIT_PAGER"sv, "MANPAGER"sv, "SYSTEMD_PAGER"sv};
constexpr std::array screen_pagers{"less"sv, "more"sv, "most"sv, "pager"sv, "lv"sv, "vim"sv, "nvim"sv, "view"sv, "moar"sv, "ov"sv};

bool wants_keys(std::string_view command)
{
    const auto program = command.substr(0, command.find(' '));
    const auto name = program.substr(program.rfind('/') + 1);
    return name.empty() || std::find(screen_pagers.begin(), screen_pagers.end(), name) != screen_pagers.end();
}

void make_unattended(std::vector<std::string>& environment)
{
    std::erase_if(environment, [](const std::string& entry) { return entry.starts_with("TERM="); });
    environment.emplace_back("TERM=dumb");
    for (const auto name : pagers) {
        const auto is_it = [&](const std::string& entry) { return entry.starts_with(cat(name, "=")); };
        const auto found = std::find_if(environment.begin(), environment.end(), is_it);
        if (found == environment.end()) environment.push_back(cat(name, "=cat"));
        else if (wants_keys(std::string_view{*found}.substr(name.size() + 1))) *found = cat(name, "=cat");
    }
}

// Output is UTF-8. Without a locale many programs would write ASCII, as in a container or a service.
void name_the_encoding(std::vector<std::string>& environment)
{
    for (const auto name : {"LC_ALL=", "LC_CTYPE=", "LANG="})
        for (const auto& entry : environment)
            if (entry.starts_with(name) && entry != name) return;
    environment.emplace_back("LC_CTYPE=C.UTF-8");
}

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
    make_unattended(kept);
    name_the_encoding(kept);
    return kept;
}

}  // namespace oi
