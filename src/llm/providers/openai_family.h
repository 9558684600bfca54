// What OpenAI's formats, and those that took over from them, have in common: ids of calls, arguments, and what its models refuse.
#pragma once

#include "base/json.h"
#include "llm/dialogue.h"
#include "llm/provider.h"

#include <string>
#include <string_view>

namespace oi::llm {

// Nine letters and digits: the one form that every compatible vendor takes (Mistral takes no other).
std::string call_id(int number);

// The JSON text of a call's arguments.
std::string call_arguments(const Call& call);

// "data:image/png;base64,..."
std::string data_url(const Image& image);

// The field "tool_calls": the calls of a turn in their order.
void write_calls(json::Writer& w, const Turn& turn);
// A part of the user's content: {"type":"image_url",...}.
void write_image(json::Writer& w, const Image& image);

// OpenAI itself, not one of those that speak its format.
bool is_openai(const Endpoint& endpoint);

// The o series and gpt-5 think first; they refuse a temperature and want max_completion_tokens.
bool is_reasoning_model(std::string_view model);

}  // namespace oi::llm
