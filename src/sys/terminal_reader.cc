// Reads /proc/PID/task/TID/syscall (proc(5)), which an ancestor may; see terminal_reader.h.
#include "sys/terminal_reader.h"

#include "base/text.h"

#include <array>
#include <cerrno>
#include <climits>
#include <ctime>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>
#include <vector>

namespace oi::sys {
namespace {

constexpr std::size_t most_fds = 64;  // who waits for more than that does not wait for a person

// The system call that a thread is blocked in.
struct Call {
    long number = -1;
    std::array<unsigned long, 6> arguments{};
};

enum class Target : std::uint8_t { ours, nested, internal, other };

// Where a thread waits.
struct Wait {
    bool is_for_ours = false;
    bool is_for_nested = false;
    bool is_for_others = false;
    int fd = -1;  // of the terminal
};

class Looker {
public:
    Looker(pid_t pid, dev_t terminal) : pid_{pid}, terminal_{terminal} {}

    // nullopt: it runs, or waits for something else, or may not be looked at (then `is_blind`).
    std::optional<Wait> look(pid_t thread);
    bool is_blind() const { return is_blind_; }

private:
    std::optional<Call> call_of(pid_t thread);
    std::optional<Wait> wait_of(const Call& call) const;
    void add(Wait& wait, int fd) const;
    std::optional<Wait> polled(const Call& call) const;
    std::optional<Wait> selected(const Call& call) const;
    std::optional<Wait> epolled(const Call& call) const;
    Target target_of(int fd) const;
    bool is_own_pipe(const struct stat& pipe) const;
    dev_t controlling_terminal() const;
    bool copy(unsigned long address, void* to, std::size_t size) const;
    bool is_long(unsigned long timespec_address) const;

    pid_t pid_;
    dev_t terminal_;
    bool is_blind_ = false;
};

std::optional<Call> Looker::call_of(pid_t thread)
{
    const Fd file{::open(cat("/proc/", pid_, "/task/", thread, "/syscall").c_str(), O_RDONLY | O_CLOEXEC)};
    char text[256];
    const ssize_t got = file.is_open() ? ::read(file.get(), text, sizeof text - 1) : -1;
    if (got <= 0 && (errno == EACCES || errno == EPERM)) is_blind_ = true;
    if (got <= 0) return {};
    text[got] = '\0';
    Call call;
    char* at = text;
    char* end = nullptr;
    call.number = std::strtol(at, &end, 10);  // "running": no number
    if (end == at) return {};
    for (auto& argument : call.arguments) {
        at = end;
        argument = std::strtoul(at, &end, 16);
    }
    return call;
}

std::optional<Wait> Looker::look(pid_t thread)
{
    const auto call = call_of(thread);
    return call ? wait_of(*call) : std::nullopt;
}

std::optional<Wait> Looker::wait_of(const Call& call) const
{
    switch (call.number) {
    case SYS_read:
    case SYS_readv: {
        Wait wait;
        add(wait, static_cast<int>(call.arguments[0]));
        return wait;
    }
#ifdef SYS_poll
    case SYS_poll: {
        const int timeout = static_cast<int>(call.arguments[2]);
        if (timeout >= 0 && timeout < 1000) return {};
        return polled(call);
    }
#endif
    case SYS_ppoll: return is_long(call.arguments[2]) ? polled(call) : std::nullopt;
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6: return is_long(call.arguments[4]) ? selected(call) : std::nullopt;
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait: {
        const int timeout = static_cast<int>(call.arguments[3]);
        if (timeout >= 0 && timeout < 1000) return {};
        return epolled(call);
    }
#ifdef SYS_epoll_pwait2
    case SYS_epoll_pwait2: return is_long(call.arguments[3]) ? epolled(call) : std::nullopt;
#endif
    default: return {};
    }
}

void Looker::add(Wait& wait, int fd) const
{
    const Target target = target_of(fd);
    if (target == Target::other) wait.is_for_others = true;
    if (target != Target::ours && target != Target::nested) return;
    wait.fd = fd;
    (target == Target::ours ? wait.is_for_ours : wait.is_for_nested) = true;
}

std::optional<Wait> Looker::polled(const Call& call) const
{
    std::array<pollfd, most_fds> all;
    const std::size_t count = call.arguments[1];
    if (count == 0 || count > all.size() || !copy(call.arguments[0], all.data(), count * sizeof(pollfd))) return {};
    Wait wait;
    for (std::size_t i = 0; i < count; ++i)
        if (all[i].fd >= 0) add(wait, all[i].fd);
    return wait;
}

std::optional<Wait> Looker::selected(const Call& call) const
{
    const std::size_t count = call.arguments[0];
    std::array<unsigned char, sizeof(fd_set)> bits{};
    if (count == 0 || count > FD_SETSIZE || call.arguments[1] == 0) return {};
    if (call.arguments[2] != 0) return {};  // it also waits to write
    if (!copy(call.arguments[1], bits.data(), (count + 7) / 8)) return {};
    Wait wait;
    for (std::size_t fd = 0; fd < count; ++fd)
        if ((bits[fd / 8] >> (fd % 8)) & 1) add(wait, static_cast<int>(fd));
    return wait;
}

// "tfd:        0 events:       19 data: ..." for each descriptor that is watched.
std::optional<Wait> Looker::epolled(const Call& call) const
{
    const Fd file{::open(cat("/proc/", pid_, "/fdinfo/", static_cast<int>(call.arguments[0])).c_str(), O_RDONLY | O_CLOEXEC)};
    char text[8192];
    const ssize_t got = file.is_open() ? ::read(file.get(), text, sizeof text) : -1;
    if (got <= 0 || got == sizeof text) return {};
    Wait wait;
    for (const auto line : split({text, static_cast<std::size_t>(got)}, '\n')) {
        if (!line.starts_with("tfd:")) continue;
        add(wait, static_cast<int>(std::strtol(line.data() + 4, nullptr, 10)));
    }
    return wait;
}

Target Looker::target_of(int fd) const
{
    const std::string path = cat("/proc/", pid_, "/fd/", fd);
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return Target::other;
    if (S_ISCHR(info.st_mode)) {
        const dev_t device = info.st_rdev == makedev(5, 0) ? controlling_terminal() : info.st_rdev;
        if (device == terminal_) return Target::ours;
        return major(device) >= 136 && major(device) <= 143 ? Target::nested : Target::other;
    }
    if (S_ISFIFO(info.st_mode)) return is_own_pipe(info) ? Target::internal : Target::other;
    char link[32];
    const ssize_t length = ::readlink(path.c_str(), link, sizeof link);
    return length > 0 && std::string_view{link, static_cast<std::size_t>(length)}.starts_with("anon_inode:") ? Target::internal
                                                                                                             : Target::other;
}

// Both ends in one process: how it wakes itself when a signal comes.
bool Looker::is_own_pipe(const struct stat& pipe) const
{
    int ends = 0;
    const std::string path = cat("/proc/", pid_, "/fd");
    DIR* folder = ::opendir(path.c_str());
    if (!folder) return false;
    while (const dirent* entry = ::readdir(folder)) {
        struct stat info {};
        if (entry->d_name[0] != '.' && ::fstatat(::dirfd(folder), entry->d_name, &info, 0) == 0 && S_ISFIFO(info.st_mode) &&
            info.st_ino == pipe.st_ino)
            ++ends;
    }
    ::closedir(folder);
    return ends >= 2;
}

// Field 7 of /proc/PID/stat.
dev_t Looker::controlling_terminal() const
{
    const Fd file{::open(cat("/proc/", pid_, "/stat").c_str(), O_RDONLY | O_CLOEXEC)};
    char text[1024];
    const ssize_t got = file.is_open() ? ::read(file.get(), text, sizeof text) : -1;
    if (got <= 0) return 0;
    const std::string_view stat{text, static_cast<std::size_t>(got)};
    const auto name_end = stat.rfind(')');
    if (name_end == std::string_view::npos) return 0;
    const auto fields = split(stat.substr(name_end + 2), ' ');
    const auto number = fields.size() > 4 ? to_integer(fields[4]) : std::nullopt;
    if (!number) return 0;
    const auto device = static_cast<unsigned>(*number);
    return makedev((device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00));
}

bool Looker::copy(unsigned long address, void* to, std::size_t size) const
{
    const iovec here{to, size};
    const iovec there{reinterpret_cast<void*>(address), size};
    return ::process_vm_readv(pid_, &here, 1, &there, 1, 0) == static_cast<ssize_t>(size);
}

// A second or more, or for ever.
bool Looker::is_long(unsigned long timespec_address) const
{
    if (timespec_address == 0) return true;
    timespec time{};
    return copy(timespec_address, &time, sizeof time) && time.tv_sec >= 1;
}

std::vector<pid_t> threads(pid_t pid)
{
    std::vector<pid_t> result;
    DIR* folder = ::opendir(cat("/proc/", pid, "/task").c_str());
    if (!folder) return result;
    while (const dirent* entry = ::readdir(folder))
        if (entry->d_name[0] != '.') result.push_back(static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10)));
    ::closedir(folder);
    return result;
}

}  // namespace

TerminalLook find_terminal_reader(pid_t root, dev_t terminal, const std::function<bool(const ProcessId&)>& skip)
{
    TerminalLook found;
    bool is_relayed = false;
    std::optional<TerminalReader> inner;
    for (const auto& process : descendants(root, skip)) {
        Looker looker{process.pid, terminal};
        for (const pid_t thread : threads(process.pid)) {
            const auto wait = looker.look(thread);
            if (looker.is_blind()) break;
            if (!wait) continue;
            if (wait->is_for_ours && !wait->is_for_others && !wait->is_for_nested) {
                found.reader = TerminalReader{process.pid};
                return found;
            }
            is_relayed = is_relayed || wait->is_for_ours;
            if (!wait->is_for_nested || wait->is_for_others || wait->is_for_ours || inner) continue;
            const std::string path = cat("/proc/", process.pid, "/fd/", wait->fd);
            inner = TerminalReader{process.pid, Fd{::open(path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)}};
        }
        found.is_blind = found.is_blind || looker.is_blind();
    }
    if (inner && is_relayed && inner->nested.is_open()) found.reader = std::move(inner);
    return found;
}

dev_t device_of(int fd)
{
    struct stat info {};
    return ::fstat(fd, &info) == 0 ? info.st_rdev : 0;
}

std::uint64_t process_clock()
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const long ticks = ::sysconf(_SC_CLK_TCK);
    return static_cast<std::uint64_t>(now.tv_sec) * static_cast<std::uint64_t>(ticks) +
           static_cast<std::uint64_t>(now.tv_nsec / (1'000'000'000 / ticks));
}

}  // namespace oi::sys
