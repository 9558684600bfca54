// The Store that keeps all conversations in one SQLite file.
#pragma once

#include "core/store.h"

#include <memory>
#include <string>

namespace oi {

// Costs next to nothing: the file is opened (and made) by a thread of the store when a conversation is created, or by the
// first read. Reading never makes a file. While the file cannot be written, what is appended stays in memory, flush()
// says why, and each later flush() tries again.
std::unique_ptr<Store> open_sqlite_store(std::string path);

// The same without a file: all is forgotten at the end.
std::unique_ptr<Store> memory_store();

}  // namespace oi
