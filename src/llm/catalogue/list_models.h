// List models: what a vendor's key or a server really has.
#pragma once

#include "llm/open_model.h"
#include "llm/provider.h"

#include <stop_token>
#include <string>
#include <vector>

namespace oi::llm {

struct ListedModel {
    std::string name;         // as --model takes it
    long context_window = 0;  // tokens, as the server says, else as the catalogue does; 0: unknown
    Price price{};            // the same
    long created = 0;         // seconds since 1970; 0: the server does not say
};

// The request for the list of models of an endpoint.
net::HttpRequest models_request(const Endpoint& endpoint);

// Asks the vendor of options.name, which may be a vendor's prefix alone, for its models, in its order; one request, no
// retries. Blocks. Errors name the vendor: those of endpoint_for, of the transfer, the vendor's refusal, and protocol for
// an answer that is no list of models.
Result<std::vector<ListedModel>> list_models(const ModelOptions& options, std::stop_token stop);

}  // namespace oi::llm
