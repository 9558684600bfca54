// From settings to a policy; see confinement.h.
#include "app/confinement.h"

#include "sys/files.h"

namespace oi {

SandboxPolicy sandbox_policy(const Settings& settings, const std::string& folder)
{
    using Files = SandboxPolicy::Files;
    SandboxPolicy policy{.workspace = folder, .has_network = settings.network != "off"};
    if (settings.sandbox == "workspace") policy.files = Files::workspace;
    if (settings.sandbox == "read-only") policy.files = Files::read_only;
    policy.limits.memory_mebibytes = settings.max_memory;
    policy.limits.processes = settings.max_processes;
    return policy;
}

Result<sandbox::Chosen> choose_confinement(const Settings& settings, const std::string& folder)
{
    const auto policy = sandbox_policy(settings, folder);
    if (policy.files != SandboxPolicy::Files::all)
        for (const auto& own : {sys::data_folder(), sys::state_folder()})
            ignore(sys::make_folders(own), "what cannot be made cannot be read either");
    return sandbox::choose_sandbox(policy);
}

}  // namespace oi
