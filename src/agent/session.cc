// The turn thread and the two queues; see session.h.
#include "agent/session.h"

#include "agent/conversation.h"
#include "base/text.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace oi {

namespace {
// Events that may wait before the turn has to: enough that a slow screen does not slow the model down.
constexpr std::size_t event_limit = 1 << 16;
}  // namespace

class Session::State : public Frontend {
public:
    struct Run {
        Cell cell;
    };
    using Work = std::variant<Say, Reset, Compact, Run, Session::Work>;

    State(std::unique_ptr<Conversation> conversation, std::function<void()> on_event)
        : conversation_{std::move(conversation)}, on_event_{std::move(on_event)}
    {
        conversation_->announce_to([this](const Event& event) { show(event); });
    }

    ~State() override
    {
        {
            const std::lock_guard lock{mutex_};
            is_closing_ = true;
            turn_stop_.request_stop();
        }
        changed_.notify_all();
        if (thread_.joinable()) thread_.join();
        conversation_.reset();  // the threads of its jobs use what follows
    }

    void submit(Op op)
    {
        std::visit([this](auto& one) { handle(one); }, op);
        changed_.notify_all();
    }

    void enqueue(Work work)
    {
        {
            const std::lock_guard lock{mutex_};
            push(std::move(work));
        }
        changed_.notify_all();
    }

    std::vector<Event> take()
    {
        const std::lock_guard lock{mutex_};
        std::vector<Event> events(std::make_move_iterator(events_.begin()), std::make_move_iterator(events_.end()));
        events_.clear();
        changed_.notify_all();
        return events;
    }

    std::optional<Event> next(std::optional<std::chrono::steady_clock::time_point> deadline)
    {
        std::unique_lock lock{mutex_};
        const auto has_event = [this] { return !events_.empty(); };
        if (deadline) changed_.wait_until(lock, *deadline, has_event);
        else changed_.wait(lock, has_event);
        if (events_.empty()) return {};
        Event event = std::move(events_.front());
        events_.pop_front();
        if (events_.size() + 1 == event_limit) changed_.notify_all();
        return event;
    }

    bool is_busy() const
    {
        const std::lock_guard lock{mutex_};
        return is_running_ || !waiting_.empty();
    }

    Conversation& conversation() { return *conversation_; }

    // The Frontend of the running turn; the end of a job is shown on that job's thread.
    void show(const Event& event) override
    {
        if (const auto* usage = std::get_if<Usage>(&event)) turn_usage_ += *usage;
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return events_.size() < event_limit || is_closing_; });
        push_event(event, std::move(lock));
    }

    void stop_for(std::exception_ptr thrown)
    {
        if (!thrown_) thrown_ = std::move(thrown);
        submit(Interrupt{});
    }

    std::exception_ptr take_thrown(std::size_t turn)
    {
        const std::lock_guard lock{mutex_};
        while (!thrown_in_.empty() && thrown_in_.front().first < turn) thrown_in_.pop_front();
        if (thrown_in_.empty() || thrown_in_.front().first != turn) return nullptr;
        const std::exception_ptr thrown = std::move(thrown_in_.front().second);
        thrown_in_.pop_front();
        return thrown;
    }
    std::size_t ended_turns() const
    {
        const std::lock_guard lock{mutex_};
        return ended_turns_;
    }

    Decision approve(const ApprovalAsked& question, std::stop_token stop) override
    {
        show(question);
        std::unique_lock lock{mutex_};
        changed_.wait(lock, stop, [&] { return decided_ && decided_->id == question.id; });
        if (!decided_ || decided_->id != question.id) return {};
        return std::exchange(decided_, std::nullopt)->decision;
    }

    std::optional<std::string> input(const InputAsked& question, std::stop_token stop) override
    {
        show(question);
        std::unique_lock lock{mutex_};
        changed_.wait(lock, stop, [&] { return typed_ && typed_->id == question.id; });
        if (!typed_ || typed_->id != question.id) return {};
        return std::exchange(typed_, std::nullopt)->line;
    }

private:
    void handle(Say& say) { enqueue(std::move(say)); }
    void handle(Steer& steer)
    {
        {
            const std::lock_guard lock{mutex_};
            if (steer.words && (is_running_ || !waiting_.empty())) conversation_->steering().add(std::move(*steer.words));
            else if (steer.words) push(std::move(*steer.words));
        }
        if (steer.words) conversation_->steering().interrupt_answer();
        else conversation_->steering().interrupt_cell();
    }
    void handle(Reset& reset)
    {
        Interrupt interrupt;
        if (is_busy()) handle(interrupt);
        enqueue(reset);
    }
    void handle(Compact& compact) { enqueue(compact); }
    void handle(Decide& decide)
    {
        const std::lock_guard lock{mutex_};
        decided_ = std::move(decide);
    }
    void handle(Input& input)
    {
        const std::lock_guard lock{mutex_};
        typed_ = std::move(input);
    }
    void handle(Interrupt&)
    {
        // The stop callbacks run here; they only write to descriptors and notify.
        std::stop_source turn;
        {
            const std::lock_guard lock{mutex_};
            turn = turn_stop_;
            is_stopped_early_ = !is_running_ && !waiting_.empty();
        }
        turn.request_stop();
    }
    void handle(Background&) { conversation_->background(); }
    void handle(Close&)
    {
        Interrupt interrupt;
        {
            const std::lock_guard lock{mutex_};
            waiting_.clear();
        }
        handle(interrupt);
    }

    void push_event(Event event, std::unique_lock<std::mutex> lock)
    {
        const bool was_empty = events_.empty();
        events_.push_back(std::move(event));
        lock.unlock();
        if (was_empty) changed_.notify_all();  // nobody waits for more than the first
        if (was_empty && on_event_) on_event_();
    }

    // Locked.
    void push(Work work)
    {
        waiting_.push_back(std::move(work));
        if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
    }

    void run()
    {
        for (;;) {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
            if (is_closing_) return;
            Work work = std::move(waiting_.front());
            waiting_.pop_front();
            is_running_ = true;
            turn_stop_ = std::stop_source{};
            decided_.reset();
            typed_.reset();
            if (std::exchange(is_stopped_early_, false)) turn_stop_.request_stop();
            const std::stop_token stop = turn_stop_.get_token();
            lock.unlock();
            perform(std::move(work), stop);
        }
    }

    void perform(Work work, std::stop_token stop)
    {
        TurnDone done;
        turn_usage_ = {};
        const auto result = std::visit([&](auto& one) { return carry_out(one, std::move(stop)); }, work);
        if (!result) done.error = result.error();
        done.usage = turn_usage_;
        done.conversation = conversation_->usage();
        std::unique_lock lock{mutex_};
        ++ended_turns_;
        if (thrown_) thrown_in_.emplace_back(ended_turns_, std::exchange(thrown_, nullptr));
        is_running_ = false;
        take_unheard(done);
        push_event(std::move(done), std::move(lock));  // at once: who finds the session idle finds the end of its turn
    }

    // Words that came too late for the turn are the next one, unless the person has stopped it all. Locked.
    void take_unheard(const TurnDone& done)
    {
        auto unheard = conversation_->steering().take();
        if (done.error && done.error->kind == ErrorKind::cancelled) return;
        waiting_.insert(waiting_.begin(), std::make_move_iterator(unheard.begin()), std::make_move_iterator(unheard.end()));
    }

    Result<void> carry_out(Say& say, std::stop_token stop)
    {
        for (auto& message : say.attached) conversation_->attach(std::move(message));
        return conversation_->say(std::move(say.message), *this, std::move(stop));
    }
    Result<void> carry_out(Compact&, std::stop_token stop) { return conversation_->compact(*this, std::move(stop)); }
    Result<void> carry_out(Run& run, std::stop_token stop) { return conversation_->run_aside(run.cell, *this, std::move(stop)); }
    Result<void> carry_out(Session::Work& work, std::stop_token)
    {
        OI_TRY(const auto lines, work(*conversation_));
        for (const auto& line : lines) show(Notice{Notice::Level::note, line});
        return {};
    }
    Result<void> carry_out(Reset&, std::stop_token)
    {
        conversation_->reset();
        return {};
    }

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::unique_ptr<Conversation> conversation_;
    std::function<void()> on_event_;
    std::deque<Event> events_;
    std::deque<Work> waiting_;
    std::optional<Decide> decided_;
    std::optional<Input> typed_;
    std::stop_source turn_stop_;
    Usage turn_usage_;           // touched by the turn's thread alone,
    std::exception_ptr thrown_;  // as this is
    std::size_t ended_turns_ = 0;
    std::deque<std::pair<std::size_t, std::exception_ptr>> thrown_in_;  // by the number of the turn
    bool is_running_ = false;
    bool is_closing_ = false;
    bool is_stopped_early_ = false;  // an interrupt came while the turn was still in the queue
    std::thread thread_;
};

Session::Session(std::unique_ptr<Conversation> conversation, std::function<void()> on_event)
    : state_{std::make_unique<State>(std::move(conversation), std::move(on_event))}
{
}

Session::~Session() = default;

void Session::submit(Op op) { state_->submit(std::move(op)); }
void Session::run_aside(Cell cell) { state_->enqueue(State::Run{std::move(cell)}); }
void Session::perform(Work work) { state_->enqueue(std::move(work)); }
void Session::resume(ConversationId id)
{
    perform([id](Conversation& conversation) -> Result<std::vector<std::string>> {
        OI_CHECK(conversation.resume(id));
        return std::vector{cat("Going on with conversation ", id, ", ", conversation.messages().size(), " messages.")};
    });
}
void Session::announce(const Event& event) { state_->show(event); }
std::vector<Event> Session::take() { return state_->take(); }
std::optional<Event> Session::next(std::optional<std::chrono::steady_clock::time_point> deadline) { return state_->next(deadline); }
bool Session::is_busy() const { return state_->is_busy(); }
const std::vector<Message>& Session::messages() const { return state_->conversation().messages(); }
Conversation& Session::conversation() { return state_->conversation(); }
void Session::stop_for(std::exception_ptr thrown) { state_->stop_for(std::move(thrown)); }
std::exception_ptr Session::take_thrown(std::size_t turn) { return state_->take_thrown(turn); }
std::size_t Session::ended_turns() const { return state_->ended_turns(); }

int exit_code(const std::optional<Error>& error)
{
    if (!error) return 0;
    return error->kind == ErrorKind::cancelled ? 130 : 1;
}

}  // namespace oi
