// Which settings can change while the program runs, and what each then does to the conversation.
#pragma once

#include "agent/conversation.h"
#include "core/settings.h"

#include <string_view>

namespace oi {

enum class Live : std::uint8_t {
    model,         // the model is opened anew
    conversation,  // apply_live() brings it into the conversation
    next_start,    // not before the program starts again
};

Live live_kind(std::string_view setting);

// Brings the settings of Live::conversation into the conversation, but for the system message, which is kept byte for byte while it
// can. Not while a turn runs.
void apply_live(const Settings& settings, Conversation& conversation);

}  // namespace oi
