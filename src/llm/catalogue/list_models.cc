// List models: one GET, and the shapes in which servers answer it.
#include "llm/catalogue/list_models.h"

#include "base/json.h"
#include "base/text.h"
#include "core/cost.h"
#include "llm/catalogue/catalogue.h"
#include "llm/endpoint_for.h"
#include "llm/catalogue/listed_model.h"
#include "llm/local/model_file.h"
#include "llm/model_name.h"
#include "llm/catalogue/pricing.h"
#include "llm/transport.h"

#include <algorithm>

namespace oi::llm {

namespace {

// "groq" and "groq/" mean the vendor as a whole.
std::string with_any_model(std::string name)
{
    if (name.ends_with('/')) return name + "any";
    if (name.find('/') == std::string::npos && resolve_model(name + "/any", "")) return name + "/any";
    return name;
}

// The name that stands for none is not told.
Fail without_model(Error error)
{
    error.what.resize(std::min(error.what.find(", which serves "), error.what.size()));
    return Fail{std::move(error)};
}

Fail named(Error error, const Endpoint& endpoint)
{
    error.what = cat(endpoint.vendor, ": ", error.what);
    return Fail{std::move(error)};
}

}  // namespace

net::HttpRequest models_request(const Endpoint& endpoint)
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

Result<std::vector<ListedModel>> list_models(const ModelOptions& options, std::stop_token stop)
{
    if (options.name.starts_with("script:"))
        return fail(ErrorKind::invalid, "a script is no server and has no models to list", "--model VENDOR");
    if (model_file(options)) return fail(ErrorKind::invalid, cat(options.name, " is a model itself"), "--models --local lists the files");
    ModelOptions asked = options;
    asked.name = with_any_model(options.name);
    const auto found = endpoint_for(asked);
    if (!found) return asked.name == options.name ? Fail{found.error()} : without_model(found.error());
    const Endpoint& endpoint = *found;
    OI_TRY(const NamedModel vendor, resolve_model(asked.name, asked.api_base));
    Transport transport{options};
    const auto response = transport.fetch(models_request(endpoint), endpoint, std::move(stop));
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
    for (const auto& model : list->GetArray()) {
        const auto id = id_of(model);
        if (id.empty()) continue;
        const ModelFacts facts = facts_of(cat(vendor.prefix, "/", id));
        const long window = window_of(model);
        const Price price = price_of(model);
        models.push_back({.name = cat(prefix, id),
                          .context_window = window > 0 ? window : facts.context_window,
                          .price = is_known(price) ? price : price_at(endpoint, facts),
                          .created = created_of(model)});
    }
    return models;
}

}  // namespace oi::llm
