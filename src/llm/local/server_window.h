// Server window: how much a model takes in, as its server says when it is asked.
#pragma once

#include "llm/open_model.h"

namespace oi::llm {

// Tokens; 0: the server does not say, or nobody answers. Blocks for two seconds at most.
long server_window(const ModelOptions& options);

}  // namespace oi::llm
