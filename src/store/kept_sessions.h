// Where the variables of conversations are kept between sessions: a folder for each, of which the newest stay.
#pragma once

#include "base/error.h"
#include "core/store.h"

#include <string>

namespace oi {

// The folder of a conversation, made if need be, for its owner alone; what is over the bound of all is removed, the oldest
// first. An Error names the folder that cannot be made or is open to others: what is kept there is read back as code.
Result<std::string> keep_session(ConversationId conversation);

// Removes what was kept of it.
void forget_session(ConversationId conversation);

}  // namespace oi
