// Limits of a session: memory, processes, processor time.
#pragma once

#include "base/error.h"
#include "core/sandbox.h"

#include <string>

namespace oi::sandbox {

// What counts the processes of a session.
enum class Counting : std::uint8_t {
    of_session,  // the system counts those of our user namespace alone
    of_user,     // the system counts all of the person's: the limit is put on top of those that are there
};

// Limits of this process and of all it starts. Gives the control group that was made for it, "" when none was needed.
// unsupported: this machine cannot enforce one of them.
Result<std::string> enter_limits(const Limits& limits, Counting counting);

}  // namespace oi::sandbox
