// %undo: takes back the last message and what came of it.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/magic/preview.h"

namespace oi {

void magic_undo(MagicContext& context, std::string_view)
{
    constexpr std::size_t most_lines = 8;
    const auto gone = context.session.conversation().undo();
    if (gone.empty()) return context.say("There is nothing to undo.");
    for (std::size_t i = 0; i < gone.size() && i < most_lines; ++i) context.say(cat("Removed ", preview(gone[i])));
    if (gone.size() > most_lines) context.say(cat("and ", gone.size() - most_lines, " more messages"));
    context.say("%redo brings it back. Files and variables are as the code left them.");
}

}  // namespace oi
