// The fields of a listed model, vendor by vendor.
#include "llm/catalogue/listed_model.h"

#include "base/text.h"

#include <ctime>

namespace oi::llm {

const json::Value* list_in(const json::Value& body)
{
    if (body.IsArray()) return &body;
    for (const std::string_view key : {"data", "models", "result", "modelSummaries", "publisherModels"})
        if (const json::Value* list = json::find(body, key); list && list->IsArray()) return list;
    return nullptr;
}

std::string_view id_of(const json::Value& model)
{
    if (model.IsString()) return json::view(model);
    for (const std::string_view key : {"id", "modelId", "name", "model"}) {
        const auto id = json::text(model, key);
        if (id.starts_with("publishers/")) return id.substr(id.rfind('/') + 1);
        if (!id.empty()) return id.starts_with("models/") ? id.substr(7) : id;
    }
    return {};
}

long window_of(const json::Value& model)
{
    for (const std::string_view key : {"loaded_context_length", "context_window", "context_length", "max_context_length", "max_model_len",
                                       "context_size", "max_input_tokens", "inputTokenLimit"})
        if (const long tokens = json::integer(model, key); tokens > 0) return tokens;
    for (const auto path :
         {std::initializer_list<std::string_view>{"meta", "n_ctx"}, {"meta", "n_ctx_train"}, {"metadata", "context_length"}})
        if (const json::Value* tokens = json::find(model, path); tokens && tokens->IsInt64() && tokens->GetInt64() > 0)
            return tokens->GetInt64();
    return 0;
}

long created_of(const json::Value& model)
{
    if (const long seconds = json::integer(model, "created"); seconds > 0) return seconds;
    const std::string day{json::text(model, "created_at")};
    std::tm time{};
    return ::strptime(day.c_str(), "%Y-%m-%d", &time) ? static_cast<long>(::timegm(&time)) : 0;
}

Price price_of(const json::Value& model)
{
    Price price;
    const json::Value* pricing = json::find(model, "pricing");
    if (!pricing) return price;
    const auto read = [&](std::string_view key, double& value) {
        const json::Value* said = json::find(*pricing, key);
        const auto dollars = !said ? std::optional<double>{} : said->IsString() ? to_number(json::view(*said)) : std::nullopt;
        if (dollars && *dollars >= 0) value = *dollars * 1e6;  // below 0: it depends
    };
    read("prompt", price.input);
    read("completion", price.output);
    read("input_cache_read", price.cached_input);
    read("input_cache_write", price.cache_write);
    return price;
}

}  // namespace oi::llm
