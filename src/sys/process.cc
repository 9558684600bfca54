// Starting and awaiting programs; see process.h.
#include "sys/process.h"

#include "base/text.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oi::sys {

std::string to_text(const Exit& end)
{
    if (end.signal == 0) return cat("exit code ", end.code);
    const char* abbreviation = ::sigabbrev_np(end.signal);
    const char* description = ::sigdescr_np(end.signal);
    return cat("signal ", abbreviation ? cat("SIG", abbreviation) : cat(end.signal),
               description ? cat(" (", description, ")") : std::string{});
}

void Process::signal(int number) const
{
    if (handle_.is_open()) ::syscall(SYS_pidfd_send_signal, handle_.get(), number, nullptr, 0);
}

std::optional<Exit> Process::wait(Deadline deadline)
{
    pollfd ended{handle_.get(), POLLIN, 0};
    if (sys::wait({&ended, 1}, deadline) != Woke::ready) return {};
    siginfo_t info{};
    int result;
    do result = ::waitid(P_PIDFD, static_cast<id_t>(handle_.get()), &info, WEXITED);
    while (result != 0 && errno == EINTR);
    handle_.reset();
    if (info.si_code == CLD_EXITED) return Exit{info.si_status, 0};
    return Exit{0, info.si_status};
}

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> result;
    for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

// posix_spawn's actions and attributes, freed whatever happens.
struct SpawnPlan {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    SpawnPlan()
    {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
    }
    ~SpawnPlan()
    {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    void default_signals()
    {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
};

// Copies above every target number, so that one dup2 cannot overwrite the source of the next.
Result<std::vector<Fd>> move_up(std::span<const Inherit> inherit, int above)
{
    std::vector<Fd> copies;
    for (const auto& one : inherit) {
        copies.emplace_back(::fcntl(one.ours, F_DUPFD_CLOEXEC, above));
        if (!copies.back().is_open()) return fail_errno("duplicate a descriptor");
    }
    return copies;
}

int highest(std::span<const Inherit> inherit)
{
    int result = 2;
    for (const auto& one : inherit) result = std::max(result, one.theirs);
    return result;
}

void add_descriptors(SpawnPlan& plan, std::span<const Inherit> inherit, const std::vector<Fd>& copies)
{
    for (int standard = 0; standard <= 2; ++standard)
        if (std::none_of(inherit.begin(), inherit.end(), [&](const Inherit& one) { return one.theirs == standard; }))
            posix_spawn_file_actions_addopen(&plan.actions, standard, "/dev/null", O_RDWR, 0);
    for (std::size_t i = 0; i < inherit.size(); ++i) posix_spawn_file_actions_adddup2(&plan.actions, copies[i].get(), inherit[i].theirs);
    // Whoever started us may have left descriptors open.
    const int last = highest(inherit);
    for (int other = 3; other < last; ++other)
        if (std::none_of(inherit.begin(), inherit.end(), [&](const Inherit& one) { return one.theirs == other; }))
            posix_spawn_file_actions_addclose(&plan.actions, other);
    posix_spawn_file_actions_addclosefrom_np(&plan.actions, last + 1);
}

}  // namespace

Result<Process> spawn(const Command& command, std::span<const Inherit> inherit, const std::string& program)
{
    const std::string path = !program.empty() ? program : find_program(command.argv.front(), command.environment);
    if (path.empty()) return fail(ErrorKind::not_found, cat(command.argv.front(), ": no such program"));
    OI_TRY(const auto copies, move_up(inherit, highest(inherit) + 1));
    SpawnPlan plan;
    plan.default_signals();
    add_descriptors(plan, inherit, copies);
    if (!command.folder.empty()) posix_spawn_file_actions_addchdir_np(&plan.actions, command.folder.c_str());
    auto argv = pointers(command.argv);
    auto environment = pointers(command.environment);
    pid_t pid = -1;
    errno = ::posix_spawn(&pid, path.c_str(), &plan.actions, &plan.attributes, argv.data(), environment.data());
    if (errno != 0) return fail_errno(path);
    Fd handle{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (!handle.is_open()) return fail_errno("pidfd_open");
    return Process{pid, std::move(handle)};
}

std::string_view lookup(std::span<const std::string> environment, std::string_view name)
{
    for (const std::string_view entry : environment)
        if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) return entry.substr(name.size() + 1);
    return {};
}

std::string find_program(std::string_view name, std::span<const std::string> environment)
{
    const auto is_program = [](const std::string& path) {
        struct stat info {};
        return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string_view::npos) return is_program(std::string{name}) ? std::string{name} : std::string{};
    std::string_view path = lookup(environment, "PATH");
    if (path.empty()) path = "/usr/local/bin:/usr/bin:/bin";
    for (const auto folder : split(path, ':')) {
        std::string candidate = cat(folder.empty() ? "." : folder, "/", name);
        if (is_program(candidate)) return candidate;
    }
    return {};
}

}  // namespace oi::sys
