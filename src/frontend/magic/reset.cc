// %reset: a new conversation in the same program.
#include "frontend/magic/commands.h"

#include "agent/session.h"

namespace oi {

void magic_reset(MagicContext& context, std::string_view)
{
    context.session.submit(Reset{});
    context.say("A new conversation.");
}

}  // namespace oi
