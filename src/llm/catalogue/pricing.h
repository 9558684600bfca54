// Pricing: what a model costs at an endpoint.
#pragma once

#include "llm/catalogue/catalogue.h"
#include "llm/provider.h"

namespace oi::llm {

// The server is the person's own: one of the local kinds (Ollama, LM Studio, llama.cpp, ...), wherever it runs.
bool is_own_server(const Endpoint& endpoint);
// The server is the person's own or on this machine: it answers at once, and what it says of its model is so.
bool is_local(const Endpoint& endpoint);

// The price follows the model's name, whatever the address; an own server costs nothing, nor does a model that nobody
// hosts on this machine.
Price price_at(const Endpoint& endpoint, const ModelFacts& facts);

}  // namespace oi::llm
