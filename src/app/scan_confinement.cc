// A network namespace of its own for each scanner, by the confinement that works here; see scan_confinement.h.
#include "app/scan_confinement.h"

#include "sandbox/sandboxes.h"

#include <memory>
#include <optional>

namespace oi {

scan::Confine without_network()
{
    struct Choice {
        SandboxPolicy policy{.has_network = false};
        std::optional<Result<sandbox::Chosen>> chosen{};
    };
    // Shared with the copies of the function, so that the machine is tried once.
    return [choice = std::make_shared<Choice>()](Command command) -> Result<Command> {
        if (!choice->chosen) choice->chosen = sandbox::choose_sandbox(choice->policy);
        if (!*choice->chosen) return Fail{choice->chosen->error()};
        return (*choice->chosen)->sandbox->confine(std::move(command), choice->policy);
    };
}

}  // namespace oi
