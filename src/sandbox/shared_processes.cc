// The confinement `shared_processes`: as `namespaces`, where a /proc of one's own is forbidden, as in many containers. Landlock
// alone keeps other processes out of reach then, so that it takes a kernel whose Landlock can.
#include "base/text.h"
#include "sandbox/part_sandbox.h"
#include "sys/files.h"

namespace oi::sandbox {

namespace {

class SharedProcesses : public PartSandbox {
    Result<std::vector<std::string>> lead_to(Confinement confinement) const override
    {
        confinement.has_processes = false;
        return part(confinement, sys::self_executable());
    }
    std::string_view means() const override { return "by namespaces and a filter of system calls"; }
};

}  // namespace

const Sandbox& make_shared_processes()
{
    static const SharedProcesses sandbox;
    return sandbox;
}

}  // namespace oi::sandbox
