// Model names: vendors by prefix, families by how their names begin.
#include "llm/model_name.h"

#include "base/text.h"
#include "llm/providers.h"
#include "llm/vendors.h"

#include <array>
#include <utility>

namespace oi::llm {

namespace {

struct Family {
    std::string_view begin;
    std::string_view prefix;
};
constexpr Family families[] = {
    {"claude", "anthropic"}, {"gemini-", "gemini"}, {"command", "cohere"}, {"c4ai-", "cohere"}, {"gpt", "openai"},
    {"chatgpt", "openai"},   {"o1", "openai"},      {"o3", "openai"},      {"o4", "openai"},
};

struct Alias {
    std::string_view alias, name;
};
constexpr Alias aliases[] = {
    {"claude-3.5", "claude-3-5-sonnet-20240620"},
    {"claude-3-5", "claude-3-5-sonnet-20240620"},
    {"claude-3.5-sonnet", "claude-3-5-sonnet-20240620"},
    {"claude-3-5-sonnet", "claude-3-5-sonnet-20240620"},
};

constexpr std::string_view responses_prefix = "responses/";

// Not a format that is only chosen within a vendor.
bool is_vendor(const Provider& provider) { return !provider.base_url.empty(); }

NamedModel of_row(const Vendor& vendor, std::string_view spelling, std::string_view model)
{
    // OpenAI speaks both formats: openai/responses/NAME chooses.
    const bool is_chosen = vendor.prefix == "openai" && model.starts_with(responses_prefix);
    if (is_chosen) model.remove_prefix(responses_prefix.size());
    const bool lacks_prefix = vendor.has_own_prefix && model.find('/') == std::string_view::npos && !model.empty();
    return {.provider = is_chosen || vendor.speaks_responses ? &openai_responses_provider : &openai_provider,
            .prefix = vendor.prefix,
            .spelling = std::string{spelling},
            .vendor = vendor.title,
            .base_url = vendor.base_url,
            .key_env = vendor.keys,
            .usage_report = vendor.usage_report,
            .limit_field = vendor.limit_field,
            .code_form = vendor.code_form,
            .model = lacks_prefix ? cat(vendor.prefix, "/", model) : std::string{model}};
}

// Vertex AI serves Claude in Anthropic's format.
const Provider* format_of(const Provider& provider, std::string_view model)
{
    return &provider == &vertex_ai_provider && model.starts_with("claude") ? &vertex_claude_provider : &provider;
}

// The vendor of that prefix or alias, serving `model`.
std::optional<NamedModel> of_vendor(std::string_view spelling, std::string_view model)
{
    const std::string prefix = prefix_of(spelling);
    if (const Vendor* vendor = find_vendor(prefix)) return of_row(*vendor, spelling, model);
    for (const Provider* provider : all_providers())
        if (provider->name == prefix && is_vendor(*provider))
            return NamedModel{.provider = format_of(*provider, model),
                              .prefix = provider->name,
                              .spelling = std::string{spelling},
                              .vendor = provider->title,
                              .base_url = provider->base_url,
                              .key_env = provider->key_env,
                              .model = std::string{model}};
    return {};
}

std::vector<std::string_view> all_prefixes()
{
    std::vector<std::string_view> prefixes;
    for (const auto& vendor : vendors()) prefixes.push_back(vendor.prefix);
    for (const Provider* provider : all_providers())
        if (is_vendor(*provider) && !find_vendor(provider->name)) prefixes.push_back(provider->name);
    return prefixes;
}

Fail unknown_vendor(std::string_view name, std::string_view prefix)
{
    for (const auto& gone : gone_vendors())
        if (gone.prefix == prefix)
            return fail(ErrorKind::invalid, cat(gone.title, ", which served ", name, ", is gone: ", gone.fate), "use another --model");
    const auto prefixes = all_prefixes();
    const auto near = nearest(prefix, prefixes);
    return fail(ErrorKind::invalid, cat("unknown model ", name, ": there is no vendor \"", prefix, "\""),
                near ? cat("did you mean ", *near, name.substr(prefix.size()), "?")
                     : std::string{"for a server of your own give --api_base URL and --model openai/NAME"});
}

}  // namespace

Result<NamedModel> resolve_model(std::string_view name, std::string_view api_base)
{
    name = trim(name);
    for (const auto& [alias, target] : aliases)
        if (name == alias) name = target;
    const auto slash = name.find('/');
    if (slash != std::string_view::npos) {
        if (auto found = of_vendor(name.substr(0, slash), name.substr(slash + 1))) {
            if (found->model.empty())
                return fail(ErrorKind::invalid, cat("no model named in ", name), cat("--model ", found->prefix, "/NAME"));
            return std::move(*found);
        }
        if (api_base.empty()) return unknown_vendor(name, name.substr(0, slash));
    }
    for (const auto& [begin, prefix] : families)
        if (name.starts_with(begin)) return *of_vendor(prefix, name);
    NamedModel guess = *of_vendor("openai", name);
    guess.is_guess = true;
    return guess;
}

}  // namespace oi::llm
