// What --resume goes on with, decided before anything starts: which conversation, in which folder, with which model.
#pragma once

#include "config/invocation.h"
#include "core/store.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct Resumption {
    ConversationId id = 0;
    ConversationSummary about{};
    std::string warning;             // its folder is gone; empty: it is not
    std::vector<std::string> notes;  // lines for a person who watches
};

// Moves into the folder of the conversation and takes its model, unless the command line names one. invalid: the value of
// --resume is neither a number nor a file; not_found: there is no such conversation.
Result<Resumption> find_resumption(config::Invocation& invocation, Store& store);

// A key and an address that `now` has from `before` are none of another vendor's business.
void leave_vendor(const Settings& before, Settings& now);

bool keeps_variables(std::string_view language);
// Which variables of a conversation with code in these languages are lost with the session that held them; empty: none, as far as is known
// here.
std::string lost_variables(const std::vector<std::string>& languages, bool keeps);

}  // namespace oi
