// Mailbox: where the session's threads tell that something has come, and how a Python thread or an event loop waits for it.
#pragma once

#include <interpreter/message.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

// A moment until which is waited; none: for ever.
class Deadline {
public:
    explicit Deadline(std::optional<double> seconds);
    // Of poll(): milliseconds that are left, rounded up; -1: for ever.
    int left() const;

private:
    std::optional<std::chrono::steady_clock::time_point> at_;
};

// notify() and add() from any thread, without the GIL; the rest with it.
class Mailbox {
public:
    Mailbox();
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    void notify();
    void add(const interpreter::Message& message);
    std::vector<interpreter::Message> take_messages();

    // Readable from notify() until clear(). Made at first use, so that a session at rest has none.
    int descriptor();
    void clear();
    // False: the time is over. Throws what a Python signal handler raises (KeyboardInterrupt). Runs without the GIL.
    bool wait(const Deadline& deadline);

    // In the child: the parent's locks and descriptor are left alone.
    void renew_after_fork();

private:
    struct State;
    State& state();
    std::unique_ptr<State> state_;
};
