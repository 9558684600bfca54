// The one place that blocks: waits for descriptors, a deadline and a stop request at once.
#pragma once

#include "sys/fd.h"

#include <chrono>
#include <optional>
#include <poll.h>
#include <span>
#include <stop_token>

namespace oi::sys {

using Clock = std::chrono::steady_clock;
using Deadline = std::optional<Clock::time_point>;  // nullopt: for ever

// A descriptor that wakes a wait() from any thread, and from signal handlers.
class Wakeup {
public:
    Wakeup();
    void notify();  // async-signal-safe
    void clear();   // forgets the notifications so far
    int fd() const { return event_.get(); }

private:
    Fd event_;
};

// Readable from the moment that stop is requested; for libraries that do their own polling.
class StopSignal {
public:
    explicit StopSignal(std::stop_token stop);
    int fd() const { return wakeup_.fd(); }

private:
    struct Notify {
        Wakeup* wakeup;
        void operator()() const { wakeup->notify(); }
    };
    Wakeup wakeup_;
    std::stop_callback<Notify> callback_;
};

enum class Woke : std::uint8_t { ready, deadline, stopped };

// Returns when a descriptor has an event (its `revents` is set), the deadline passes or stop is requested.
// Stop wins over readiness. Descriptors with fd < 0 are ignored. Signals do not end the wait.
Woke wait(std::span<pollfd> descriptors, Deadline deadline, const StopSignal& stop);
Woke wait(std::span<pollfd> descriptors, Deadline deadline);

}  // namespace oi::sys
