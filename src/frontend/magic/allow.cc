// %allow: what was allowed for the rest of the conversation, and taking it back.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"

namespace oi {

void magic_allow(MagicContext& context, std::string_view arguments)
{
    Grants& grants = context.session.conversation().grants();
    if (arguments.starts_with("forget")) {
        const std::string_view name = trim(arguments.substr(6));
        if (name.empty()) {
            grants = {};
            return context.say("Nothing runs without asking now.");
        }
        return context.say(grants.revoke(name) ? cat(name, " is asked about again.")
                                               : cat("Nothing named ", name, " was allowed; %allow lists what was."));
    }
    if (!arguments.empty())
        return context.say(cat("%allow takes nothing, or forget NAME, not ", arguments, "; answer l or p to a question to allow more."));
    if (grants.is_empty()) return context.say("Nothing was allowed for this conversation; answer l or p to a question to do so.");
    for (const auto& language : grants.languages) context.say(cat(language, "  all code of this language"));
    for (const auto& command : grants.commands) context.say(cat(command, "  shell commands that begin like this"));
}

}  // namespace oi
