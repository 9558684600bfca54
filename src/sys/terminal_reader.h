// Which process waits for the keyboard of a terminal, as /proc tells it.
#pragma once

#include "sys/fd.h"
#include "sys/process_tree.h"

#include <cstdint>
#include <functional>
#include <optional>

#include <sys/types.h>

namespace oi::sys {

// A thread that is blocked until somebody types.
struct TerminalReader {
    pid_t pid = 0;
    // The terminal that it reads, when that is one that another process of the tree made (`script`, `sudo`) and feeds from ours.
    Fd nested{};
};

struct TerminalLook {
    std::optional<TerminalReader> reader{};
    bool is_blind = false;  // a process would not be looked at: it runs with other rights (setuid)
};

// Looks at every thread below `root` once; a process that `skip` accepts is left out with all below it. Counts: a read of the
// terminal (by whatever descriptor, also /dev/tty); a poll, select or epoll of it alone, without end or for a second and more.
TerminalLook find_terminal_reader(pid_t root, dev_t terminal, const std::function<bool(const ProcessId&)>& skip);

// The number of a terminal that is open as `fd`.
dev_t device_of(int fd);

// Now, as ProcessId::started counts.
std::uint64_t process_clock();

}  // namespace oi::sys
