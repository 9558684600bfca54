// The program's side of a keeper; see keeper.h. The other side is keeper_main.cc.
#include "sys/keeper.h"

#include "base/text.h"
#include "sys/files.h"

#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <pthread.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

namespace oi::sys {

namespace {

// The control sockets of this process. A child of fork() closes them at once, so that a keeper sees the end of its owner also while
// the child lives.
class Controls {
public:
    Controls()
    {
        ::pthread_atfork([] { all().mutex_.lock(); }, [] { all().mutex_.unlock(); }, [] { all().leave(); });
    }

    static Controls& all()
    {
        static Controls& controls = *new Controls;
        return controls;
    }
    void add(int fd)
    {
        const std::lock_guard lock{mutex_};
        open_.insert(fd);
    }
    void close(Fd& fd)
    {
        const std::lock_guard lock{mutex_};
        open_.erase(fd.get());
        fd.reset();
    }

private:
    // Something harmless in their place: their owners here close the numbers once more.
    void leave()
    {
        const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        for (const int fd : open_) ::dup3(nothing, fd, O_CLOEXEC);
        ::close(nothing);
        open_.clear();
        mutex_.unlock();
    }

    std::mutex mutex_;
    std::set<int> open_;
};

}  // namespace

Keeper::Keeper(Process process, Fd control) : process_{std::move(process)}, control_{std::move(control)}, owner_{::getpid()}
{
    Controls::all().add(control_.get());
}

Keeper::Keeper(Keeper&&) noexcept = default;

Keeper::~Keeper() { end(); }

Result<Pipe> Keeper::control_pair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return fail_errno("socketpair");
    return Pipe{Fd{ends[0]}, Fd{ends[1]}};
}

Result<Keeper> Keeper::start(const Command& command, std::span<const Inherit> inherit)
{
    OI_TRY(auto control, control_pair());
    Fd ours = std::move(control.read);
    const Fd theirs = std::move(control.write);
    Command keeper{{command.announces ? announcing_keeper_name : keeper_name}, command.environment, command.folder};
    if (!command.scratch.empty()) keeper.argv.insert(keeper.argv.end(), {scratch_flag, command.scratch});
    keeper.argv.insert(keeper.argv.end(), command.argv.begin(), command.argv.end());
    std::vector<Inherit> all(inherit.begin(), inherit.end());
    all.push_back({theirs.get(), 3});
    OI_TRY(auto process, spawn(keeper, all, self_executable()));
    return Keeper{std::move(process), std::move(ours)};
}

std::vector<pid_t> Keeper::end()
{
    if (process_.fd() < 0) return {};
    if (owner_ != ::getpid()) return {};
    ::shutdown(control_.get(), SHUT_WR);
    if (!process_.wait(Clock::now() + std::chrono::seconds{2})) {
        process_.signal(9);
        process_.wait(Clock::now() + std::chrono::seconds{1});
    }
    std::vector<pid_t> left;
    while (const auto report = next())
        if (report->what == KeeperReport::What::left) left.push_back(report->value);
    Controls::all().close(control_);
    return left;
}

std::optional<KeeperReport> Keeper::next()
{
    KeeperReport report{};
    ssize_t got;
    do got = ::recv(control_.get(), &report, sizeof report, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got == sizeof report) return report;
    if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) is_gone_ = true;
    return {};
}

void Keeper::order(char what)
{
    // A keeper that is gone shows on reading.
    while (::send(control_.get(), &what, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

void Keeper::mark() { order('m'); }
void Keeper::interrupt() { order('i'); }
void Keeper::kill() { order('k'); }

}  // namespace oi::sys
