// The OutputSpools that are files of one folder, which never grows beyond its limit.
#pragma once

#include "core/output_spool.h"

#include <cstdint>
#include <memory>
#include <string>

namespace oi {

// Costs nothing before the first output that is long enough. `limit`: bytes for all files together; the oldest that no
// program writes to any more go first. One output gets half of it for its beginning and a quarter at least for its end.
// Files are the user's alone (0600). A limit of 0 makes no files.
std::unique_ptr<OutputSpools> open_output_folder(std::string folder, std::uint64_t limit);

// Removes the files of a conversation.
void forget_outputs(const std::string& folder, ConversationId conversation);

}  // namespace oi
