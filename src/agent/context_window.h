// What of a conversation a request takes along when the model's window is small. Pure.
#pragma once

#include "base/error.h"
#include "core/message.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace oi {

// How many tokens the whole request has with these messages in it.
using CountTokens = std::function<long(std::span<const Message>)>;

// Messages that fit, and what was done to make them fit.
struct Fitted {
    std::vector<Message> messages;
    std::size_t shortened = 0;  // outputs
    std::size_t pictures = 0;   // replaced by a line
    std::size_t exchanges = 0;  // left out: what the model said or ran, with what came of it
    std::size_t words = 0;      // left out: messages of the person

    std::string summary() const;  // "3 outputs are shortened, 2 pictures are not sent"; empty: nothing was done
};

// Makes a request of at most `room` tokens, changing as little as it can, the oldest first: old outputs are shortened, old
// pictures become a line, old exchanges go, whole ones; then the newest outputs and pictures; the person's own messages last,
// and never the newest. context_overflow: not even that fits (numbers and remedies are in it).
Result<Fitted> fit(std::span<const Message> messages, long room, const CountTokens& count);

// Whether an exchange starts at that message: what is before can be taken away from what follows.
bool starts_exchange(std::span<const Message> messages, std::size_t at);

}  // namespace oi
