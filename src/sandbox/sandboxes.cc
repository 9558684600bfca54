// The table of confinements; see sandboxes.h.
#include "sandbox/sandboxes.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace oi::sandbox {

#define SANDBOX(name) const Sandbox& make_##name();
#include "sandbox/sandboxes.def"

namespace {

constexpr auto table = std::to_array<NamedSandbox>({
#define SANDBOX(name) {#name, make_##name},
#include "sandbox/sandboxes.def"
});

}  // namespace

std::span<const NamedSandbox> sandboxes() { return table; }

const Sandbox* find_sandbox(std::string_view name)
{
    const auto found = std::ranges::find(table, name, &NamedSandbox::name);
    return found == table.end() ? nullptr : &found->get();
}

Result<Chosen> choose_sandbox(const SandboxPolicy& policy)
{
    if (policy == SandboxPolicy{.workspace = policy.workspace, .writable = policy.writable}) return Chosen{};
    std::vector<std::string> reasons;
    for (const auto& row : table) {
        auto lines = row.get().check(policy);
        if (lines) return Chosen{&row.get(), join(*lines, " ")};
        if (lines.error().kind == ErrorKind::invalid) return Fail{std::move(lines).error()};
        if (row.name != "none") reasons.push_back(cat(replace_all(std::string{row.name}, "_", " "), ": ", lines.error().what));
        // Limits of nothing else can be enforced by no other one either.
        else if (policy.files == SandboxPolicy::Files::all && policy.has_network) return Fail{std::move(lines).error()};
    }
    return fail(ErrorKind::unsupported, cat("this machine cannot confine code as asked for (", join(reasons, "; "), ")"),
                "install bubblewrap, let users make namespaces (kernel.unprivileged_userns_clone, apparmor_restrict_unprivileged_userns), "
                "or leave --sandbox and --network out");
}

}  // namespace oi::sandbox
