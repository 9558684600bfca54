// How Claude is asked to think.
// https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking and .../adaptive-thinking
#pragma once

#include "base/json.h"
#include "llm/dialogue.h"
#include "llm/provider.h"

#include <string_view>
#include <vector>

namespace oi::llm {

// What a request asks for.
struct Thought {
    enum class Form : std::uint8_t { unasked, off, budget, adaptive } form = Form::unasked;
    long max_tokens = 0;
    long budget = 0;
};

Thought thought_for(const Endpoint& endpoint, const std::vector<Turn>& turns);

// The fields "thinking" and "output_config".
void write_thinking(json::Writer& w, const Thought& thought, std::string_view effort);

}  // namespace oi::llm
