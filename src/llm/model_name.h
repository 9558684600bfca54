// Model names: the name alone decides vendor and wire format.
#pragma once

#include "base/error.h"
#include "llm/provider.h"

#include <string>
#include <string_view>

namespace oi::llm {

// Who serves a model, and under what name.
struct NamedModel {
    const Provider* provider = nullptr;
    std::string_view prefix;    // "groq"
    std::string spelling;       // the prefix as it was typed
    std::string_view vendor;    // "Groq"
    std::string_view base_url;  // may hold {VARIABLE}
    std::string_view key_env;   // variables that may hold the key, separated by blanks; empty: none is needed
    UsageReport usage_report = UsageReport::asked;
    LimitField limit_field = LimitField::max_tokens;
    CodeForm code_form = CodeForm::calls;  // fences: known to take no tools
    Thinking thinking{};
    std::string model;      // without the prefix
    bool is_guess = false;  // no vendor claims the name
};

// VENDOR/NAME for each vendor of the tables (the first slash counts); claude... is Anthropic's; gemini-... Gemini's;
// command... and c4ai-... Cohere's; gpt..., chatgpt..., o1..., o3...
// and o4... are OpenAI's; openai/responses/NAME is NAME in the Responses format; claude-3.5 and its like are the classic
// aliases. A name that no vendor claims is openai/NAME.
// Only VENDOR/NAME with an unknown vendor and no address of its own is an Error (invalid), with the nearest one that exists.
Result<NamedModel> resolve_model(std::string_view name, std::string_view api_base);

}  // namespace oi::llm
