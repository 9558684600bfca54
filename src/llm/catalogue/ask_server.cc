// Which questions each kind of server answers, and how its answers are read.
#include "llm/catalogue/ask_server.h"

#include "base/text.h"
#include "llm/catalogue/list_models.h"
#include "llm/catalogue/listed_model.h"
#include "llm/catalogue/pricing.h"

namespace oi::llm {

namespace {

bool has_word(const json::Value* list, std::string_view word)
{
    if (!list || !list->IsArray()) return false;
    for (const auto& one : list->GetArray())
        if (one.IsString() && json::view(one) == word) return true;
    return false;
}

// https://github.com/ollama/ollama/blob/main/docs/api.md#show-model-information
ServerFacts read_show(const json::Value& body)
{
    ServerFacts facts;
    if (const json::Value* info = json::find(body, "model_info"); info && info->IsObject())
        for (const auto& [key, value] : info->GetObject())
            if (json::view(key).ends_with(".context_length") && value.IsInt64()) facts.context_window = value.GetInt64();
    if (const json::Value* capabilities = json::find(body, "capabilities"); capabilities && capabilities->IsArray()) {
        facts.takes_tools = has_word(capabilities, "tools");
        facts.takes_images = has_word(capabilities, "vision");
    }
    return facts;
}

// https://github.com/ggml-org/llama.cpp/tree/master/tools/server: n_ctx is what one request has
ServerFacts read_props(const json::Value& body)
{
    ServerFacts facts;
    if (const json::Value* window = json::find(body, {"default_generation_settings", "n_ctx"}); window && window->IsInt64())
        facts.context_window = window->GetInt64();
    if (const json::Value* modalities = json::find(body, "modalities")) facts.takes_images = json::boolean(*modalities, "vision");
    return facts;
}

// The model's entry of a list; LM Studio's own list (https://lmstudio.ai/docs/app/api/endpoints/rest) says more than OpenAI's.
ServerFacts read_list(const json::Value& body, std::string_view model)
{
    const json::Value* list = list_in(body);
    if (!list) return {};
    for (const auto& listed : list->GetArray()) {
        if (id_of(listed) != model) continue;
        ServerFacts facts{.context_window = window_of(listed), .price = price_of(listed)};
        if (json::text(listed, "type") == "vlm") facts.takes_images = true;
        return facts;
    }
    return {};
}

// The server's address without the path of its OpenAI imitation.
std::string root_of(const Endpoint& endpoint)
{
    std::string_view base = endpoint.base_url;
    if (base.ends_with("/v1")) base.remove_suffix(3);
    return std::string{base};
}

class Asking {
public:
    Asking(const Endpoint& endpoint, const Fetch& fetch) : endpoint_{endpoint}, fetch_{fetch} {}

    ServerFacts show() const
    {
        net::HttpRequest http = endpoint_.provider->encode({}, endpoint_);  // for its headers
        http.url = cat(root_of(endpoint_), "/api/show");
        json::Writer w;
        w.object([&] { w.field("model", endpoint_.model); });
        http.body = w.take();
        return ask(http, read_show);
    }
    ServerFacts props() const { return get("/props", read_props); }
    ServerFacts lm_studio() const
    {
        return get("/api/v0/models", [&](const json::Value& body) { return read_list(body, endpoint_.model); });
    }
    ServerFacts list() const
    {
        return ask(models_request(endpoint_), [&](const json::Value& body) { return read_list(body, endpoint_.model); });
    }

private:
    template <class Read>
    ServerFacts ask(const net::HttpRequest& http, Read read) const
    {
        const auto body = json::parse(fetch_(http));
        return body ? read(*body) : ServerFacts{};
    }
    template <class Read>
    ServerFacts get(std::string_view path, Read read) const
    {
        net::HttpRequest http = models_request(endpoint_);
        http.url = cat(root_of(endpoint_), path);
        return ask(http, read);
    }

    const Endpoint& endpoint_;
    const Fetch& fetch_;
};

}  // namespace

ServerFacts ask_server(const Endpoint& endpoint, const Fetch& fetch)
{
    const Asking asking{endpoint, fetch};
    const std::string_view vendor = endpoint.prefix;
    if (endpoint.provider->name == "ollama") return asking.show();
    ServerFacts facts;
    if (vendor == "llamacpp" || vendor == "llamafile") facts = asking.props();
    else if (vendor == "lm_studio") facts = asking.lm_studio();
    if (facts.context_window > 0) return facts;
    facts = asking.list();
    if (facts.context_window > 0 || !is_local(endpoint)) return facts;
    facts = asking.props();
    if (facts.context_window == 0) facts = asking.lm_studio();
    return facts;
}

}  // namespace oi::llm
