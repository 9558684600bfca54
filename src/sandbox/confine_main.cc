// Confining oneself; see confine_main.h. The order of the steps matters: each takes away what the ones before it needed.
#include "sandbox/confine_main.h"

#include "base/text.h"
#include "sandbox/confinement.h"
#include "sandbox/landlock.h"
#include "sandbox/limits.h"
#include "sandbox/mounts.h"
#include "sandbox/privileges.h"
#include "sandbox/seccomp.h"
#include "sys/keeper.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oi::sandbox {

namespace {

constexpr int failure = 71;

class Confiner {
public:
    explicit Confiner(Confinement wanted) : wanted_{std::move(wanted)} {}
    int run();

private:
    bool is_confined() const { return wanted_.has_files || !wanted_.has_network; }
    bool makes_namespaces() const { return wanted_.makes_namespaces && is_confined(); }
    bool makes_processes() const { return makes_namespaces() && wanted_.has_files && wanted_.has_processes; }
    Result<void> enter();
    Result<void> close_in();
    pid_t fork_beside() const;
    int split();
    int become();
    [[noreturn]] static void be_init();
    int report() const;
    void announce(int failed_errno) const;

    Confinement wanted_;
    std::string group_;
    bool is_awaited_ = false;  // a keeper waits for the announcement
    bool is_beside_ = false;   // we are the keeper's own child
};

int complain(const Error& error) { return std::fprintf(stderr, "confine: %s\n", to_line(error).c_str()), failure; }

// A process like fork()'s, whose parent is ours when a keeper waits for it.
pid_t Confiner::fork_beside() const
{
    const long flags = SIGCHLD | (is_awaited_ ? CLONE_PARENT : 0);
    return static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

void Confiner::announce(int failed_errno) const
{
    if (!is_awaited_) return;
    sys::Announcement announcement{.failed_errno = failed_errno, .is_child = is_beside_};
    std::strncpy(announcement.folder, group_.c_str(), sizeof announcement.folder - 1);
    if (::send(sys::announcement_fd, &announcement, sizeof announcement, MSG_NOSIGNAL) < 0) ::_exit(failure);
}

// Namespaces, and the limits that count in them.
Result<void> Confiner::enter()
{
    Limits limits = wanted_.limits;
    if (makes_namespaces()) {
        int flags = CLONE_NEWUSER;
        if (wanted_.has_files) flags |= CLONE_NEWNS | CLONE_NEWIPC;
        if (makes_processes()) flags |= CLONE_NEWPID;
        if (!wanted_.has_network) flags |= CLONE_NEWNET;
        OI_CHECK(enter_namespaces(flags));
        if (!wanted_.has_network) OI_CHECK(start_loopback());
        if (limits.processes > 0 && makes_processes()) ++limits.processes;  // the first one is ours
    }
    OI_TRY(group_,
           enter_limits(limits, is_confined() ? Counting::of_session : Counting::of_user, wanted_.reports ? Trial::yes : Trial::no));
    return {};
}

// What the program finds, and what it cannot undo.
Result<void> Confiner::close_in()
{
    if (!is_confined()) return {};
    if (makes_namespaces() && wanted_.has_files) OI_CHECK(mount_view({wanted_.places, makes_processes(), wanted_.limits.memory_mebibytes}));
    OI_CHECK(drop_privileges());
    if (wanted_.has_files) {
        auto writable = writable_paths(wanted_.places);
        writable.emplace_back("/dev/shm");
        OI_CHECK(enter_landlock(writable));
    }
    return enter_seccomp(wanted_.has_files ? Refuse::all : Refuse::networks);
}

// The first process of the number space: takes in orphans. When it ends, the system kills all the others.
void Confiner::be_init()
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_DUMPABLE, 0);
    ::prctl(PR_SET_NAME, "oi-init");
    ::close_range(0, ~0U, 0);
    ignore(drop_privileges(), "nobody inside can make it do anything");
    ::signal(SIGCHLD, SIG_IGN);
    for (;;) ::pause();
}

// Only children of ours are in the new number space.
int Confiner::split()
{
    const pid_t init = fork_beside();
    if (init == 0) be_init();
    const pid_t program = init < 0 ? -1 : fork_beside();
    if (program == 0) {
        is_beside_ = true;
        return become();
    }
    if (program < 0) return complain(fail_errno("fork").value());
    if (is_awaited_) return 0;
    int status = 0;
    while (::waitpid(program, &status, 0) < 0 && errno == EINTR) {
    }
    ::kill(init, SIGKILL);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int Confiner::become()
{
    if (auto closed = close_in(); !closed) return complain(closed.error());
    // The folder we are in is the one below the mounts.
    const auto go_to = [](const std::string& folder) { return !folder.empty() && ::chdir(folder.c_str()) == 0; };
    if (!go_to(wanted_.folder) && !go_to(wanted_.workspace) && !go_to("/")) return complain(fail_errno("/").value());
    if (wanted_.reports) return report();
    if (is_confined()) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    announce(0);
    std::vector<char*> argv;
    for (auto& word : wanted_.program) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    const int why = errno;
    announce(why);
    std::fprintf(stderr, "confine: %s: %s\n", argv[0], std::strerror(why));
    return why == ENOENT ? 127 : 126;
}

int Confiner::report() const
{
    std::printf("landlock %d\nprocesses %d\n", landlock_version(), makes_processes() || !wanted_.makes_namespaces ? 1 : 0);
    for (const auto& place : wanted_.places)
        if (place.kind == Place::Kind::writable && ::access(place.path.c_str(), W_OK) != 0)
            std::printf("unwritable %s\n", place.path.c_str());
    std::fflush(stdout);
    return 0;
}

int Confiner::run()
{
    is_awaited_ = ::fcntl(sys::announcement_fd, F_SETFD, wanted_.leads_on ? 0 : FD_CLOEXEC) == 0;
    if (auto entered = enter(); !entered) return complain(entered.error());
    if (wanted_.has_files && !makes_processes() && wanted_.makes_namespaces && landlock_version() < landlock_with_scopes)
        return complain({ErrorKind::unsupported, "processes outside could be signalled: this kernel's Landlock is too old to prevent it"});
    return makes_processes() ? split() : become();
}

}  // namespace

int confine_main(int argc, char** argv)
{
    auto wanted = parse_confinement({argv + 1, static_cast<std::size_t>(argc - 1)});
    if (!wanted) return complain(wanted.error());
    return Confiner{std::move(*wanted)}.run();
}

}  // namespace oi::sandbox
