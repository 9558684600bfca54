// Vertex account: project, location and credentials of Google's Vertex AI, for its two formats (Gemini's and Anthropic's).
#pragma once

#include "llm/provider.h"

namespace oi::llm {

// Provider::find_account of both. The endpoint's address becomes https://HOST/v1/projects/PROJECT/locations/LOCATION.
Result<void> find_vertex_account(Endpoint& endpoint);

// Provider::models_url of both: Google's own models; Vertex lists no others to everybody.
std::string vertex_models_url(const Endpoint& endpoint);

// Provider::classify of both.
Error vertex_error(const net::HttpResponse& failure, const Endpoint& endpoint);

}  // namespace oi::llm
