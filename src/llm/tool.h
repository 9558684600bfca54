// The one tool, execute(language, code), and the system text: what every wire format says in its own frame.
#pragma once

#include "base/json.h"
#include "llm/dialogue.h"
#include "llm/provider.h"

namespace oi::llm {

inline constexpr std::string_view tool_description =
    "Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.";

// The JSON schema of the arguments.
void write_tool_schema(json::Writer& writer, std::span<const std::string> languages);

// The field "tools" of OpenAI's chat completions and of the formats that took it over.
void write_function_tools(json::Writer& writer, std::span<const std::string> languages);

// The arguments of a call, as the object itself.
void write_call_arguments(json::Writer& writer, std::string_view language, std::string_view code);

// Whether the request declares the tool.
bool declares_tool(const Request& request, const Endpoint& endpoint);

// How the conversation is written: without the tool, calls and results are text, for some vendors refuse them then.
DialogueForm dialogue_form(const Request& request, const Endpoint& endpoint);

// The system message; for a model without tools, with how to run code.
std::string system_text(const Request& request, const Endpoint& endpoint);

}  // namespace oi::llm
