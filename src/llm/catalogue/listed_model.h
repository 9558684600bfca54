// Listed models: what a server's answer to "which models have you?" says of each.
#pragma once

#include "base/json.h"
#include "core/language_model.h"

namespace oi::llm {

// {"data": [..]}, {"models": [..]}, {"result": [..]} or the list itself; nullptr: no list of models.
const json::Value* list_in(const json::Value& body);
// The name as a request must say it, or "".
std::string_view id_of(const json::Value& model);
// Tokens, under any of the names that servers have for it; 0: it does not say.
long window_of(const json::Value& model);
// When it came out, in seconds since 1970, from "created" (OpenAI's format) or "created_at" (Anthropic's); 0: it does not say.
long created_of(const json::Value& model);
// OpenRouter's "pricing", in dollars a token and in words. https://openrouter.ai/docs/api-reference/list-available-models
Price price_of(const json::Value& model);

}  // namespace oi::llm
