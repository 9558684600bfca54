// What --sandbox, --network and the limits ask for, and who enforces it.
#pragma once

#include "core/sandbox.h"
#include "core/settings.h"
#include "sandbox/sandboxes.h"

#include <string>

namespace oi {

SandboxPolicy sandbox_policy(const Settings& settings, const std::string& folder);

// Tried out on this machine, so that what cannot be enforced is told before anything else happens. Makes the folders of
// ours that code is to be kept from.
Result<sandbox::Chosen> choose_confinement(const Settings& settings, const std::string& folder);

}  // namespace oi
