// Settings of a running conversation; see live_settings.h.
#include "app/live_settings.h"

#include "app/wiring.h"

#include <algorithm>

namespace oi {

namespace {

constexpr std::string_view of_the_model[] = {"model",
                                             "api_base",
                                             "api_key",
                                             "api_version",
                                             "temperature",
                                             "reasoning_effort",
                                             "max_tokens",
                                             "context_window",
                                             "llm_supports_functions",
                                             "llm_supports_vision",
                                             "retry_for",
                                             "fallback_models",
                                             "verbose"};
constexpr std::string_view of_the_conversation[] = {"max_budget", "auto_run",     "system_message",   "custom_instructions",
                                                    "max_output", "cell_timeout", "background_after", "python"};

}  // namespace

Live live_kind(std::string_view setting)
{
    if (std::ranges::find(of_the_model, setting) != std::end(of_the_model)) return Live::model;
    if (std::ranges::find(of_the_conversation, setting) != std::end(of_the_conversation)) return Live::conversation;
    return Live::next_start;
}

void apply_live(const Settings& settings, Conversation& conversation)
{
    conversation.change([&](ConversationOptions& options) {
        options.max_budget = settings.max_budget;
        options.auto_run = settings.auto_run;
        options.max_output = static_cast<std::size_t>(settings.max_output);
        options.cell_timeout = milliseconds_of(settings.cell_timeout);
        options.background_after = milliseconds_of(settings.background_after);
        options.context_window = settings.context_window;
        options.max_tokens = settings.max_tokens;
        options.resumes = settings.retry_for > 0 ? ConversationOptions{}.resumes : 0;
        options.python = settings.python;
    });
}

}  // namespace oi
