// %auto_run: whether code runs without a question.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"

namespace oi {

void magic_auto_run(MagicContext& context, std::string_view arguments)
{
    Conversation& conversation = context.session.conversation();
    bool is_on = !conversation.auto_run();
    if (arguments == "true") is_on = true;
    else if (arguments == "false") is_on = false;
    else if (!arguments.empty()) return context.say(cat("%auto_run takes true or false, not ", arguments, "."));
    conversation.set_auto_run(is_on);
    context.say(is_on ? "Code now runs without asking." : "You are asked before code runs.");
    if (!is_on && !conversation.grants().is_empty()) magic_allow(context, {});
}

}  // namespace oi
