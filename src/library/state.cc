// Starting at the first op, handing ops in and events out; see state.h.
#include "library/state.h"

#include "agent/conversation.h"
#include "base/text.h"
#include "library/convert.h"
#include "library/signal_shield.h"

#include <thread>
#include <unistd.h>

namespace interpreter {

namespace {

using oi::ErrorKind;

oi::Say to_core(Say& say)
{
    oi::Say out{value_or_raise(to_core(say.message, "the message")), {}};
    if (out.message.content.empty()) raise({ErrorKind::invalid, "the message has no content", "GoOn is a turn without new words"});
    for (const auto& attached : say.attached) {
        out.attached.push_back(value_or_raise(to_core(attached, "an attached message")));
        if (out.attached.back().content.empty()) raise({ErrorKind::invalid, "an attached message has no content"});
    }
    return out;
}

}  // namespace

Session::State::State(Options options)
    : invocation{value_or_raise(settings_of(options))},
      options_{std::move(options)},
      callbacks_{std::make_shared<Callbacks>(options_.on_event)}
{
    value_or_raise(check(options_));
}

std::shared_ptr<Session::State> Session::State::renewed(State& old)
{
    auto fresh = std::make_shared<State>(old.options_);
    fresh->invocation = old.invocation;
    fresh->messages = old.messages;
    if (!old.running_) return fresh;
    fresh->invocation.settings = old.running_->settings();
    fresh->messages.clear();
    if (old.turns_ == 0) fresh->messages = old.running_->conversation().messages();
    return fresh;
}

bool Session::State::is_foreign() const
{
    const pid_t owner = owner_;
    return owner != 0 && owner != ::getpid();
}

void Session::State::require_own() const
{
    if (is_foreign())
        raise({ErrorKind::unsupported, "this session belongs to the process that this one was forked from",
               "make a new one, or call renew_after_fork()"});
}

// What there is to do for each op; throws Error for what is malformed.
Session::State::Order Session::State::order_of(Op& op)
{
    struct Visitor {
        static Order turn(std::function<void(Running&)> act) { return {std::move(act), true, true}; }
        static Order note(oi::Op op)
        {
            return {[op = std::move(op)](Running& running) { running.session().submit(op); }};
        }
        Order operator()(Say& say) const
        {
            return turn([core = to_core(say)](Running& running) { running.session().submit(core); });
        }
        Order operator()(GoOn&) const
        {
            return turn([](Running& running) { running.session().submit(oi::Say{}); });
        }
        Order operator()(Run& run) const
        {
            return turn([cell = oi::Cell{oi::valid_utf8(run.language), oi::valid_utf8(run.code)}](Running& running) {
                running.session().run_aside(cell);
            });
        }
        Order operator()(Restart& restart) const
        {
            return {[language = restart.language](Running& running) {
                        running.session().perform([language](oi::Conversation& conversation) {
                            conversation.end_kernel(language);
                            return oi::Result<std::vector<std::string>>{std::vector<std::string>{}};
                        });
                    },
                    true};
        }
        Order operator()(Steer& steer) const { return {note(oi::Steer{to_core(steer.words)}).act, false, true}; }
        Order operator()(Decide& decide) const { return note(oi::Decide{decide.id, interpreter::to_core(decide)}); }
        Order operator()(Input& input) const
        {
            if (input.line) input.line = oi::valid_utf8(std::move(*input.line));
            return note(oi::Input{input.id, std::move(input.line)});
        }
        Order operator()(Interrupt&) const
        {
            return {[told = callbacks](Running& running) {
                running.session().submit(oi::Interrupt{});
                told->interrupt();
            }};
        }
        Order operator()(Background&) const { return note(oi::Background{}); }
        Order operator()(Reset&) const { return {note(oi::Reset{}).act, true}; }
        Order operator()(Compact&) const
        {
            return turn([](Running& running) { running.session().submit(oi::Compact{}); });
        }
        std::shared_ptr<Callbacks> callbacks;
    };
    return std::visit(Visitor{callbacks_}, op);
}

void Session::State::submit(Op op)
{
    require_own();
    carry_out(order_of(op));
    if (!std::holds_alternative<Reset>(op)) return;
    const std::lock_guard lock{mutex_};
    if (phase_ == Phase::idle) messages.clear();
}

void Session::State::carry_out(Order order)
{
    const SignalShield shield;
    std::unique_lock lock{mutex_};
    if (order.is_turn) ++turns_;
    if (phase_ == Phase::ready) return order.act(*running_);
    if (phase_ == Phase::idle && !order.is_start) {
        if (order.is_turn) early_.push_back(oi::TurnDone{});
        lock.unlock();
        changed_.notify_all();
        if (order.is_turn) callbacks_->notify();
        return;
    }
    pending_.push_back(std::move(order));
    if (phase_ != Phase::idle) return;
    phase_ = Phase::starting;
    std::thread{[self = shared_from_this()] { self->begin(); }}.detach();
}

// On a thread of its own, which may outlive the session.
void Session::State::begin()
{
    std::unique_lock lock{mutex_};
    const auto started = start(lock);
    if (is_closed_) return;
    if (!started) refuse(started.error());
    release(lock);
    if (!started) callbacks_->notify();
}

// Locked, but not meanwhile.
oi::Result<void> Session::State::start(std::unique_lock<std::mutex>& lock)
{
    owner_ = ::getpid();
    phase_ = Phase::starting;
    lock.unlock();
    auto made = Running::start(options_, invocation, messages, callbacks_);
    lock.lock();
    phase_ = made ? Phase::in_use : Phase::idle;
    if (!made) return oi::Fail{made.error()};
    running_ = std::move(*made);
    return {};
}

// Locked.
void Session::State::refuse(const oi::Error& error)
{
    for (const Order& order : std::exchange(pending_, {}))
        if (order.is_turn) early_.push_back({.error = error});
}

// Locked, at the end as well; in between others may go on.
void Session::State::acquire(std::unique_lock<std::mutex>& lock)
{
    require_own();
    changed_.wait(lock, [this] { return phase_ == Phase::idle || phase_ == Phase::ready; });
    if (phase_ == Phase::idle) {
        const SignalShield shield;
        if (auto started = start(lock); !started) {
            refuse(started.error());
            lock.unlock();
            changed_.notify_all();
            raise(started.error());
        }
    } else if (running_->session().is_busy()) {
        raise({ErrorKind::invalid, "a turn runs", "wait for its TurnDone, or interrupt it"});
    }
    phase_ = Phase::in_use;
    lock.unlock();
}

// What came meanwhile is carried out.
void Session::State::release(std::unique_lock<std::mutex>& lock)
{
    const SignalShield shield;
    if (!lock.owns_lock()) lock.lock();
    if (running_) {
        phase_ = Phase::ready;
        for (Order& order : std::exchange(pending_, {})) order.act(*running_);
    }
    lock.unlock();
    changed_.notify_all();
}

bool Session::State::is_busy() const
{
    require_own();
    const std::lock_guard lock{mutex_};
    return phase_ == Phase::starting || !pending_.empty() || (running_ && running_->session().is_busy());
}

void Session::State::close()
{
    const SignalShield shield;
    std::unique_ptr<Running> running;
    {
        const std::lock_guard lock{mutex_};
        is_closed_ = true;
        pending_.clear();
        running = std::move(running_);
    }
    changed_.notify_all();
    callbacks_->interrupt();
    running.reset();
}

// The consumer's side. Of the core; what could not begin never got there.
Event Session::State::hand_over(oi::Event event)
{
    if (!std::holds_alternative<oi::TurnDone>(event)) return from_core(std::move(event));
    if (turns_ > 0) --turns_;
    const auto thrown = running_->session().take_thrown(++ended_turns_);
    callbacks_->take_thrown();
    if (thrown) std::rethrow_exception(thrown);
    return from_core(std::move(event));
}

std::optional<Event> Session::State::pop()
{
    const std::lock_guard consumer{consumer_};
    if (held_) std::rethrow_exception(std::exchange(held_, nullptr));
    if (batch_.empty()) {
        std::unique_lock lock{mutex_};
        if (!early_.empty()) {
            const oi::TurnDone done = std::move(early_.front());
            early_.pop_front();
            --turns_;
            return from_core(oi::Event{done});
        }
        oi::Session* session = running_ ? &running_->session() : nullptr;
        lock.unlock();
        if (!session) return {};
        for (auto& event : session->take()) batch_.push_back(std::move(event));
    }
    if (batch_.empty()) return {};
    oi::Event event = std::move(batch_.front());
    batch_.pop_front();
    return hand_over(std::move(event));
}

std::optional<Event> Session::State::next(std::optional<std::chrono::steady_clock::time_point> deadline)
{
    require_own();
    for (;;) {
        if (auto event = pop()) return event;
        std::unique_lock lock{mutex_};
        const auto has_some = [this] { return running_ || !early_.empty(); };
        if (!deadline) changed_.wait(lock, has_some);
        else if (!changed_.wait_until(lock, *deadline, has_some)) return {};
        if (early_.empty()) break;
    }
    auto event = running_->session().next(deadline);
    if (!event) return {};
    const std::lock_guard consumer{consumer_};
    return hand_over(std::move(*event));
}

std::vector<Event> Session::State::take()
{
    require_own();
    std::vector<Event> events;
    try {
        while (auto event = pop()) events.push_back(std::move(*event));
    } catch (...) {
        if (events.empty()) throw;
        const std::lock_guard consumer{consumer_};
        held_ = std::current_exception();
    }
    return events;
}

void Session::State::drop_events()
{
    for (;;) {
        try {
            if (!pop()) return;
        } catch (...) {  // of a turn that nobody waited for
        }
    }
}

int Session::State::run_terminal(std::string first_message)
{
    drop_events();
    Running* running = exclusively([](Running& all) { return &all; });
    struct Recount {
        State& state;
        Running& running;
        ~Recount()
        {
            state.ended_turns_ = running.session().ended_turns();
            state.turns_ = 0;
        }
    } const recount{*this, *running};
    return running->run_terminal(std::move(first_message));
}

}  // namespace interpreter
