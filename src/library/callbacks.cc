// Running what the program has brought; see callbacks.h.
#include "library/callbacks.h"

#include "base/text.h"
#include "sys/wait.h"

#include <condition_variable>
#include <memory>
#include <system_error>
#include <thread>

namespace interpreter {

namespace {

constexpr std::chrono::milliseconds grace{150};  // with which a turn still ends within 200 ms

// Of one call, shared with its thread, which may be left behind.
struct Call {
    std::mutex mutex;
    std::condition_variable_any changed;
    bool is_over = false;
    std::exception_ptr thrown;
    std::stop_source stop;
};

void perform(const std::shared_ptr<Call>& call, std::function<void(std::stop_token)> work)
{
    std::exception_ptr thrown;
    try {
        work(call->stop.get_token());
    } catch (...) {
        thrown = std::current_exception();
    }
    work = nullptr;
    const std::lock_guard lock{call->mutex};
    call->thrown = std::move(thrown);
    call->is_over = true;
    call->changed.notify_all();
}

std::string words_of(const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception of a type of its own";
    }
}

}  // namespace

Ended Callbacks::run(std::function<void(std::stop_token)> work, std::stop_token stop,
                     std::optional<std::chrono::steady_clock::time_point> deadline)
{
    const auto call = std::make_shared<Call>();
    std::thread thread;
    try {
        thread = std::thread{[call, mask = mask_, work = std::move(work)]() mutable {
            ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
            perform(call, std::move(work));
        }};
    } catch (const std::system_error&) {  // there are too many threads
        keep(std::current_exception());
        return Ended::threw;
    }
    std::unique_lock lock{call->mutex};
    const auto is_over = [&] { return call->is_over; };
    if (deadline) call->changed.wait_until(lock, stop, *deadline, is_over);
    else call->changed.wait(lock, stop, is_over);
    const bool is_late = !call->is_over && !stop.stop_requested();
    const bool is_cut = !call->is_over;
    if (is_cut) {
        lock.unlock();
        call->stop.request_stop();
        lock.lock();
        call->changed.wait_for(lock, grace, is_over);
    }
    if (!call->is_over) {
        thread.detach();
        return is_late ? Ended::timed_out : Ended::stopped;
    }
    const std::exception_ptr thrown = std::exchange(call->thrown, nullptr);
    lock.unlock();
    thread.join();
    if (thrown) keep(thrown);
    if (thrown) return Ended::threw;
    return is_late ? Ended::timed_out : is_cut ? Ended::stopped : Ended::returned;
}

std::stop_token Callbacks::hooks() const
{
    const std::lock_guard lock{mutex_};
    return hooks_.get_token();
}

void Callbacks::interrupt()
{
    std::stop_source old;
    {
        const std::lock_guard lock{mutex_};
        std::swap(old, hooks_);
    }
    old.request_stop();
}

void Callbacks::serve(oi::Session* session)
{
    const std::lock_guard lock{mutex_};
    session_ = session;
}

// A session calls back only while it lives, so that it need not be locked for the call.
void Callbacks::announce(oi::Notice notice)
{
    std::unique_lock lock{mutex_};
    oi::Session* session = session_;
    lock.unlock();
    if (session) session->announce(notice);
}

void Callbacks::keep(std::exception_ptr thrown)
{
    std::unique_lock lock{mutex_};
    oi::Session* session = session_;
    const bool is_watched = wakeup_ != nullptr;
    thrown_ = thrown;
    lock.unlock();
    if (session && is_watched)
        session->announce(oi::Notice{oi::Notice::Level::warning, oi::cat("The program's own code failed: ", words_of(thrown))});
    if (session) session->stop_for(std::move(thrown));
}

void Callbacks::notify()
{
    {
        const std::lock_guard lock{mutex_};
        if (wakeup_) wakeup_->notify();
    }
    if (!on_event_) return;
    try {
        on_event_();
    } catch (...) {
        keep(std::current_exception());
    }
}

void Callbacks::also_notify(oi::sys::Wakeup* wakeup)
{
    const std::lock_guard lock{mutex_};
    wakeup_ = wakeup;
}

std::exception_ptr Callbacks::take_thrown()
{
    const std::lock_guard lock{mutex_};
    return std::exchange(thrown_, nullptr);
}

}  // namespace interpreter
