// Endpoint for: where the requests of a model go, from its name, the settings and the environment.
#pragma once

#include "llm/open_model.h"
#include "llm/provider.h"

namespace oi::llm {

// Contacts nobody. Errors: invalid (no such vendor, no address, a variable of its address that is not set), auth (a hosted
// vendor without a key: names the variable and the other ways).
Result<Endpoint> endpoint_for(const ModelOptions& options);

}  // namespace oi::llm
