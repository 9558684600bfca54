// %% COMMAND: the person's own command in the shell session of the conversation.
#include "frontend/magic/commands.h"

#include "agent/session.h"

namespace oi {

void magic_shell(MagicContext& context, std::string_view command)
{
    if (command.empty()) return context.say("%% runs what stands behind it in the shell session; the model does not see it: %% ls");
    context.session.run_aside({"shell", std::string{command}});
    context.working = "shell";
}

}  // namespace oi
