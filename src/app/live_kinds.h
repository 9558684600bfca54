// What each setting does when it changes while the program runs, or why it cannot.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace oi {

enum class Live : std::uint8_t {
    model,         // the model is opened anew
    conversation,  // apply_live() brings it into the conversation
    sessions,      // the languages that run start anew: see restart_sessions.h
    display,       // the frontend is told
    fixed,         // not before the program starts again: see why_fixed()
};

namespace live {

inline constexpr std::string_view of_the_model[] = {"model",
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
inline constexpr std::string_view of_the_sessions[] = {"sandbox", "network", "max_memory", "max_processes", "python"};
inline constexpr std::string_view of_the_display[] = {"pictures", "no_highlight_active_line", "notify", "title", "hints"};

struct Fixed {
    std::string_view name, why;
};
inline constexpr Fixed fixed[] = {
    {"local", "it decides at the start which model answers; %model NAME takes another"},
    {"jupyter_url", "its languages are gathered when the program starts"},
    {"jupyter_token", "it is used when the program starts"},
    {"frontend", "the screen is what the program started with"},
    {"plain", "the screen is what the program started with"},
    {"profile", "it is read when the program starts; %profile NAME uses the settings of another"},
    {"config_file", "it is read when the program starts; %profile PATH uses the settings of another file"},
    {"disable_telemetry", "there is no telemetry"},
};

}  // namespace live

// The reason, as the end of a sentence; empty: it can change.
inline std::string_view why_fixed(std::string_view setting)
{
    const auto* row = std::ranges::find(live::fixed, setting, &live::Fixed::name);
    return row == std::end(live::fixed) ? std::string_view{} : row->why;
}

inline Live live_kind(std::string_view setting)
{
    if (std::ranges::find(live::of_the_model, setting) != std::end(live::of_the_model)) return Live::model;
    if (std::ranges::find(live::of_the_sessions, setting) != std::end(live::of_the_sessions)) return Live::sessions;
    if (std::ranges::find(live::of_the_display, setting) != std::end(live::of_the_display)) return Live::display;
    return why_fixed(setting).empty() ? Live::conversation : Live::fixed;
}

}  // namespace oi
