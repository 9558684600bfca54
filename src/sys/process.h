// Process: starts a program with exactly the descriptors it is given, and waits for its end.
#pragma once

#include "base/command.h"
#include "base/error.h"
#include "sys/wait.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace oi::sys {

using oi::Command;

// Our descriptor `ours` becomes the child's descriptor `theirs`. 0, 1 and 2 are /dev/null where not named;
// nothing else is inherited.
struct Inherit {
    int ours;
    int theirs;
};

// How a process ended: by a signal (signal > 0), or by itself.
struct Exit {
    int code = 0;
    int signal = 0;
    bool operator==(const Exit&) const = default;
};

// "exit code 3", "signal SIGKILL (Killed)".
std::string to_text(const Exit& end);

// One child. The destructor neither ends nor waits: the owner decides.
class Process {
public:
    Process() = default;
    Process(pid_t pid, Fd handle) : pid_{pid}, handle_{std::move(handle)} {}

    pid_t pid() const { return pid_; }
    // Readable once the process has ended.
    int fd() const { return handle_.get(); }
    void signal(int number) const;
    // Its end, and the process is forgotten; nullopt: the deadline passed first.
    std::optional<Exit> wait(Deadline deadline);

private:
    pid_t pid_ = -1;
    Fd handle_;
};

// Signals are at their defaults and unblocked in the child. not_found names the program.
// `program` may differ from argv[0]: the file to execute (empty: argv[0]).
Result<Process> spawn(const Command& command, std::span<const Inherit> inherit, const std::string& program = {});

// The first executable of that name on the PATH of `environment`, or "".
std::string find_program(std::string_view name, std::span<const std::string> environment);

// The value of NAME in a list of "NAME=value", or "".
std::string_view lookup(std::span<const std::string> environment, std::string_view name);

}  // namespace oi::sys
