// The wire formats, for tests that run for each of them: a name for the test, and a model that speaks it.
#pragma once

#include <ostream>

namespace oi::testing {

struct WireFormat {
    const char* name;
    const char* model;
    const char* content_type = "text/event-stream";
};
inline void PrintTo(const WireFormat& format, std::ostream* out) { *out << format.name; }

inline constexpr WireFormat wire_formats[] = {
    {"OpenAI", "openai/gpt-4o"},
    {"Responses", "openai/responses/gpt-4o"},
    {"Azure", "azure/gpt-4o"},
    {"Anthropic", "claude-3-5-sonnet"},
    {"Gemini", "gemini/gemini-2.5-flash"},
    {"Cohere", "cohere/command-r"},
    {"Ollama", "ollama/llama3", "application/x-ndjson"},
    {"Bedrock", "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", "application/vnd.amazon.eventstream"},
    {"Vertex", "vertex_ai/gemini-2.5-flash"},
    {"VertexClaude", "vertex_ai/claude-3-5-sonnet-v2@20241022"},
};

}  // namespace oi::testing
