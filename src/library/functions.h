// The program's own functions: what the model is told of them, and how a cell's call reaches them.
#pragma once

#include "agent/conversation.h"
#include "interpreter/error.h"
#include "interpreter/options.h"
#include "library/callbacks.h"

#include <memory>
#include <string>
#include <vector>

namespace interpreter {

// invalid: a name that is none or is taken, parameters that are no JSON schema of an object.
oi::Result<void> check_functions(const std::vector<Function>& functions);

// For the system message; empty: there are none.
std::string told_of(const std::vector<Function>& functions);

using CellCall = decltype(oi::ConversationOptions::call);

// Answers the calls of these, and `functions`, their list; all others are for `rest`.
CellCall with_functions(std::vector<Function> functions, std::shared_ptr<Callbacks> callbacks, CellCall rest);

}  // namespace interpreter
