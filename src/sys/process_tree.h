// Which processes descend from which, as /proc tells it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace oi::sys {

// A process for certain: the number alone may be given to another one later.
struct ProcessId {
    pid_t pid = 0;
    std::uint64_t started = 0;  // clock ticks since boot; 0: gone
    auto operator<=>(const ProcessId&) const = default;
};

ProcessId identify(pid_t pid);
// Alive, and no signal of ours will end it now: it waits uninterruptibly, or belongs to somebody else.
bool is_out_of_reach(pid_t pid);
// "sleep (pid 4711, which belongs to root)", "dd (pid 4712, in an uninterruptible wait)"; empty: there is none, or it is dead.
std::string describe_process(pid_t pid);
// The name that a process has given itself, at most 15 bytes; "": it is gone.
std::string name_of(pid_t pid);
inline bool is_same(const ProcessId& process) { return process.started != 0 && identify(process.pid) == process; }

// Every descendant of `root` (which is not among them), parents before children. A process that `skip`
// accepts is left out together with all below it.
std::vector<ProcessId> descendants(pid_t root, const std::function<bool(const ProcessId&)>& skip = {});

}  // namespace oi::sys
