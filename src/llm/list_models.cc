// List models: one GET, and the shapes in which servers answer it.
#include "llm/list_models.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/model_name.h"
#include "llm/trace.h"
#include "net/http_client.h"

namespace oi::llm {

namespace {

constexpr std::size_t answer_limit = 16 * 1024 * 1024;

// "groq" and "groq/" mean the vendor as a whole.
std::string with_any_model(std::string name)
{
    if (name.ends_with('/')) return name + "any";
    if (name.find('/') == std::string::npos && resolve_model(name + "/any", "")) return name + "/any";
    return name;
}

// {"data": [..]}, {"models": [..]}, {"result": [..]} or the list itself.
const json::Value* list_in(const json::Value& body)
{
    if (body.IsArray()) return &body;
    for (const std::string_view key : {"data", "models", "result"})
        if (const json::Value* list = json::find(body, key); list && list->IsArray()) return list;
    return nullptr;
}

std::string_view id_of(const json::Value& model)
{
    if (model.IsString()) return json::view(model);
    for (const std::string_view key : {"id", "name", "model"})
        if (auto id = json::text(model, key); !id.empty()) return id.starts_with("models/") ? id.substr(7) : id;
    return {};
}

long window_of(const json::Value& model, std::string_view id)
{
    for (const std::string_view key :
         {"context_window", "context_length", "max_context_length", "max_model_len", "context_size", "max_input_tokens", "inputTokenLimit"})
        if (const long tokens = json::integer(model, key); tokens > 0) return tokens;
    for (const auto path : {std::initializer_list<std::string_view>{"meta", "n_ctx_train"}, {"metadata", "context_length"}})
        if (const json::Value* tokens = json::find(model, path); tokens && tokens->IsInt64() && tokens->GetInt64() > 0)
            return tokens->GetInt64();
    return facts_of(id).context_window;
}

net::HttpRequest request_of(const Endpoint& endpoint)
{
    net::HttpRequest http = endpoint.provider->encode({}, endpoint);  // for its key, wherever it stands
    http.method = "GET";
    http.body.clear();
    http.url = endpoint.provider->models_url ? endpoint.provider->models_url(endpoint) : cat(endpoint.base_url, "/models");
    std::erase_if(http.headers, [](const net::Header& header) { return header.name == "Content-Type" || header.name == "Accept"; });
    http.headers.push_back({"Accept", "application/json"});
    http.idle_timeout = std::chrono::seconds{30};
    return http;
}

Fail named(Error error, const Endpoint& endpoint)
{
    error.what = cat(endpoint.vendor, ": ", error.what);
    return Fail{std::move(error)};
}

Result<net::HttpResponse> fetch(const net::HttpRequest& request, const Endpoint& endpoint, const ModelOptions& options,
                                std::stop_token stop)
{
    Trace trace{options.trace, endpoint.key};
    trace.request(request);
    auto response = net::fetch(options.send ? options.send : net::http_sender(), request, std::move(stop), answer_limit);
    if (response) {
        trace.head({response->status, response->headers});
        trace.body(response->body);
    }
    trace.end(response ? Result<void>{} : Result<void>{Fail{response.error()}});
    return response;
}

}  // namespace

Result<std::vector<ListedModel>> list_models(const ModelOptions& options, std::stop_token stop)
{
    if (options.name.starts_with("script:"))
        return fail(ErrorKind::invalid, "a script is no server and has no models to list", "--model VENDOR");
    ModelOptions asked = options;
    asked.name = with_any_model(options.name);
    OI_TRY(const Endpoint endpoint, endpoint_for(asked));
    OI_TRY(const NamedModel vendor, resolve_model(asked.name, asked.api_base));
    const auto response = fetch(request_of(endpoint), endpoint, options, std::move(stop));
    if (!response) return named(response.error(), endpoint);
    if (response->status < 200 || response->status > 299) return named(endpoint.provider->classify(*response, endpoint), endpoint);
    const auto body = json::parse(response->body);
    const json::Value* list = body ? list_in(*body) : nullptr;
    if (!list)
        return named({ErrorKind::protocol, "answered, but not with a list of models", "is this address a model's server? check --api_base"},
                     endpoint);
    // What Azure serves goes by the names of deployments, which it does not list.
    const std::string prefix = vendor.prefix == "azure" ? "" : cat(vendor.prefix, "/");
    std::vector<ListedModel> models;
    for (const auto& model : list->GetArray())
        if (const auto id = id_of(model); !id.empty()) models.push_back({cat(prefix, id), window_of(model, id)});
    return models;
}

}  // namespace oi::llm
