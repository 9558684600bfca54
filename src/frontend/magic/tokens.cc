// %tokens: what the conversation has used, and what the next request would.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "core/cost.h"
#include "frontend/cost_line.h"

#include <cmath>

namespace oi {

namespace {

std::string so_far(const Usage& usage)
{
    std::string line = cat("So far: ", usage.input_tokens, " tokens in");
    if (usage.cached_tokens > 0) line += cat(" (", usage.cached_tokens, " of them cached)");
    line += cat(", ", usage.output_tokens, " out");
    if (const auto cost = known_cost(usage); !cost.empty()) line += cat(", ", cost);
    if (usage.unpriced_requests > 0)
        line += cat("; ", usage.unpriced_requests, usage.unpriced_requests == 1 ? " request has" : " requests have", " no known price");
    return line + ".";
}

std::string next(Conversation& conversation, std::string_view prompt)
{
    const ModelInfo model = conversation.model();
    const long tokens = conversation.count_tokens(prompt);
    std::string line =
        cat(prompt.empty() ? "Next request, without your message: about " : "Next request, with that prompt: about ", tokens, " tokens");
    if (is_known(model.price) && !is_free(model.price)) line += cat(", ", dollars(estimate(model.price, tokens, 0)));
    if (model.context_window > 0)
        line += cat(", ", std::lround(100.0 * static_cast<double>(tokens) / static_cast<double>(model.context_window)), " % of ",
                    model.context_window);
    return line + ".";
}

}  // namespace

void magic_tokens(MagicContext& context, std::string_view prompt)
{
    Conversation& conversation = context.session.conversation();
    context.say(so_far(conversation.usage()));
    context.say(next(conversation, prompt));
    const ModelInfo model = conversation.model();
    if (model.max_tokens > 0) context.say(cat("An answer has at most ", model.max_tokens, " tokens."));
    if (conversation.max_budget() > 0) context.say(cat("The budget is ", dollars(conversation.max_budget()), "."));
}

}  // namespace oi
