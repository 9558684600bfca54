// Runs the picker over the person's conversations; see pick_conversation.h.
#include "app/pick_conversation.h"

#include "app/search_conversations.h"
#include "app/wiring.h"
#include "frontend/terminal/conversation_picker.h"
#include "frontend/terminal/terminal_frontend.h"

#include <unistd.h>

namespace oi {

bool can_pick(const config::Invocation& invocation)
{
    const auto& settings = invocation.settings;
    return !settings.plain && (settings.frontend.empty() || settings.frontend == "terminal") &&
           can_run_terminal(STDIN_FILENO, STDOUT_FILENO);
}

std::optional<int> pick_conversation(config::Invocation& invocation)
{
    const auto store = open_store();
    ConversationPicker picker{*store, [&store](ConversationId id) { return remove_conversation(id, *store); }, local_time};
    const auto picked = pick_in_terminal(picker, STDIN_FILENO, STDOUT_FILENO);
    if (!picked) return 1;
    if (!*picked) return 0;
    invocation.command = config::Command::resume;
    invocation.resume_id = std::to_string(**picked);
    return {};
}

}  // namespace oi
