// Session::State: what a Session holds: nothing but its settings until the first op, then all that runs.
#pragma once

#include "interpreter/session.h"
#include "library/running.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace interpreter {

class Session::State : public std::enable_shared_from_this<Session::State> {
public:
    // Throws Error.
    explicit State(Options options);
    // As it is now, for a child of fork(); see Session::renew_after_fork.
    static std::shared_ptr<State> renewed(State& old);

    void submit(Op op);
    std::optional<Event> next(std::optional<std::chrono::steady_clock::time_point> deadline);
    std::vector<Event> take();
    void drop_events();
    int run_terminal(std::string first_message);
    bool is_busy() const;
    // The session ends: what still waits is dropped.
    void close();
    // It belongs to another process.
    bool is_foreign() const;
    void require_own() const;

    // Calls `use` with what runs, which is started if need be, while no turn runs; throws Error.
    template <class Use>
    auto exclusively(Use use);
    // The same, but `before` is called instead, locked, if nothing has been started yet.
    template <class Before, class Use>
    auto settled(Before before, Use use);

    // Not started: what it will begin with.
    oi::config::Invocation invocation;
    std::vector<oi::Message> messages;

private:
    // An op, ready to be carried out.
    struct Order {
        std::function<void(Running&)> act;
        bool is_turn = false;   // it ends with a TurnDone
        bool is_start = false;  // it begins what has not begun yet
    };
    enum class Phase { idle, starting, ready, in_use };

    Order order_of(Op& op);
    void carry_out(Order order);
    void begin();
    void refuse(const oi::Error& error);
    oi::Result<void> start(std::unique_lock<std::mutex>& lock);
    void acquire(std::unique_lock<std::mutex>& lock);
    void release(std::unique_lock<std::mutex>& lock);
    std::optional<Event> pop();
    Event hand_over(oi::Event event);

    Options options_;
    std::shared_ptr<Callbacks> callbacks_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Phase phase_ = Phase::idle;
    bool is_closed_ = false;
    std::deque<Order> pending_;
    std::deque<oi::TurnDone> early_;  // of ops that could not begin
    std::unique_ptr<Running> running_;
    std::atomic<pid_t> owner_{0};  // the process in which it was started
    std::atomic<long> turns_{0};   // whose TurnDone was not taken yet
    std::mutex consumer_;          // guards what follows
    std::deque<oi::Event> batch_;  // taken from the core, not handed over yet
    std::size_t ended_turns_ = 0;  // of the core, whose TurnDone came
    std::exception_ptr held_;      // stands behind what take() has given
};

template <class Use>
auto Session::State::exclusively(Use use)
{
    std::unique_lock lock{mutex_};
    acquire(lock);
    struct Release {
        State& state;
        std::unique_lock<std::mutex>& lock;
        ~Release() { state.release(lock); }
    } const release_at_end{*this, lock};
    return use(*running_);
}

template <class Before, class Use>
auto Session::State::settled(Before before, Use use)
{
    {
        std::unique_lock lock{mutex_};
        require_own();
        changed_.wait(lock, [this] { return phase_ != Phase::starting; });
        if (phase_ == Phase::idle) return before();
    }
    return exclusively(std::move(use));
}

}  // namespace interpreter
