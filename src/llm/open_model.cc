// Opening a model: the one place where settings and environment become an Endpoint.
#include "llm/open_model.h"

#include "base/text.h"
#include "llm/http_model.h"
#include "llm/model_name.h"
#include "llm/ollama_host.h"
#include "llm/script_model.h"
#include "sys/files.h"

namespace oi::llm {

namespace {

constexpr std::string_view script_prefix = "script:";

std::string upper(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

// The address that the environment names for this vendor, or "".
std::string base_from_environment(std::string_view prefix)
{
    for (const std::string_view ending : {"_API_BASE", "_BASE_URL"})
        if (auto base = sys::environment(cat(upper(prefix), ending).c_str()); !base.empty()) return base;
    return {};
}

// The base of an address: without slashes at the end, and without the path of the request itself, which people paste too.
std::string as_base(std::string base)
{
    const auto strip = [&](std::string_view ending) {
        if (base.ends_with(ending)) base.resize(base.size() - ending.size());
    };
    while (base.ends_with('/')) base.pop_back();
    for (const std::string_view path : {"/chat/completions", "/messages", "/v2/chat", "/api/chat"}) strip(path);
    return base;
}

std::string key_from_environment(const NamedModel& named)
{
    for (const auto variable : {named.key_env, named.other_key_env})
        if (!variable.empty())
            if (auto key = sys::environment(std::string{variable}.c_str()); !is_blank(key)) return key;
    return {};
}

Fail missing_key(const ModelOptions& options, const NamedModel& named)
{
    const std::string_view other = named.other_key_env;
    return fail(ErrorKind::auth,
                named.is_guess
                    ? cat("no vendor claims the model ", options.name, ", so it is taken as OpenAI's, and there is no key for OpenAI")
                    : cat("there is no key for ", named.vendor, ", which serves ", options.name),
                cat("set ", named.key_env, other.empty() ? "" : " or ", other,
                    ", or give --api_key KEY, or --api_base URL for a server of your own"));
}

Result<std::unique_ptr<LanguageModel>> open_http(const ModelOptions& options)
{
    std::string base = as_base(options.api_base);
    if (!base.empty() && base.find("://") == std::string::npos)
        return fail(ErrorKind::invalid, cat("--api_base is no address: ", options.api_base),
                    "an address looks like http://localhost:8000/v1");
    OI_TRY(const NamedModel named, resolve_model(options.name, base));
    if (base.empty()) base = as_base(base_from_environment(named.prefix));
    if (base.empty() && named.prefix == "ollama") base = as_base(ollama_base(sys::environment("OLLAMA_HOST")));
    const bool is_own_server = !base.empty();
    if (base.empty()) base = named.base_url;
    std::string key = options.api_key;
    if (key.empty()) key = key_from_environment(named);
    if (key.empty() && !named.key_env.empty() && !is_own_server) return missing_key(options, named);

    const ModelFacts facts = facts_of(named.model);
    ModelInfo info{.name = options.name,
                   .context_window = options.context_window > 0 ? options.context_window : facts.context_window,
                   .max_tokens = options.max_tokens > 0 ? options.max_tokens : facts.max_tokens,
                   .supports_functions = options.supports_functions.value_or(true),
                   .supports_vision = options.supports_vision.value_or(facts.takes_images)};
    // Only Anthropic must be told the most that it may answer; to others the vendor's own default applies.
    const bool needs_max_tokens = named.provider->name == "anthropic";
    Endpoint endpoint{.provider = named.provider,
                      .vendor = std::string{named.vendor},
                      .model = named.model,
                      .base_url = std::move(base),
                      .key = std::string{trim(key)},
                      .key_env = std::string{named.key_env},
                      .api_version = options.api_version,
                      .temperature = options.temperature,
                      .max_tokens = needs_max_tokens ? info.max_tokens : options.max_tokens,
                      .context_window = info.context_window,
                      .usage_report = named.usage_report,
                      .code_form = info.supports_functions ? CodeForm::calls : CodeForm::fences,
                      .takes_images = info.supports_vision};
    return std::make_unique<HttpModel>(std::move(endpoint), std::move(info), options);
}

}  // namespace

Result<std::unique_ptr<LanguageModel>> open_model(const ModelOptions& options)
{
    if (options.name.starts_with(script_prefix)) return open_script(options.name.substr(script_prefix.size()), options);
    if (is_blank(options.name)) return fail(ErrorKind::invalid, "no model is named", "--model NAME");
    return open_http(options);
}

}  // namespace oi::llm
