// What stands between the code and the question whether to run it: hints, dangers, findings, and what could be allowed for good.
#pragma once

#include "core/event.h"
#include "frontend/terminal/page.h"

#include <string>

namespace oi {

// `teaches_language`: the key for all code of the language is named too.
void show_review(Page& page, const ApprovalAsked& asked, bool teaches_language);

// "y n e a ?": the keys that answer, the usual ones first.
std::string answer_keys(const ApprovalAsked& asked);

// The rows of the explanation behind the key `?`.
void explain_answers(Page& page, const ApprovalAsked& asked);

}  // namespace oi
