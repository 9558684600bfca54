// Waiting for a session: an eventfd that its threads write, polled so that no signal is missed.
#include "waiting.h"

#include "gil.h"

#include <pybind11/pybind11.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace py = pybind11;

Deadline::Deadline(std::optional<double> seconds)
{
    if (seconds)
        at_ = std::chrono::steady_clock::now() +
              std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(*seconds));
}

int Deadline::left() const
{
    if (!at_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at_ - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 1'000'000'000));
}

struct Mailbox::State {
    std::mutex mutex;
    std::vector<interpreter::Message> messages;
    bool is_full = false;  // something has come since clear()
    int event = -1;

    // With the mutex held.
    void signal() const
    {
        const std::uint64_t one = 1;
        if (event >= 0 && ::write(event, &one, sizeof one) < 0) return;  // it is full: whoever waits wakes all the same
    }
};

Mailbox::Mailbox() : state_{std::make_unique<State>()} {}

Mailbox::~Mailbox()
{
    if (state_ && state_->event >= 0) ::close(state_->event);
}

void Mailbox::notify()
{
    const std::scoped_lock lock{state_->mutex};
    state_->is_full = true;
    state_->signal();
}

void Mailbox::add(const interpreter::Message& message)
{
    const std::scoped_lock lock{state_->mutex};
    state_->messages.push_back(message);
}

std::vector<interpreter::Message> Mailbox::take_messages()
{
    const std::scoped_lock lock{state_->mutex};
    return std::exchange(state_->messages, {});
}

int Mailbox::descriptor()
{
    const std::scoped_lock lock{state_->mutex};
    if (state_->event < 0) {
        state_->event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (state_->event < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
        if (state_->is_full) state_->signal();
    }
    return state_->event;
}

void Mailbox::clear()
{
    const std::scoped_lock lock{state_->mutex};
    state_->is_full = false;
    std::uint64_t count = 0;
    if (state_->event >= 0 && ::read(state_->event, &count, sizeof count) < 0) return;  // it was empty
}

// A signal that comes between the look at Python's flag and poll() must not be slept over: it is blocked there, and ppoll() lets it in.
bool Mailbox::wait(const Deadline& deadline)
{
    pollfd event{.fd = descriptor(), .events = POLLIN, .revents = 0};
    for (;;) {
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        if (PyErr_CheckSignals() != 0) {
            pthread_sigmask(SIG_SETMASK, &before, nullptr);
            throw py::error_already_set{};
        }
        int ready = 0;
        {
            const Unlocked unlocked;
            const int left = deadline.left();
            const timespec time{.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1'000'000L};
            ready = ::ppoll(&event, 1, left < 0 ? nullptr : &time, &before);
            pthread_sigmask(SIG_SETMASK, &before, nullptr);
        }
        if (ready > 0) return true;
        if (ready == 0) return false;
    }
}

void Mailbox::renew_after_fork()
{
    auto* of_parent = state_.release();  // its lock may be held by a thread that is not here
    if (of_parent->event >= 0) ::close(of_parent->event);
    state_ = std::make_unique<State>();
}
