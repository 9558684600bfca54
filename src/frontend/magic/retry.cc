// %retry: the last message once more, in place of the answer that it got.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "frontend/magic/preview.h"

namespace oi {

void magic_retry(MagicContext& context, std::string_view)
{
    if (!context.send) return context.say("%retry does not work here.");
    auto said = last_message(context.session.conversation().undo());
    if (!said) return context.say("There is no message of yours to send again.");
    context.send(std::move(*said));
}

}  // namespace oi
