// %max_budget: what the conversation may cost.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "core/cost.h"

namespace oi {

void magic_max_budget(MagicContext& context, std::string_view arguments)
{
    Conversation& conversation = context.session.conversation();
    if (arguments.starts_with('$')) arguments.remove_prefix(1);
    const auto limit = to_number(arguments);
    if (!arguments.empty() && (!limit || !(*limit >= 0)))
        return context.say(cat("%max_budget takes a sum in dollars, not ", arguments, "."));
    if (limit) conversation.set_max_budget(*limit);
    const double now = conversation.max_budget();
    context.say(now > 0 ? cat("This conversation may cost ", dollars(now), "; ", dollars(conversation.usage().cost), " are spent.")
                        : std::string{"There is no limit to what this conversation may cost."});
}

}  // namespace oi
