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

// Rewrites commands. Usable from any thread.
class Sandbox {
public:
    virtual ~Sandbox() = default;

    // The command that starts `command` confined; starts nothing. It may lead to the program by other processes
    // (Command::announces); descriptors are passed on as they are. unsupported: this machine cannot enforce what is asked for;
    // invalid: the policy names a folder that cannot be the workspace.
    virtual Result<Command> confine(Command command, const SandboxPolicy& policy) const = 0;

    // Tries it out once: a sentence for each thing that is enforced here, and for each that is not; for the person, at the
    // start. Errors: as confine(), and whatever went wrong when it was tried.
    virtual Result<std::vector<std::string>> check(const SandboxPolicy& policy) const = 0;
};

}  // namespace oi
