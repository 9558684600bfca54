// Runs the picker over the person's conversations; see pick_conversation.h.
#include "app/pick_conversation.h"

#include "app/import_conversations.h"
#include "app/old_conversations.h"
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
    const auto old = old_conversations();
    ConversationPicker::Old listed;
    for (const auto& one : old)
        listed.listed.push_back({.id = -1 - static_cast<ConversationId>(listed.listed.size()),
                                 .first_words = one.name,
                                 .folder = one.path,
                                 .model = "old",
                                 .started = one.changed,
                                 .changed = one.changed});
    listed.import = [&](ConversationId id) { return import_file(old[static_cast<std::size_t>(-1 - id)].path, *store); };
    ConversationPicker picker{*store, [&store](ConversationId id) { return remove_conversation(id, *store); }, local_time,
                              std::move(listed)};
    const auto picked = pick_in_terminal(picker, STDIN_FILENO, STDOUT_FILENO);
    if (!picked) return 1;
    if (!*picked) return 0;
    invocation.command = config::Command::resume;
    invocation.resume_id = std::to_string(**picked);
    return {};
}

}  // namespace oi
