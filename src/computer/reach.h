// What a call may touch: no more than the policy of the cell's sandbox. Checked on what is open, so that no link can be
// exchanged between the check and the use.
#pragma once

#include "core/sandbox.h"
#include "sys/fd.h"

#include <string>
#include <string_view>

namespace oi::computer {

// The path without links; empty with errno set.
std::string resolved(const std::string& path);

// Where the open file or folder really is; empty: nowhere.
std::string place_of(const sys::Fd& file);

// Whether code may write there.
bool may_write(std::string_view place, const SandboxPolicy& policy);

// Whether a call may read there for the code. A sandbox hides files from code in ways that we cannot see from outside of it: we
// look only where the code works.
bool may_read(std::string_view place, const SandboxPolicy& policy);

}  // namespace oi::computer
