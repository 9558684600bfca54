// The one wait; see wait.h.
#include "sys/wait.h"

#include <algorithm>
#include <cerrno>
#include <sys/eventfd.h>
#include <unistd.h>
#include <vector>

namespace oi::sys {

Wakeup::Wakeup() : event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

void Wakeup::notify()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
}

void Wakeup::clear()
{
    std::uint64_t count;
    [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof count);
}

StopSignal::StopSignal(std::stop_token stop) : callback_{std::move(stop), Notify{&wakeup_}} {}

namespace {

// Milliseconds until the deadline, rounded up so that the wait never ends early; -1: for ever.
int timeout_until(const Deadline& deadline)
{
    if (!deadline) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 1 << 30));
}

// The last of `all` is the stop descriptor, or -1.
Woke poll_all(std::span<pollfd> descriptors, Deadline deadline, int stop_fd)
{
    std::vector<pollfd> all(descriptors.begin(), descriptors.end());
    all.push_back({stop_fd, POLLIN, 0});
    for (;;) {
        const int ready = ::poll(all.data(), all.size(), timeout_until(deadline));
        if (ready < 0 && errno == EINTR) continue;
        if (all.back().revents != 0) return Woke::stopped;
        for (std::size_t i = 0; i < descriptors.size(); ++i) descriptors[i].revents = all[i].revents;
        if (ready > 0) return Woke::ready;
        if (deadline && Clock::now() >= *deadline) return Woke::deadline;
    }
}

}  // namespace

Woke wait(std::span<pollfd> descriptors, Deadline deadline, const StopSignal& stop) { return poll_all(descriptors, deadline, stop.fd()); }

Woke wait(std::span<pollfd> descriptors, Deadline deadline) { return poll_all(descriptors, deadline, -1); }

}  // namespace oi::sys
