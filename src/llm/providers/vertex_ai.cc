// Google's Vertex AI, Gemini models: Gemini's format under a project of one's own.
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
#include "llm/providers.h"

#include "base/text.h"
#include "llm/accounts/vertex_account.h"

namespace oi::llm {

namespace {

net::HttpRequest encode(const Request& request, const Endpoint& endpoint)
{
    net::HttpRequest http = gemini_provider.encode(request, endpoint);
    http.url =
        cat(endpoint.base_url, "/publishers/google/models/", net::percent_encoded(endpoint.model, "@"), ":streamGenerateContent?alt=sse");
    for (auto& header : http.headers)
        if (header.name == "x-goog-api-key") header = {"Authorization", cat("Bearer ", endpoint.key)};
    return http;
}

std::unique_ptr<Decoder> decoder() { return gemini_provider.decoder(); }

}  // namespace

const Provider vertex_ai_provider{
    .name = "vertex_ai",
    .title = "Vertex AI",
    .key_env = "",
    .base_url = "https://{VERTEXAI_LOCATION}-aiplatform.googleapis.com",
    .encode = encode,
    .decoder = decoder,
    .classify = vertex_error,
    .models_url = vertex_models_url,
    .assistant_images = true,
    .find_account = find_vertex_account,
};

}  // namespace oi::llm
