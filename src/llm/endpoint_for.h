// Endpoint for: where the requests of a model go, from its name, the settings, the environment and the stored keys.
#pragma once

#include "llm/open_model.h"
#include "llm/provider.h"

namespace oi::llm {

// Contacts nobody. Errors: invalid (no such vendor, no address, a variable of its address that is not set), auth (a hosted
// vendor without a key: names the variable and the other ways).
Result<Endpoint> endpoint_for(const ModelOptions& options);

// The server to which the environment leads this vendor's requests (PREFIX_API_BASE, ...); "": the vendor's own.
std::string own_address(std::string_view vendor);

}  // namespace oi::llm
