// The check before each request.
#include "agent/budget.h"

#include "base/text.h"
#include "core/cost.h"

namespace oi {

double estimate(const Price& price, long input_tokens, long output_tokens)
{
    return cost_of({.input_tokens = input_tokens, .output_tokens = output_tokens}, price).value_or(0);
}

Result<void> check_budget(const Spending& spending, const ModelInfo& model, double estimated)
{
    if (spending.limit <= 0) return {};
    if (!is_known(model.price))
        return fail(ErrorKind::over_budget, cat("there is no price for ", model.name, ", so that --max_budget cannot be kept"),
                    "put its row into catalogue.txt of the configuration folder, or leave --max_budget out");
    if (spending.spent + estimated <= spending.limit) return {};
    return fail(ErrorKind::over_budget,
                cat("the budget of ", dollars(spending.limit), " would be exceeded: ", dollars(spending.spent),
                    " are spent and the next request costs about ", dollars(estimated), "; it was not sent"),
                "raise it with %max_budget DOLLARS, or go on with --resume --max_budget DOLLARS");
}

}  // namespace oi
