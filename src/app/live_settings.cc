// Settings of a running conversation; see live_settings.h.
#include "app/live_settings.h"

#include "app/wiring.h"

namespace oi {

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
