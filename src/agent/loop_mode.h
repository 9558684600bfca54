// Loop mode: a turn goes on by itself until the model says one of the agreed phrases.
#pragma once

#include "core/message.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct LoopMode {
    // So often in a row the model is told to go on though it has run no code; then the turn ends.
    static constexpr int most_words_alone = 5;

    bool is_on = false;
    std::string message;                // what tells the model to go on; the phrases follow it
    std::vector<std::string> breakers;  // the phrases that end the turn

    // Whether the last word is the model's and holds none of the phrases, in any case of letters.
    bool wants_more(std::span<const Message> messages) const;
    std::string told() const;
};

// `message` empty: the program's own; `breakers`: phrases between | signs, empty: the program's own.
LoopMode loop_mode(bool is_on, std::string_view message, std::string_view breakers);

}  // namespace oi
