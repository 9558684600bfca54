// Conversations of the classic Open Interpreter, which kept each in a JSON file, copied into the store.
#pragma once

#include "base/error.h"
#include "core/store.h"

#include <string>

namespace oi {

// Adds the conversation of one file; again gives the same id. The file stays as it is.
Result<ConversationId> import_file(const std::string& path, Store& store);

// --import[=PATH]: a file, a folder of them, or without one the folders of the classic program. Returns the exit code.
int import_conversations(const std::string& path, Store& store);

}  // namespace oi
