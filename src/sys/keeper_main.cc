// The keeper process: starts one program, relays orders to it, and outlives it until nothing it started is left.
#include "sys/keeper.h"
#include "sys/process_tree.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace oi::sys {
namespace {

constexpr int control_fd = 3;
constexpr int first_kernel_fd = 4;  // what lies from here on is the kernel's alone
constexpr std::chrono::milliseconds grace{100};
constexpr const char* snapshot_name = "oi-snapshot";  // keeps variables after a cell (docs/protocol.md): no job of the next one

class KeeperProcess {
public:
    int run(char** argv, bool is_announced);
    void remove_at_end(const char* folder) { scratch_ = folder; }

private:
    bool start(char** argv, bool is_announced);
    void take(const Announcement& announced, pid_t from);
    void adopt(pid_t kernel);
    static void let_go_of_pipes();
    void serve();
    void take_order();
    void reap();
    void mark();
    void interrupt();
    void kill_late_ones();
    void give_terminal_to_kernel() const;
    void end_everything();
    std::vector<ProcessId> of_this_cell() const;
    bool is_earlier(const ProcessId& process) const { return std::binary_search(earlier_.begin(), earlier_.end(), process); }
    bool is_wrapper(const ProcessId& process) const { return std::binary_search(wrappers_.begin(), wrappers_.end(), process); }
    static void report(KeeperReport::What what, int value = 0, int signal = 0);

    pid_t kernel_ = -1;
    pid_t wrapper_ = -1;               // what we started, when that is not the kernel and ends as the kernel does
    std::vector<ProcessId> wrappers_;  // all that came with the kernel and is not part of any cell
    std::string cleanup_;              // a folder to remove at the end
    std::string scratch_;              // the same, with all it holds
    Fd children_;                      // signalfd for SIGCHLD
    bool is_over_ = false;
    bool is_interrupting_ = false;
    Deadline kill_at_;
    std::vector<ProcessId> earlier_;  // sorted
    std::vector<ProcessId> doomed_;   // of an interrupted cell that is over
};

void KeeperProcess::report(KeeperReport::What what, int value, int signal)
{
    const KeeperReport message{what, value, signal};
    while (::send(control_fd, &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

[[noreturn]] void become(char** argv, int error_fd, bool is_announced, pid_t keeper)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != keeper) ::_exit(127);
    ::setpgid(0, 0);
    // A process in the background that reads the terminal shall fail, not stand still for ever.
    for (const int number : {SIGTTIN, SIGTTOU}) ::signal(number, SIG_IGN);
    ::tcsetpgrp(0, ::getpgrp());
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (is_announced) ::dup2(error_fd, announcement_fd);
    ::execvpe(argv[0], argv, environ);
    const Announcement failure{.failed_errno = errno};
    [[maybe_unused]] const auto written = ::write(error_fd, &failure, sizeof failure);
    ::_exit(127);
}

// The next message of whoever becomes the kernel, and who that is; nullopt: it has been executed, or is gone.
std::optional<std::pair<Announcement, pid_t>> next_announcement(int socket)
{
    Announcement announced;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
    iovec content{&announced, sizeof announced};
    msghdr message{.msg_iov = &content, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t got;
    do got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    const cmsghdr* header = got == sizeof announced ? CMSG_FIRSTHDR(&message) : nullptr;
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS) return {};
    ucred sender{};
    std::memcpy(&sender, CMSG_DATA(header), sizeof sender);
    announced.folder[sizeof announced.folder - 1] = '\0';
    return std::pair{announced, sender.pid};
}

void KeeperProcess::take(const Announcement& announced, pid_t from)
{
    if (from == kernel_) wrapper_ = -1;
    else wrapper_ = announced.is_child ? -1 : kernel_;
    kernel_ = from;
    if (announced.folder[0] != '\0') cleanup_ = announced.folder;
    // The program may be running by now: what it has started is no wrapper.
    wrappers_ = descendants(::getpid(), [&](const ProcessId& process) { return process.pid == kernel_; });
    std::sort(wrappers_.begin(), wrappers_.end());
}

// Starts the kernel; whether exec succeeded is known when it returns.
bool KeeperProcess::start(char** argv, bool is_announced)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return false;
    const int on = 1;
    ::setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    const pid_t self = ::getpid();
    kernel_ = ::fork();
    if (kernel_ == 0) become(argv, ends[1], is_announced, self);
    ::close(ends[1]);
    int why = kernel_ < 0 ? errno : 0;
    while (const auto announced = next_announcement(ends[0])) {
        why = announced->first.failed_errno;
        if (why != 0) break;
        take(announced->first, announced->second);
    }
    ::close(ends[0]);
    let_go_of_pipes();
    report(why != 0 ? KeeperReport::What::failed : KeeperReport::What::started, why != 0 ? why : kernel_);
    return why == 0;
}

// They must end with the kernel, not with us.
void KeeperProcess::let_go_of_pipes()
{
    for (int standard = 0; standard <= 2; ++standard) ::dup2(::open("/dev/null", O_RDWR | O_CLOEXEC), standard);
    ::close_range(first_kernel_fd, ~0U, 0);
}

// The process that became us has forked the kernel (share/kernels/python_parent.py).
void KeeperProcess::adopt(pid_t kernel)
{
    kernel_ = kernel;
    let_go_of_pipes();
    report(KeeperReport::What::started, kernel_);
}

std::vector<ProcessId> KeeperProcess::of_this_cell() const
{
    auto found = descendants(::getpid(), [&](const ProcessId& process) { return is_earlier(process); });
    std::erase_if(found, [&](const ProcessId& process) {
        return process.pid == kernel_ || is_wrapper(process) || name_of(process.pid) == snapshot_name;
    });
    return found;
}

void KeeperProcess::interrupt()
{
    const auto wake = [](pid_t pid) {
        ::kill(pid, SIGINT);
        ::kill(pid, SIGCONT);  // one that is stopped hears nothing
    };
    wake(kernel_);
    for (const auto& process : of_this_cell()) wake(process.pid);
    is_interrupting_ = true;
    kill_at_ = Clock::now() + grace;
}

// A job that had taken the terminal may have died with it.
void KeeperProcess::give_terminal_to_kernel() const
{
    const Fd terminal{::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    const pid_t group = kernel_ > 0 ? ::getpgid(kernel_) : -1;
    if (terminal.is_open() && group > 0 && ::tcgetpgrp(terminal.get()) != group) ::tcsetpgrp(terminal.get(), group);
}

// The cell is over. What an interrupted one leaves behind dies when its grace ends; the rest lives on.
void KeeperProcess::mark()
{
    if (is_interrupting_) {
        const auto rest = of_this_cell();
        doomed_.insert(doomed_.end(), rest.begin(), rest.end());
        is_interrupting_ = false;
    }
    earlier_ = descendants(::getpid());
    std::erase_if(earlier_, [&](const ProcessId& process) { return process.pid == kernel_ || is_wrapper(process); });
    std::sort(earlier_.begin(), earlier_.end());
    if (doomed_.empty()) kill_at_.reset();
    give_terminal_to_kernel();
    report(KeeperReport::What::marked);
}

void KeeperProcess::kill_late_ones()
{
    for (const auto& process : doomed_) {
        if (!is_same(process)) continue;
        for (const auto& below : descendants(process.pid)) ::kill(below.pid, SIGKILL);
        ::kill(process.pid, SIGKILL);
    }
    doomed_.clear();
    kill_at_.reset();
    if (!is_interrupting_) return;
    for (const auto& process : of_this_cell()) ::kill(process.pid, SIGKILL);
    kill_at_ = Clock::now() + grace;  // the cell may start more while it does not yield
}

void KeeperProcess::take_order()
{
    std::array<char, 16> order;
    const ssize_t got = ::recv(control_fd, order.data(), order.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) is_over_ = true;
    else if (order[0] == 'm') mark();
    else if (order[0] == 'i') interrupt();
    else if (order[0] == 'k' && kernel_ > 0) {
        for (const auto& process : descendants(::getpid())) ::kill(process.pid, SIGKILL);
    }
}

void KeeperProcess::reap()
{
    signalfd_siginfo told;
    while (::read(children_.get(), &told, sizeof told) > 0) {
    }
    int status;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid != kernel_ && pid != wrapper_) continue;
        int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        if (pid == wrapper_ && WIFEXITED(status) && WEXITSTATUS(status) > 128) signal = WEXITSTATUS(status) - 128;
        kernel_ = wrapper_ = -1;
        report(KeeperReport::What::exited, signal != 0 ? 0 : WEXITSTATUS(status), signal);
    }
}

void KeeperProcess::serve()
{
    while (!is_over_) {
        std::array<pollfd, 2> watched{{{control_fd, POLLIN, 0}, {children_.get(), POLLIN, 0}}};
        const Woke woke = sys::wait(watched, kill_at_);
        if (woke == Woke::deadline) kill_late_ones();
        if (watched[0].revents != 0) take_order();
        if (watched[1].revents != 0) reap();
    }
}

// Every orphan becomes our child, so that "no child left" means that nothing is left. Stopping all before killing
// keeps a fork bomb from outrunning us. What cannot be killed (another user's) is given up after two seconds.
void KeeperProcess::end_everything()
{
    const auto give_up = Clock::now() + std::chrono::milliseconds{1500};
    for (std::size_t before = 0;;) {
        const auto found = descendants(::getpid());
        for (const auto& process : found) ::kill(process.pid, SIGSTOP);
        if (found.size() <= before) break;
        before = found.size();
    }
    while (Clock::now() < give_up) {
        for (const auto& process : descendants(::getpid())) ::kill(process.pid, SIGKILL);
        while (::waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        if (::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) return;
        pollfd child{children_.get(), POLLIN, 0};
        sys::wait({&child, 1}, std::min(give_up, Clock::now() + grace));
        signalfd_siginfo told;
        while (::read(children_.get(), &told, sizeof told) > 0) {
        }
    }
    for (const auto& process : descendants(::getpid())) report(KeeperReport::What::left, process.pid);
}

int KeeperProcess::run(char** argv, bool is_announced)
{
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_NAME, "oi-keeper");  // `pkill interpreter` must not orphan what the keeper holds
    ::setsid();
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU}) ::signal(number, SIG_IGN);
    if (::isatty(0)) ::ioctl(0, TIOCSCTTY, 0);
    ::fcntl(control_fd, F_SETFD, FD_CLOEXEC);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child, nullptr);
    const bool is_adopting = std::strcmp(argv[0], "--adopt") == 0 && argv[1];
    if (is_adopting) adopt(static_cast<pid_t>(std::atoi(argv[1])));
    const bool is_started = is_adopting || start(argv, is_announced);
    children_.reset(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    if (is_adopting) reap();  // it may have ended before we could be told
    if (is_started) serve();
    end_everything();
    if (!cleanup_.empty()) ::rmdir(cleanup_.c_str());
    std::error_code ignored;
    if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
    return is_started ? 0 : 1;
}

}  // namespace

std::optional<int> keeper_main(int argc, char** argv)
{
    if (argc < 2) return {};
    const bool is_announced = std::strcmp(argv[0], announcing_keeper_name) == 0;
    if (!is_announced && std::strcmp(argv[0], keeper_name) != 0) return {};
    KeeperProcess keeper;
    ++argv;
    if (argc > 3 && std::strcmp(argv[0], scratch_flag) == 0) {
        keeper.remove_at_end(argv[1]);
        argv += 2;
    }
    const int code = keeper.run(argv, is_announced);
    ::_exit(code);  // nothing of ours needs destructors, and nothing may delay the end
}

}  // namespace oi::sys
