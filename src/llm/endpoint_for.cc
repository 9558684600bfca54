// Endpoint for: the one place where a name, settings and environment become an address with its key.
#include "llm/endpoint_for.h"

#include "base/text.h"
#include "llm/catalogue/catalogue.h"
#include "llm/keys/stored_keys.h"
#include "llm/model_name.h"
#include "llm/local/ollama_host.h"
#include "sys/files.h"

namespace oi::llm {

namespace {

std::string upper(std::string_view text)
{
    std::string out{text};
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' || c == '.' ? '_' : c;
    return out;
}

// The value of PREFIX_ENDING, of the prefix as the person typed it or as the table has it, or "".
std::string of_vendor(const NamedModel& named, std::string_view ending)
{
    for (const std::string_view prefix : {std::string_view{named.spelling}, named.prefix})
        if (auto value = sys::environment(cat(upper(prefix), ending).c_str()); !value.empty()) return value;
    return {};
}

// The address that the environment names for this vendor, or "".
std::string base_from_environment(const NamedModel& named)
{
    for (const std::string_view ending : {"_API_BASE", "_BASE_URL"})
        if (auto base = of_vendor(named, ending); !base.empty()) return base;
    return named.prefix == "ollama" ? ollama_base(sys::environment("OLLAMA_HOST")) : std::string{};
}

// The base of an address: without slashes at the end, and without the path of the request itself, which people paste too.
std::string as_base(std::string base)
{
    const auto strip = [&](std::string_view ending) {
        if (base.ends_with(ending)) base.resize(base.size() - ending.size());
    };
    while (base.ends_with('/')) base.pop_back();
    for (const std::string_view path : {"/chat/completions", "/responses", "/messages", "/v2/chat", "/api/chat"}) strip(path);
    return base;
}

// {VARIABLE} in a vendor's address, filled in from the environment.
Result<std::string> vendor_base(const NamedModel& named)
{
    std::string base{named.base_url};
    for (auto open = base.find('{'); open != std::string::npos; open = base.find('{')) {
        const auto close = base.find('}', open);
        const std::string variable = base.substr(open + 1, close - open - 1);
        std::string value{trim(sys::environment(variable.c_str()))};
        while (value.ends_with('/')) value.pop_back();
        if (value.empty())
            return fail(ErrorKind::invalid, cat("the address of ", named.vendor, " is not known: ", variable, " is not set"),
                        cat("set ", variable, ", or give --api_base URL"));
        base.replace(open, close + 1 - open, value);
    }
    base = as_base(std::move(base));
    return base.find("://") == std::string::npos ? "https://" + base : base;
}

// The first of the variables that holds a key; a server that needs none may be given one all the same.
std::string key_from_environment(const NamedModel& named)
{
    if (named.key_env.empty()) return of_vendor(named, "_API_KEY");
    for (const auto variable : split(named.key_env, ' '))
        if (auto key = sys::environment(std::string{variable}.c_str()); !is_blank(key)) return key;
    return {};
}

std::string_view first_key_variable(const NamedModel& named) { return named.key_env.substr(0, named.key_env.find(' ')); }

// The address names the account: whatever it is, the server is the vendor's and wants a key.
bool is_always_theirs(const NamedModel& named) { return named.base_url.find('{') != std::string_view::npos; }

Fail missing_key(const ModelOptions& options, const NamedModel& named)
{
    return fail(ErrorKind::auth,
                named.is_guess
                    ? cat("no vendor claims the model ", options.name, ", so it is taken as OpenAI's, and there is no key for OpenAI")
                    : cat("there is no key for ", named.vendor, ", which serves ", options.name),
                cat(is_always_theirs(named) ? std::string{} : cat("interpreter --keys add ", named.prefix, " keeps one; or "), "set ",
                    first_key_variable(named), ", or give --api_key KEY",
                    is_always_theirs(named) ? "" : ", or --api_base URL for a server of your own"));
}

}  // namespace

std::string own_address(std::string_view vendor)
{
    const auto named = resolve_model(cat(vendor, "/any"), "");
    return named && !is_always_theirs(*named) ? as_base(base_from_environment(*named)) : std::string{};
}

Result<Endpoint> endpoint_for(const ModelOptions& options)
{
    std::string base = as_base(options.api_base);
    if (!base.empty() && base.find("://") == std::string::npos)
        return fail(ErrorKind::invalid, cat("--api_base is no address: ", options.api_base),
                    "an address looks like http://localhost:8000/v1");
    OI_TRY(const NamedModel named, resolve_model(options.name, base));
    if (base.empty()) base = as_base(base_from_environment(named));
    const bool needs_key = !named.key_env.empty() && (base.empty() || is_always_theirs(named));
    std::string key = options.api_key.empty() ? key_from_environment(named) : options.api_key;
    const bool is_stored = is_blank(key);
    if (is_stored) {
        OI_TRY(key, stored_key(named.prefix, is_always_theirs(named) ? "" : base));
    }
    if (key.empty() && needs_key && !named.provider->find_account) return missing_key(options, named);
    const ModelFacts facts = facts_of(cat(named.prefix, "/", named.model));
    if (base.empty() && !named.provider->find_account) {
        OI_TRY(base, vendor_base(named));
    }
    Endpoint endpoint{
        .provider = named.provider,
        .vendor = std::string{named.vendor},
        .prefix = std::string{named.prefix},
        .model = named.model,
        .base_url = std::move(base),
        .key = std::string{trim(key)},
        // Hints name the place where a key that is refused can be mended.
        .key_env = is_stored && !key.empty() ? "interpreter --keys" : std::string{first_key_variable(named)},
        .api_version = options.api_version.empty() ? of_vendor(named, "_API_VERSION") : options.api_version,
        .temperature = options.temperature,
        .max_tokens = options.max_tokens,
        .context_window = options.context_window > 0 ? options.context_window : facts.context_window,
        .usage_report = named.usage_report,
        .limit_field = named.limit_field,
        .code_form = options.supports_functions.value_or(named.code_form == CodeForm::calls && facts.takes_tools.value_or(true))
                         ? CodeForm::calls
                         : CodeForm::fences,
        .takes_images = options.supports_vision.value_or(facts.takes_images),
        .reasoning_effort = options.reasoning_effort,
        .thinking = named.thinking};
    if (named.provider->find_account) OI_CHECK(named.provider->find_account(endpoint));
    return endpoint;
}

}  // namespace oi::llm
