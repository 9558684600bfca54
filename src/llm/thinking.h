// Thinking: how vendors are asked to think, and what they want back of it.
#pragma once

#include "base/json.h"
#include "core/language_model.h"
#include "llm/dialogue.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace oi::llm {

struct Endpoint;

// Where a request of OpenAI's format says how hard to think.
enum class EffortField : std::uint8_t {
    reasoning_effort,  // "reasoning_effort": "low"
    reasoning,         // "reasoning": {"effort": "low"}
    thinking,          // "thinking": {"type": "enabled"} and "reasoning_effort"
    thinking_switch,   // "thinking": {"type": "enabled"} alone: there are no degrees
    enable_thinking,   // "enable_thinking": true
};

// What of the thoughts goes back with the reply that they led to.
enum class ThoughtsBack : std::uint8_t {
    none,
    content,  // "reasoning_content", as it came; where it is not at hand a call still needs the field
    details,  // "reasoning_details", as they came
    tags,     // <think>...</think> before the text
};

struct Thinking {
    EffortField effort = EffortField::reasoning_effort;
    ThoughtsBack back = ThoughtsBack::none;
    bool marks_cache = false;  // Claude behind it takes cache_control
};

// The dialogue of a request, with what the vendor wants back of its earlier replies.
std::vector<Turn> dialogue_for(const Request& request, const Endpoint& endpoint);

// The first opaque piece in a turn of the assistant, or "": for the formats that have one place for it in a reply.
std::string_view opaque_of(const Turn& turn);

// A name of the conversation that stays the same while it grows.
std::string conversation_key(const Request& request);

// The marks "cache_control" on the turns of the user: the last two, so that the one of the last request is found again.
// The numbers of the turns, ascending.
std::vector<std::size_t> marked_turns(const std::vector<Turn>& turns);

void write_cache_mark(json::Writer& w);

// Fields of OpenAI's format that say how hard to think.
void write_effort(json::Writer& w, const Endpoint& endpoint);

// Fields of a message of OpenAI's format that give the thoughts behind it back. `text` is the message's content; what it must be
// instead is returned.
std::string write_thoughts(json::Writer& w, const Turn& turn, std::string text, const Endpoint& endpoint);

// Whether an error says that the wish for an effort, or a way to state it, is what the server does not take.
bool refuses_effort(std::string_view words);

}  // namespace oi::llm
