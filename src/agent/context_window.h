// What of a conversation a request takes along when the model's window is small.
#pragma once

#include "core/message.h"

#include <span>
#include <string_view>
#include <vector>

namespace oi {

// The messages that fit into `budget` tokens: all of them when they do; else old outputs shrink first, then the oldest
// exchanges go, a piece of code always together with its output. The user's last message and what follows always stay.
std::vector<Message> fit(std::span<const Message> messages, long budget);

}  // namespace oi
