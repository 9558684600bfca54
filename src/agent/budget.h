// Budget: whether a request may be sent, given what the person allows a conversation to cost.
#pragma once

#include "core/language_model.h"

namespace oi {

struct Spending {
    double limit = 0;  // dollars; 0: none
    double spent = 0;  // so far
};

// What a request is expected to cost in dollars; the answer counts only as far as its length is limited. 0: not known, or free.
double estimate(const Price& price, long input_tokens, long output_tokens);

// over_budget: the limit would be exceeded, or cannot be kept because the model has no price.
Result<void> check_budget(const Spending& spending, const ModelInfo& model, double estimated);

}  // namespace oi
