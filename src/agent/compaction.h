// Compaction: a long conversation as the model is sent it: the person's words, a summary of the rest, the last turns. Pure.
#pragma once

#include "agent/context_window.h"
#include "core/store.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace oi {

// What asks the model for the summary, as the last message of the request.
extern const std::string_view summary_request;

// The messages to send: of the first `up_to` those of the person, then the summary with `variables` (lines about what the
// running languages hold; may be empty), then the rest.
std::vector<Message> compacted(std::span<const Message> messages, const Compaction& compaction, std::string_view variables);

// Where the part to be summed up ends: before the last exchanges that take at most `kept` tokens together, but for the
// newest, which stays whatever it takes. At most `from` when there is nothing more to sum up.
std::size_t compaction_end(std::span<const Message> messages, std::size_t from, long kept, const CountTokens& count);

}  // namespace oi
