// The confinement `none`: code may do what the person may, within limits.
#include "base/text.h"
#include "sandbox/part_sandbox.h"
#include "sys/files.h"

namespace oi::sandbox {

namespace {

class None : public PartSandbox {
    Result<std::vector<std::string>> lead_to(Confinement confinement) const override
    {
        if (confinement.has_files || !confinement.has_network) return fail(ErrorKind::unsupported, "it only sets limits");
        return part(confinement, sys::self_executable());
    }
    std::string_view means() const override { return "by limits"; }
};

}  // namespace

const Sandbox& make_none()
{
    static const None sandbox;
    return sandbox;
}

}  // namespace oi::sandbox
