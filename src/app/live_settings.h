// Brings settings that change while the program runs into the conversation.
#pragma once

#include "agent/conversation.h"
#include "app/live_kinds.h"
#include "core/settings.h"

namespace oi {

// Brings the settings of Live::conversation into the conversation, but for the system message, which is kept byte for byte while it
// can. Not while a turn runs.
void apply_live(const Settings& before, const Settings& now, Conversation& conversation);

}  // namespace oi
