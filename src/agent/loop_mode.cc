// When a turn goes on by itself, and what the model is told then; see loop_mode.h.
#include "agent/loop_mode.h"

#include "base/embedded.h"
#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

// Programs that read conversations of the classic program look for these.
constexpr std::string_view own_breakers =
    "The task is done.|The task is impossible.|Let me know what you'd like to do next.|Please provide more information.";

}  // namespace

bool LoopMode::wants_more(std::span<const Message> messages) const
{
    if (messages.empty() || messages.back().role != Role::assistant || messages.back().type != Kind::message) return false;
    const std::string said = lower(messages.back().content);
    return std::none_of(breakers.begin(), breakers.end(),
                        [&](const std::string& phrase) { return said.find(lower(phrase)) != std::string::npos; });
}

std::string LoopMode::told() const
{
    std::string text = message;
    for (const auto& phrase : breakers) text += cat("\n- ", phrase);
    return text;
}

LoopMode loop_mode(bool is_on, std::string_view message, std::string_view breakers)
{
    LoopMode mode{.is_on = is_on, .message = std::string{trim(is_blank(message) ? embedded("prompts/loop.md") : message)}, .breakers = {}};
    for (const auto phrase : split(is_blank(breakers) ? own_breakers : breakers, '|'))
        if (!is_blank(phrase)) mode.breakers.emplace_back(trim(phrase));
    return mode;
}

}  // namespace oi
