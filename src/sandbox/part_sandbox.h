// PartSandbox: what the confinements share, which all start the part `confine` of this program.
#pragma once

#include "core/sandbox.h"
#include "sandbox/confinement.h"

namespace oi::sandbox {

class PartSandbox : public Sandbox {
public:
    Result<Command> confine(Command command, const SandboxPolicy& policy) const override;
    Result<std::vector<std::string>> check(const SandboxPolicy& policy) const override;

protected:
    // The command line that enforces it. unsupported: it is not for this confinement, or something is missing here.
    virtual Result<std::vector<std::string>> lead_to(Confinement confinement) const = 0;
    // "by namespaces of its own"
    virtual std::string_view means() const = 0;

    // `interpreter --as confine ...`
    static std::vector<std::string> part(const Confinement& confinement, const std::string& program);
};

// The environment of confined code: without the way to agents, buses, displays, and without what is named like a secret.
std::vector<std::string> confined_environment(std::vector<std::string> environment);

}  // namespace oi::sandbox
