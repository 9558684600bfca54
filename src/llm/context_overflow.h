// Context overflow: how servers say that a request is longer than the model's window, and what they say of the window.
#pragma once

#include <string_view>

namespace oi::llm {

// The sentence is about a request that is too long for the model.
bool says_overflow(std::string_view sentence);

// The window in tokens that such a sentence names; 0: it names none.
long window_in(std::string_view sentence);

// Anthropic counts the longest answer that is asked for, too: the longest that it would take beside this input; 0: it does
// not say.
long answer_room(std::string_view sentence);

}  // namespace oi::llm
