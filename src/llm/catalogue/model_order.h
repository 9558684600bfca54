// Model order: of the models that a key opens, those that can hold a conversation, the newest and best first.
#pragma once

#include "llm/catalogue/list_models.h"

#include <vector>

namespace oi::llm {

// By the quarter of a year in which they came out, full-size before small ones, then by day; where the server tells no time, by
// the numbers in their names. What is for pictures, speech, search or vectors alone is left out, unless that leaves none.
std::vector<ListedModel> in_order(std::vector<ListedModel> models);

}  // namespace oi::llm
