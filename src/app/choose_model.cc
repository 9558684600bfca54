// The order in which a model is found: asked for, a key, a local server.
#include "app/choose_model.h"

#include "app/local_models.h"
#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/fallback_model.h"
#include "llm/keys/stored_keys.h"
#include "llm/local/local_servers.h"
#include "llm/local/model_file.h"
#include "llm/recording/replay.h"
#include "sys/files.h"

#include <algorithm>

namespace oi {

namespace {

constexpr const char* openai_default = "gpt-4o";
constexpr const char* anthropic_default = "claude-sonnet-4-5";

constexpr const char* ways_to_go_on = R"(There is no model to talk to yet. Three ways to go on:

  1. A hosted model: put your key into the environment and start again.
       export OPENAI_API_KEY=...      or      export ANTHROPIC_API_KEY=...
     Or let the program keep it: interpreter --setup, in a terminal.
  2. A model on this machine: start Ollama, LM Studio, llama.cpp, vLLM or Jan;
     it is found by itself. Or name a model file:
       interpreter --model FILE.gguf
     (interpreter --local lists what there is)
  3. Any other server that speaks OpenAI's format:
       interpreter --api_base http://HOST:PORT/v1 --model openai/NAME

Just looking? `interpreter --demo` shows the whole thing without a model.)";

// --local contacts nobody else: a name that means a hosted vendor is refused. `api_base`: the address that the person gave for it.
Result<void> check_is_local(std::string_view name, const std::string& api_base)
{
    const llm::ModelOptions options{.name = std::string{name}, .api_base = api_base, .api_key = "-"};
    if (name.starts_with("script:") || llm::replay_name(name) || !api_base.empty() || llm::model_file(options)) return {};
    const auto endpoint = llm::endpoint_for(options);
    if (endpoint && endpoint->key_env.empty()) return {};
    return fail(ErrorKind::invalid, cat("--local stays on this machine, and ", name, " does not"),
                "leave --local out, or name no model: then you can choose among those of this machine");
}

Result<void> check_are_local(const Settings& settings)
{
    if (!settings.model.empty()) OI_CHECK(check_is_local(settings.model, settings.api_base));
    for (const auto name : split(settings.fallback_models, ','))
        if (!is_blank(name))
            OI_CHECK(check_is_local(trim(name), llm::is_same_vendor(settings.model, trim(name)) ? settings.api_base : std::string{}));
    return {};
}

}  // namespace

Result<ModelChoice> choose_model(const config::Invocation& invocation)
{
    const Settings& settings = invocation.settings;
    if (settings.local) OI_CHECK(check_are_local(settings));
    if (settings.local && settings.model.empty() && settings.api_base.empty()) return choose_local_model(settings);
    if (!settings.model.empty()) return ModelChoice{settings.model, settings.api_base, ""};
    if (!settings.api_base.empty())
        return fail(ErrorKind::invalid, "--api_base is given but no model", "add --model openai/NAME, with a name that the server has");
    if (!settings.offline) {
        if (settings.api_key.starts_with("sk-ant-")) return ModelChoice{anthropic_default, "", "chosen by the key given"};
        if (!settings.api_key.empty()) return ModelChoice{openai_default, "", "chosen by the key given"};
        if (!sys::environment("OPENAI_API_KEY").empty()) return ModelChoice{openai_default, "", "chosen because OPENAI_API_KEY is set"};
        if (!sys::environment("ANTHROPIC_API_KEY").empty())
            return ModelChoice{anthropic_default, "", "chosen because ANTHROPIC_API_KEY is set"};
        OI_TRY(const auto stored, llm::stored_keys());
        const auto has_key = [&](std::string_view vendor) {
            return std::any_of(stored.begin(), stored.end(), [&](const auto& key) { return key.vendor == vendor && key.address.empty(); });
        };
        if (has_key("openai")) return ModelChoice{openai_default, "", "chosen because a key for OpenAI is stored"};
        if (has_key("anthropic")) return ModelChoice{anthropic_default, "", "chosen because a key for Anthropic is stored"};
    }
    if (auto found = llm::find_local_server(llm::configured_ports()))
        return ModelChoice{found->model, found->api_base, cat("found on this machine: ", found->title)};
    return fail(ErrorKind::not_found, ways_to_go_on);
}

}  // namespace oi
