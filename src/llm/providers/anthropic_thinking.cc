// How Claude is asked to think: by its generation, within the limit of the answer.
#include "llm/providers/anthropic_thinking.h"

#include <algorithm>

namespace oi::llm {

namespace {

constexpr long least_max_tokens = 4096;  // the field is required; every model takes this many

// Since Claude 4.6 the model itself decides how much it thinks; before, it is given a budget, which the newer ones refuse.
bool has_budget(std::string_view model)
{
    for (const std::string_view old :
         {"claude-3", "sonnet-4-0", "sonnet-4-2", "sonnet-4-5", "haiku-4-5", "opus-4-0", "opus-4-1", "opus-4-2", "opus-4-5"})
        if (model.find(old) != std::string_view::npos) return true;
    return model.ends_with("sonnet-4") || model.ends_with("opus-4");
}

long budget_for(std::string_view effort) { return effort == "high" ? 16384 : effort == "medium" ? 8192 : effort == "low" ? 4096 : 1024; }

bool begins_with_result(const Turn& turn) { return !turn.parts.empty() && std::holds_alternative<CallResult>(turn.parts.front()); }

// With a budget, a series of calls that is still going on must begin with its thoughts; between the calls there need be none. They
// are gone when the conversation was resumed or the code edited: the series then goes on without thinking.
bool lacks_thoughts(const std::vector<Turn>& turns)
{
    std::size_t user = turns.size() - 1;
    if (turns.empty() || !begins_with_result(turns[user])) return false;
    while (user >= 2 && begins_with_result(turns[user - 2])) user -= 2;
    return user == 0 || opaque_of(turns[user - 1]).empty();
}

}  // namespace

Thought thought_for(const Endpoint& endpoint, const std::vector<Turn>& turns)
{
    Thought thought{.max_tokens = endpoint.max_tokens > 0 ? endpoint.max_tokens : least_max_tokens};
    const std::string& effort = endpoint.reasoning_effort;
    if (effort.empty()) return thought;
    if (effort == "none") thought.form = Thought::Form::off;
    else if (!has_budget(endpoint.model)) thought.form = Thought::Form::adaptive;
    else if (!lacks_thoughts(turns)) thought.form = Thought::Form::budget;
    if (thought.form != Thought::Form::budget) return thought;
    if (endpoint.max_tokens <= 0) thought.max_tokens += budget_for(effort);
    thought.budget = std::min(budget_for(effort), thought.max_tokens - 1024);
    if (thought.budget < 1024) thought.form = Thought::Form::unasked;  // the least that is taken
    return thought;
}

void write_thinking(json::Writer& w, const Thought& thought, std::string_view effort)
{
    if (thought.form == Thought::Form::unasked) return;
    w.key("thinking");
    w.object([&] {
        if (thought.form == Thought::Form::off) return w.field("type", "disabled");
        if (thought.form == Thought::Form::adaptive) {
            w.field("type", "adaptive");
            w.field("display", "summarized");
            return;
        }
        w.field("type", "enabled");
        w.field("budget_tokens", std::int64_t{thought.budget});
    });
    if (thought.form != Thought::Form::adaptive) return;
    w.key("output_config");
    w.object([&] { w.field("effort", effort == "minimal" ? "low" : effort); });
}

}  // namespace oi::llm
