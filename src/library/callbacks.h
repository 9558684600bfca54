// Callbacks: how a session runs what the program has brought to it: on a thread of its own, stoppable, exceptions kept.
#pragma once

#include "agent/session.h"

#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace oi::sys {
class Wakeup;
}

namespace interpreter {

enum class Ended { returned, threw, stopped, timed_out };

// Shared by a session and what it calls. Any thread.
class Callbacks {
public:
    // On a thread that takes the signals that callbacks, and what they start, are to have.
    explicit Callbacks(std::function<void()> on_event) : on_event_{std::move(on_event)} { ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_); }

    // Runs `work` and waits for it. An exception in it ends the turn (oi::Session::stop_for). When stop is requested or the deadline
    // has passed it is told, and 150 ms later left behind: it must own all that it uses.
    Ended run(std::function<void(std::stop_token)> work, std::stop_token stop,
              std::optional<std::chrono::steady_clock::time_point> deadline = {});

    // What run() stops for that is called where the core has no stop_token.
    std::stop_token hooks() const;
    void interrupt();

    // The session that callbacks belong to; null: it is gone.
    void serve(oi::Session* session);
    // A line for the person who follows the session.
    void announce(oi::Notice notice);

    // The on_event of the session.
    void notify();
    // Who is told beside the program; null: nobody.
    void also_notify(oi::sys::Wakeup* wakeup);

    // The last exception since the last time.
    std::exception_ptr take_thrown();

private:
    void keep(std::exception_ptr thrown);

    std::function<void()> on_event_;
    sigset_t mask_{};
    mutable std::mutex mutex_;
    oi::Session* session_ = nullptr;
    oi::sys::Wakeup* wakeup_ = nullptr;
    std::exception_ptr thrown_;
    std::stop_source hooks_;
};

// Hands on what a callback gives, until it is closed: what one that was left behind still gives is dropped.
template <class T>
class Outlet {
public:
    explicit Outlet(std::function<void(const T&)> take) : take_{std::move(take)} {}
    void operator()(const T& value)
    {
        const std::lock_guard lock{mutex_};
        if (take_) take_(value);
    }
    void close()
    {
        const std::lock_guard lock{mutex_};
        take_ = nullptr;
    }

private:
    std::mutex mutex_;
    std::function<void(const T&)> take_;
};

}  // namespace interpreter
