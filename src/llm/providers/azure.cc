// Azure OpenAI: OpenAI's chat completions behind a deployment of one's own.
// https://learn.microsoft.com/azure/ai-services/openai/reference
#include "llm/providers.h"

#include "base/text.h"
#include "llm/vendor_error.h"

namespace oi::llm {

namespace {

constexpr std::string_view default_version = "2024-10-21";  // the newest that is no preview

// The resource itself: the portal's "target URI" holds deployment and version too.
std::string_view resource_of(std::string_view base)
{
    base = base.substr(0, base.find('?'));
    base = base.substr(0, base.find("/openai/deployments/"));
    while (base.ends_with('/')) base.remove_suffix(1);
    if (base.ends_with("/openai")) base.remove_suffix(7);
    return base;
}

std::string_view version_of(const Endpoint& endpoint)
{
    return endpoint.api_version.empty() ? default_version : std::string_view{endpoint.api_version};
}

std::string url_of(const Endpoint& endpoint)
{
    const std::string_view resource = resource_of(endpoint.base_url);
    // The address without versions; there the body's "model" names the deployment.
    if (resource.ends_with("/openai/v1")) return cat(resource, "/chat/completions");
    return cat(resource, "/openai/deployments/", net::percent_encoded(endpoint.model),
               "/chat/completions?api-version=", version_of(endpoint));
}

// The models of the resource's region; deployments are not listed to whoever holds a key.
std::string models_url(const Endpoint& endpoint)
{
    const std::string_view resource = resource_of(endpoint.base_url);
    if (resource.ends_with("/openai/v1")) return cat(resource, "/models");
    return cat(resource, "/openai/models?api-version=", version_of(endpoint));
}

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    net::HttpRequest http = openai_provider.encode(request, endpoint);
    http.url = url_of(endpoint);
    for (auto& header : http.headers)
        if (header.name == "Authorization") header = {"api-key", endpoint.key};
    return http;
}

std::unique_ptr<Decoder> decoder() { return openai_provider.decoder(); }

}  // namespace

const Provider azure_provider{
    .name = "azure",
    .title = "Azure OpenAI",
    .key_env = "AZURE_API_KEY AZURE_OPENAI_API_KEY",
    .base_url = "{AZURE_API_BASE}",
    .encode = encode,
    .decoder = decoder,
    .classify = vendor_error,
    .models_url = models_url,
};

}  // namespace oi::llm
