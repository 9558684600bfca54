// The confinement `namespaces`: the system's own means, used by the part `confine` itself; no other program is needed.
#include "base/text.h"
#include "sandbox/part_sandbox.h"
#include "sys/files.h"

namespace oi::sandbox {

namespace {

class Namespaces : public PartSandbox {
    Result<std::vector<std::string>> lead_to(Confinement confinement) const override { return part(confinement, sys::self_executable()); }
    std::string_view means() const override { return "by namespaces and a filter of system calls"; }
};

}  // namespace

const Sandbox& make_namespaces()
{
    static const Namespaces sandbox;
    return sandbox;
}

}  // namespace oi::sandbox
