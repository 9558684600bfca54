// The tables of the conversation store, and how an older file is brought up to date.
#pragma once

#include "store/database.h"

namespace oi::store {

// Opens the file, makes its folder and its tables where they are missing.
// unsupported: a newer version of the program wrote it.
Result<std::unique_ptr<Database>> open_store_file(const std::string& path);

}  // namespace oi::store
