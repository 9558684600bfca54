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

// `to` has its own copy of what was kept of `from`. What cannot be copied is not there.
void copy_session(ConversationId from, ConversationId to);
// Sessions that run go on with `to`, keeping where they do now: that folder is `to`'s from now on, and `from` has a copy.
void hand_over_session(ConversationId from, ConversationId to);

// What sessions keep that are confined is in a folder of its own, and goes into a session that may do more at nobody's will
// but the caller's. These move what was kept from one place to the other, no session running, or drop it.
enum class Confinement : std::uint8_t { none, some };
void move_session(ConversationId conversation, Confinement now);
void forget_confined_session(ConversationId conversation);

}  // namespace oi
