// Ask server: what a model's own server says of it: window, tools, pictures, price.
#pragma once

#include "base/json.h"
#include "core/language_model.h"
#include "llm/provider.h"

#include <functional>
#include <optional>

namespace oi::llm {

// 0, unset or below 0: the server does not say.
struct ServerFacts {
    long context_window = 0;  // tokens
    std::optional<bool> takes_tools{};
    std::optional<bool> takes_images{};
    Price price{};
};

// Sends one question; the answer's body when its status is 200, else "".
using Fetch = std::function<std::string(const net::HttpRequest& request)>;

// Ollama: POST /api/show. llama.cpp: GET /props. LM Studio: GET /api/v0/models. All others: their list of models; a server
// on this machine whose list has no window is asked in those ways too.
ServerFacts ask_server(const Endpoint& endpoint, const Fetch& fetch);

}  // namespace oi::llm
