// Keeper: a small process between us and a kernel, which ends all that the kernel started, also when we are killed.
//
// It is this program again under another name. It adopts every orphan below it (child subreaper), and it
// holds a control socket: end of file there, for whatever reason, and it kills every descendant and goes.
#pragma once

#include "sys/process.h"

#include <cstdint>
#include <optional>

namespace oi::sys {

// argv[0] of a keeper.
constexpr const char* keeper_name = "interpreter-keeper";
constexpr const char* announcing_keeper_name = "interpreter-keeper-announced";
constexpr const char* scratch_flag = "--scratch";  // before the command, with Command::scratch

// To be called first thing in main(): the exit code, if this process is to be a keeper.
std::optional<int> keeper_main(int argc, char** argv);

// A command may be a wrapper whose descendant is the program that is meant (Command::announces). Right before it is
// executed, that descendant sends this over descriptor `announcement_fd`, a socket, which it then closes on exec; the keeper
// knows who has sent it. From then on it is the program; what else is there belongs to the wrapper and is never interrupted.
constexpr int announcement_fd = 12;
struct Announcement {
    std::int32_t failed_errno = 0;  // sent afterwards: it could not be executed
    bool is_child = false;          // of the keeper itself; else the wrapper ends as the program does (128 + signal)
    char folder[220] = {};          // to be removed when nothing is left: a control group; empty: none
};

// What the keeper says. `value` is: started: pid; failed: errno of exec; exited: see Exit; marked: none; left: the pid of a process
// that could not be ended.
struct KeeperReport {
    enum class What : std::int32_t { started, failed, exited, marked, left };
    What what;
    std::int32_t value = 0;
    std::int32_t signal = 0;
};

class Keeper {
public:
    // Starts a keeper, which starts `command` with the descriptors of `inherit`.
    static Result<Keeper> start(const Command& command, std::span<const Inherit> inherit);
    // For a process that becomes a keeper as `interpreter-keeper --adopt PID`, PID being the child that is its program. The
    // other end of `control` (see control_pair) is its descriptor 3.
    static Keeper adopted(Process process, Fd control) { return Keeper{std::move(process), std::move(control)}; }
    // Ours and the keeper's.
    static Result<Pipe> control_pair();
    // Belongs to the process that made it: a child of fork() has no hold on the program, whose end it neither causes nor delays.
    Keeper(Keeper&&) noexcept;
    Keeper& operator=(Keeper&&) = delete;
    ~Keeper();
    // Ends the program and everything it started, and waits for that (at most two seconds). Gives what could not be ended.
    std::vector<pid_t> end();

    // Readable when there is a report.
    int fd() const { return control_.get(); }
    // The next report; nullopt: none now. `is_gone` tells whether there will ever be another one.
    std::optional<KeeperReport> next();
    bool is_gone() const { return is_gone_; }
    pid_t pid() const { return process_.pid(); }

    // What is alive now belongs to the past: the next interrupt() spares it. Answered by `marked`.
    void mark();
    // SIGINT to the program and to every descendant that is younger than the last mark; those still there
    // 100 ms later are killed, but not the program itself.
    void interrupt();
    // SIGKILL to the program and all its descendants; `exited` follows.
    void kill();

private:
    Keeper(Process process, Fd control);
    void order(char what);

    Process process_;
    Fd control_;
    pid_t owner_ = -1;
    bool is_gone_ = false;
};

}  // namespace oi::sys
