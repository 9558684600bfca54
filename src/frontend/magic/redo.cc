// %redo: brings back what %undo took.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/magic/preview.h"

namespace oi {

void magic_redo(MagicContext& context, std::string_view)
{
    const auto back = context.session.conversation().redo();
    if (back.empty()) return context.say("There is nothing to bring back: nothing was undone since you said something.");
    context.say(cat("Back again: ", preview(back.front()), back.size() > 1 ? cat(" and ", back.size() - 1, " more") : "", "."));
}

}  // namespace oi
