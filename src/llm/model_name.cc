// Model names: vendors by prefix, families by how their names begin.
#include "llm/model_name.h"

#include "base/text.h"
#include "llm/providers.h"

#include <array>
#include <utility>

namespace oi::llm {

namespace {

struct Row {
    std::string_view prefix, vendor, base_url, key_env;
    UsageReport usage_report;
};

constexpr Row rows[] = {
#define COMPATIBLE(prefix, title, base, key, usage) {#prefix, title, base, key, UsageReport::usage},
#include "llm/compatible.def"
#undef COMPATIBLE
};

struct Family {
    std::string_view begin;
    std::string_view prefix;
};
constexpr Family families[] = {
    {"claude", "anthropic"}, {"gemini-", "gemini"}, {"command", "cohere"}, {"c4ai-", "cohere"}, {"gpt", "openai"},
    {"chatgpt", "openai"},   {"o1", "openai"},      {"o3", "openai"},      {"o4", "openai"},
};

// LiteLLM's second names of vendors.
constexpr Family prefix_aliases[] = {{"ollama_chat", "ollama"}, {"cohere_chat", "cohere"}};

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

NamedModel of_row(const Row& row, std::string_view model)
{
    return {.provider = &openai_provider,
            .prefix = row.prefix,
            .vendor = row.vendor,
            .base_url = row.base_url,
            .key_env = row.key_env,
            .usage_report = row.usage_report,
            .model = std::string{model}};
}

// The vendor of that prefix, serving `model`.
std::optional<NamedModel> of_vendor(std::string_view prefix, std::string_view model)
{
    for (const auto& [alias, target] : prefix_aliases)
        if (prefix == alias) prefix = target;
    for (const auto& row : rows)
        if (row.prefix == prefix) return of_row(row, model);
    for (const Provider* provider : all_providers())
        if (provider->name == prefix)
            return NamedModel{.provider = provider,
                              .prefix = provider->name,
                              .vendor = provider->title,
                              .base_url = provider->base_url,
                              .key_env = provider->key_env,
                              .other_key_env = provider->other_key_env,
                              .model = std::string{model}};
    return {};
}

std::vector<std::string_view> all_prefixes()
{
    std::vector<std::string_view> prefixes;
    for (const auto& row : rows) prefixes.push_back(row.prefix);
    for (const Provider* provider : all_providers())
        if (provider->name != "openai") prefixes.push_back(provider->name);
    return prefixes;
}

Fail unknown_vendor(std::string_view name, std::string_view prefix)
{
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
