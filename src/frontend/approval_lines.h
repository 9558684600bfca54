// What a person is told beside the question before a cell runs, and how it can be answered, in words.
#pragma once

#include "core/event.h"

#include <string>
#include <vector>

namespace oi {

// Whether the question offers to allow the language, or the commands, for the rest of the conversation.
bool offers_language(const ApprovalAsked& asked);
bool offers_commands(const ApprovalAsked& asked);

// The findings as people want them: the worst first, and how many are not among them.
std::vector<Finding> worst_findings(const Scan& scan, std::size_t most);

// "git status and git diff".
std::string commands_text(const std::vector<std::string>& prefixes);

// Hints, dangers, findings and notes, a line each.
std::vector<std::string> approval_lines(const ApprovalAsked& asked);

// "y, n, n WHY, a: always, l: always python".
std::string plain_answers(const ApprovalAsked& asked);

}  // namespace oi
