// The confinements of this machine, and the one that a policy gets.
#pragma once

#include "core/sandbox.h"

#include <span>
#include <string>
#include <string_view>

namespace oi::sandbox {

struct NamedSandbox {
    std::string_view name;
    const Sandbox& (*get)();  // one for all; lives as long as the program
};

std::span<const NamedSandbox> sandboxes();
// nullptr: there is no such one.
const Sandbox* find_sandbox(std::string_view name);

struct Chosen {
    const Sandbox* sandbox = nullptr;  // null: the policy asks for nothing
    std::string line;                  // what is enforced here and what is not; empty: nothing was asked for
};

// The first one that works when it is tried. unsupported: none does, and why; invalid: the policy cannot be kept anywhere.
Result<Chosen> choose_sandbox(const SandboxPolicy& policy);

}  // namespace oi::sandbox
