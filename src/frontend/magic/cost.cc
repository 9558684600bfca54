// %cost: what the conversation has cost.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "core/cost.h"
#include "frontend/cost_line.h"

namespace oi {

void magic_cost(MagicContext& context, std::string_view)
{
    const Conversation& conversation = context.session.conversation();
    const Usage& usage = conversation.usage();
    if (usage == Usage{}) return context.say("This conversation has cost nothing yet.");
    const std::string tokens = cat(short_count(usage.input_tokens), " tokens in, ", short_count(usage.output_tokens), " out");
    const std::string cost = known_cost(usage);
    std::string line = cost.empty() ? cat("This conversation: ", tokens) : cat("This conversation: ", cost, " (", tokens, ")");
    if (usage.unpriced_requests > 0) line += cat(", ", usage.unpriced_requests, " of its requests without a known price");
    context.say(line + ".");
    if (conversation.max_budget() > 0) context.say(cat("The budget is ", dollars(conversation.max_budget()), "."));
}

}  // namespace oi
