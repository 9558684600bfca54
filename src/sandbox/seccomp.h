// The system calls that confined code is refused.
#pragma once

#include "base/error.h"

namespace oi::sandbox {

enum class Refuse : std::uint8_t {
    networks,  // only kinds of sockets that no namespace holds back, and ways around this filter
    all,       // that, and whatever changes the machine, looks into other processes or makes new namespaces
};

// For this process and all it starts, for ever. Needs no_new_privs.
Result<void> enter_seccomp(Refuse what);

}  // namespace oi::sandbox
