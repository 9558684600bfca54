// Google's Vertex AI, Claude models: Anthropic's format, with the model in the address instead of the body.
// https://docs.anthropic.com/en/api/claude-on-vertex-ai
#include "llm/providers.h"

#include "base/text.h"
#include "llm/accounts/vertex_account.h"

namespace oi::llm {

namespace {

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    net::HttpRequest http = anthropic_provider.encode(request, endpoint);
    http.url = cat(endpoint.base_url, "/publishers/anthropic/models/", net::percent_encoded(endpoint.model, "@"), ":streamRawPredict");
    std::erase_if(http.headers, [](const net::Header& header) { return header.name == "anthropic-version"; });
    for (auto& header : http.headers)
        if (header.name == "x-api-key") header = {"Authorization", cat("Bearer ", endpoint.key)};
    return http;
}

std::unique_ptr<Decoder> decoder() { return anthropic_provider.decoder(); }

Result<void> find_account(Endpoint& endpoint)
{
    endpoint.api_version = "vertex-2023-10-16";  // the only one; anthropic.cc writes it into the body
    return find_vertex_account(endpoint);
}

}  // namespace

// No vendor of its own: chosen within vertex_ai by the model's name.
const Provider vertex_claude_provider{
    .name = "vertex_claude",
    .title = "Vertex AI",
    .key_env = "",
    .base_url = "",
    .encode = encode,
    .decoder = decoder,
    .classify = vertex_error,
    .models_url = vertex_models_url,
    .find_account = find_account,
};

}  // namespace oi::llm
