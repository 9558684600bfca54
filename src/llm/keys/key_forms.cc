// Key forms: a table of beginnings, and the vendors of the tables that a key alone opens.
#include "llm/keys/key_forms.h"

#include "base/text.h"
#include "llm/providers.h"
#include "llm/vendors.h"
#include "sys/files.h"

#include <algorithm>

namespace oi::llm {

namespace {

struct Form {
    std::string_view begin;
    std::string_view vendor;
};
// As the vendors' own consoles hand them out. The longest beginning that fits counts.
constexpr Form forms[] = {
    {"sk-ant-", "anthropic"}, {"sk-or-", "openrouter"},   {"sk-proj-", "openai"}, {"sk-svcacct-", "openai"},
    {"sk-admin-", "openai"},  {"AIza", "gemini"},         {"gsk_", "groq"},       {"xai-", "xai"},
    {"hf_", "huggingface"},   {"nvapi-", "nvidia"},       {"csk-", "cerebras"},   {"fw_", "fireworks_ai"},
    {"pplx-", "perplexity"},  {"tgp_v1_", "together_ai"}, {"up_", "upstage"},     {"vck_", "vercel_ai_gateway"},
    {"cpk_", "chutes"},       {"flp_", "friendliai"},
};
// Several vendors copied OpenAI's old form.
constexpr std::string_view plain_sk[] = {"openai", "deepseek", "dashscope", "moonshot", "siliconflow", "stepfun", "minimax", "baichuan"};
// A part of each key that OpenAI ever gave out: "OpenAI" in base64.
constexpr std::string_view openai_mark = "T3BlbkFJ";

constexpr std::string_view common[] = {"openai", "anthropic", "gemini", "openrouter", "groq", "mistral", "deepseek", "xai"};

bool is_known_address(std::string_view base)
{
    const auto open = base.find('{');
    if (open == std::string_view::npos) return true;
    const std::string variable{base.substr(open + 1, base.find('}') - open - 1)};
    return !is_blank(sys::environment(variable.c_str()));
}

}  // namespace

std::string bare_key(std::string_view pasted)
{
    std::string_view key = trim(pasted);
    if (key.starts_with("export ")) key = trim(key.substr(7));
    const auto equals = key.find('=');
    const bool is_assignment = equals != std::string_view::npos && equals > 0 &&
                               std::all_of(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(equals),
                                           [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
    if (is_assignment && equals + 1 < key.size()) key = trim(key.substr(equals + 1));
    if (lower(key.substr(0, 7)) == "bearer ") key = trim(key.substr(7));
    while (key.size() >= 2 && key.front() == key.back() && (key.front() == '"' || key.front() == '\'' || key.front() == '`'))
        key = trim(key.substr(1, key.size() - 2));
    return std::string{key};
}

std::vector<std::string_view> vendors_of_key(std::string_view key)
{
    const Form* best = nullptr;
    for (const auto& form : forms)
        if (key.starts_with(form.begin) && (!best || form.begin.size() > best->begin.size())) best = &form;
    if (best) return {best->vendor};
    if (!key.starts_with("sk-")) return {};
    if (key.find(openai_mark) != std::string_view::npos) return {"openai"};
    return {std::begin(plain_sk), std::end(plain_sk)};
}

std::vector<KeyedVendor> keyed_vendors()
{
    std::vector<KeyedVendor> found;
    for (const Provider* provider : all_providers())
        if (!find_vendor(provider->name) && !provider->base_url.empty() && !provider->find_account && !provider->key_env.empty() &&
            is_known_address(provider->base_url))
            found.push_back({provider->name, std::string{provider->title}, provider->key_env});
    for (const auto& vendor : vendors())
        if (!vendor.keys.empty() && is_known_address(vendor.base_url))
            found.push_back({vendor.prefix, std::string{vendor.title}, vendor.keys});
    const auto rank = [](const KeyedVendor& vendor) {
        return std::find(std::begin(common), std::end(common), vendor.prefix) - std::begin(common);
    };
    std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return found;
}

}  // namespace oi::llm
