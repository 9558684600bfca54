// Conversation files of the classic Open Interpreter: a JSON list of messages. Pure.
#pragma once

#include "base/error.h"
#include "core/message.h"

#include <string_view>
#include <vector>

namespace oi::store {

// Messages of 0.2 and later have role, type, format and content; those of 0.1 have role and any of message, code (with
// language) and output, which become as many messages. invalid: it is no such list.
Result<std::vector<Message>> read_classic(std::string_view text);

}  // namespace oi::store
