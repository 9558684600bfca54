// Which settings can change while the program runs, and what each then does to the conversation.
#pragma once

#include "agent/conversation.h"
#include "core/settings.h"

#include <string_view>

namespace oi {

enum class Live : std::uint8_t {
    model,         // the model is opened anew
    conversation,  // apply_live() brings it into the conversation
    sessions,      // the languages that run start anew: see running_sessions.h
    display,       // the frontend is told
    fixed,         // not before the program starts again: see why_fixed()
};

Live live_kind(std::string_view setting);

// The reason, as the end of a sentence.
std::string_view why_fixed(std::string_view setting);

// Brings the settings of Live::conversation into the conversation, but for the system message, which is kept byte for byte while it
// can. Not while a turn runs.
void apply_live(const Settings& before, const Settings& now, Conversation& conversation);

}  // namespace oi
