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
                                             "user_message_template",
                                             "always_apply_user_message_template",
                                             "code_output_template",
                                             "empty_code_output_template",
                                             "code_output_sender",
                                             "record",
                                             "verbose"};
constexpr std::string_view of_the_sessions[] = {"sandbox", "network", "max_memory", "max_processes", "python"};
constexpr std::string_view of_the_display[] = {"pictures", "no_highlight_active_line", "notify", "title", "hints"};

struct Fixed {
    std::string_view name, why;
};
constexpr Fixed fixed[] = {
    {"local", "it decides at the start which model answers; %model NAME takes another"},
    {"jupyter_url", "its languages are gathered when the program starts"},
    {"jupyter_token", "it is used when the program starts"},
    {"frontend", "the screen is what the program started with"},
    {"plain", "the screen is what the program started with"},
    {"profile", "it is read when the program starts; %profile NAME uses the settings of another"},
    {"config_file", "it is read when the program starts; %profile PATH uses the settings of another file"},
    {"disable_telemetry", "there is no telemetry"},
};

}  // namespace

Live live_kind(std::string_view setting)
{
    if (std::ranges::find(of_the_model, setting) != std::end(of_the_model)) return Live::model;
    if (std::ranges::find(of_the_sessions, setting) != std::end(of_the_sessions)) return Live::sessions;
    if (std::ranges::find(of_the_display, setting) != std::end(of_the_display)) return Live::display;
    return why_fixed(setting).empty() ? Live::conversation : Live::fixed;
}

std::string_view why_fixed(std::string_view setting)
{
    const auto* row = std::ranges::find(fixed, setting, &Fixed::name);
    return row == std::end(fixed) ? std::string_view{} : row->why;
}

void apply_live(const Settings& before, const Settings& now, Conversation& conversation)
{
    conversation.change([&](ConversationOptions& options) {
        options.max_budget = now.max_budget;
        options.auto_run = now.auto_run;
        options.max_output = static_cast<std::size_t>(now.max_output);
        options.cell_timeout = milliseconds_of(now.cell_timeout);
        options.background_after = milliseconds_of(now.background_after);
        options.context_window = now.context_window;
        options.max_tokens = now.max_tokens;
        options.resumes = now.retry_for > 0 ? ConversationOptions{}.resumes : 0;
        options.python = now.python;
        options.loop = loop_mode(now.loop, now.loop_message, now.loop_breakers);
        if (now.max_spool != before.max_spool) options.outputs = outputs_of(now);
        set_safety(now, options);
        set_keeping(now, options);
    });
    if (now.keep_variables != before.keep_variables) conversation.keep_as_set();
}

}  // namespace oi
