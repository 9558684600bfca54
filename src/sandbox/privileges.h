// Namespaces and capabilities of a process that confines itself.
#pragma once

#include "base/error.h"

namespace oi::sandbox {

// New namespaces (CLONE_NEW...) of which CLONE_NEWUSER is one; we stay who we are in them. denied: the machine forbids it.
Result<void> enter_namespaces(int flags);
// The loopback interface of a new network namespace.
Result<void> start_loopback();
// For ever: no capability, no set-user-id program, no way back, for us and for all we start.
Result<void> drop_privileges();

}  // namespace oi::sandbox
