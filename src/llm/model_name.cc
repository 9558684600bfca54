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

struct KnownModel {
    std::string_view begin;
    ModelFacts facts;
};
// The longest beginning that fits counts. Sources: the vendors' model pages.
constexpr KnownModel known_models[] = {
    {"gpt-3.5-turbo", {16385, 4096, false}},
    {"gpt-4", {8192, 4096, false}},
    {"gpt-4-32k", {32768, 4096, false}},
    {"gpt-4-turbo", {128000, 4096, true}},
    {"gpt-4-1106", {128000, 4096, false}},
    {"gpt-4-0125", {128000, 4096, false}},
    {"gpt-4-vision", {128000, 4096, true}},
    {"gpt-4o", {128000, 16384, true}},
    {"chatgpt-4o", {128000, 16384, true}},
    {"gpt-4.1", {1047576, 32768, true}},
    {"gpt-5", {400000, 128000, true}},
    {"o1", {200000, 100000, true}},
    {"o1-mini", {128000, 65536, false}},
    {"o1-preview", {128000, 32768, false}},
    {"o3", {200000, 100000, true}},
    {"o3-mini", {200000, 100000, false}},
    {"o4-mini", {200000, 100000, true}},
    {"claude", {200000, 8192, true}},
    {"claude-instant", {100000, 4096, false}},
    {"claude-2", {100000, 4096, false}},
    {"claude-2.1", {200000, 4096, false}},
    {"claude-3-", {200000, 4096, true}},
    {"claude-3-5-haiku", {200000, 8192, false}},
    {"claude-3-5-sonnet", {200000, 8192, true}},
    {"claude-3-7", {200000, 64000, true}},
    {"claude-sonnet-4", {200000, 64000, true}},
    {"claude-haiku-4", {200000, 64000, true}},
    {"claude-opus-4", {200000, 32000, true}},
    {"claude-opus-4-5", {200000, 64000, true}},
    {"gemini-", {1048576, 8192, true}},
    {"gemini-1.5-pro", {2097152, 8192, true}},
    {"gemini-2.5", {1048576, 65536, true}},
    {"gemini-3", {1048576, 65536, true}},
    {"command", {4096, 4096, false}},
    {"command-nightly", {128000, 4096, false}},
    {"command-r", {128000, 4096, false}},
    {"command-a", {256000, 8192, false}},
    {"command-a-vision", {128000, 8192, true}},
};

constexpr std::string_view responses_prefix = "responses/";

// Not a format that is only chosen within a vendor.
bool is_vendor(const Provider& provider) { return !provider.base_url.empty(); }

NamedModel of_row(const Vendor& vendor, std::string_view spelling, std::string_view model)
{
    // OpenAI speaks both formats: openai/responses/NAME chooses.
    const bool is_chosen = vendor.prefix == "openai" && model.starts_with(responses_prefix);
    if (is_chosen) model.remove_prefix(responses_prefix.size());
    return {.provider = is_chosen ? &openai_responses_provider : &openai_provider,
            .prefix = vendor.prefix,
            .spelling = std::string{spelling},
            .vendor = vendor.title,
            .base_url = vendor.base_url,
            .key_env = vendor.keys,
            .usage_report = vendor.usage_report,
            .limit_field = vendor.limit_field,
            .code_form = vendor.code_form,
            .thinking = vendor.thinking,
            .model = std::string{model}};
}

// The vendor of that prefix or alias, serving `model`.
std::optional<NamedModel> of_vendor(std::string_view spelling, std::string_view model)
{
    const std::string prefix = prefix_of(spelling);
    if (const Vendor* vendor = find_vendor(prefix)) return of_row(*vendor, spelling, model);
    for (const Provider* provider : all_providers())
        if (provider->name == prefix && is_vendor(*provider))
            return NamedModel{.provider = provider,
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

ModelFacts facts_of(std::string_view model)
{
    if (const auto slash = model.rfind('/'); slash != std::string_view::npos) model.remove_prefix(slash + 1);
    const KnownModel* best = nullptr;
    for (const auto& known : known_models)
        if (model.starts_with(known.begin) && (!best || known.begin.size() > best->begin.size())) best = &known;
    return best ? best->facts : ModelFacts{};
}

}  // namespace oi::llm
