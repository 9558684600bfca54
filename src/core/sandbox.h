// The port to confinements: what a kernel's process may reach.
#pragma once

#include "base/command.h"
#include "base/error.h"

#include <string>
#include <vector>

namespace oi {

// What one process may use; 0: no limit.
struct Limits {
    long memory_mebibytes = 0;
    long processes = 0;  // at once, in the whole session
    long cpu_seconds = 0;
    bool operator==(const Limits&) const = default;
};

struct SandboxPolicy {
    enum class Files : std::uint8_t {
        all,        // as the person
        workspace,  // read everything, write only below `workspace`, `writable` and a private /tmp
        read_only,  // write only in a private /tmp
    };
    Files files = Files::all;
    std::string workspace;              // absolute
    std::vector<std::string> writable;  // more folders, absolute
    bool has_network = true;
    Limits limits;
    bool operator==(const SandboxPolicy&) const = default;
};

// Rewrites commands and starts nothing. Usable from any thread.
class Sandbox {
public:
    virtual ~Sandbox() = default;

    // The command that starts `command` confined. The process that runs it becomes the command's program: same pid,
    // same descriptors. ErrorKind::unsupported names what this machine cannot enforce: nothing runs then.
    virtual Result<Command> confine(Command command, const SandboxPolicy& policy) const = 0;

    // A line for each thing that is enforced here, and for each that is not; for the person, at the start.
    virtual std::vector<std::string> describe(const SandboxPolicy& policy) const = 0;
};

}  // namespace oi
