// How % commands name messages in one line, and find what the person said last.
#pragma once

#include "core/event.h"
#include "core/message.h"

#include <optional>
#include <span>
#include <string>

namespace oi {

// `you: "count the lines of..."`, `python: "import os"`.
std::string preview(const Message& message);

// What Conversation::undo() would take, as the person said it; nullopt: they have said nothing.
std::optional<Say> last_message(std::span<const Message> from_last_said);

}  // namespace oi
