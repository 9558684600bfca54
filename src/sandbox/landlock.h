// Landlock: the kernel's rules that a process puts on itself and on all it starts.
#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace oi::sandbox {

// 0: this kernel has none.
int landlock_version();

// From now on: nothing is written, made or removed but beneath `writable`; processes outside are out of the reach of
// ptrace, and of signals and abstract sockets where the version has that. Needs no_new_privs.
Result<void> enter_landlock(const std::vector<std::string>& writable);

constexpr int landlock_with_scopes = 6;  // signals and abstract sockets

}  // namespace oi::sandbox
