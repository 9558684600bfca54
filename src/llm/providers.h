// The providers of providers.def, by name.
#pragma once

#include "llm/provider.h"

#include <vector>

namespace oi::llm {

#define PROVIDER(name) extern const Provider name##_provider;
#include "llm/providers.def"
#undef PROVIDER

inline std::vector<const Provider*> all_providers()
{
    return {
#define PROVIDER(name) &name##_provider,
#include "llm/providers.def"
#undef PROVIDER
    };
}

}  // namespace oi::llm
