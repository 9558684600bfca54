// MemoryStore: conversations that nobody keeps: one is gone when it is released, all with the store.
#pragma once

#include "core/store.h"

#include <memory>

namespace oi {

// The promises of Store, but nothing outlives its claim, and nothing is found by search().
std::unique_ptr<Store> make_memory_store();

}  // namespace oi
