// %fork: goes on in a copy of the conversation.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"

namespace oi {

void magic_fork(MagicContext& context, std::string_view)
{
    Conversation& conversation = context.session.conversation();
    const ConversationId before = conversation.id();
    if (const auto forked = conversation.fork(); !forked) return context.say(to_line(forked.error()));
    context.say(cat("Going on in a copy, conversation ", conversation.id(), "; ", before, " stays as it is: %resume ", before, "."));
}

}  // namespace oi
