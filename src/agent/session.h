// Session: a conversation and the thread of its turns, between two queues: ops go in, events come out.
#pragma once

#include "core/event.h"
#include "core/message.h"
#include "core/store.h"

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace oi {

class Conversation;

// Usable from any thread; one consumer takes the events. Destroying it stops the turn and ends the kernels.
class Session {
public:
    // `on_event` is called, on the turn's thread or that of a job, when an event has become available after there was none; it must
    // not block and not call back into the session. May be empty.
    explicit Session(std::unique_ptr<Conversation> conversation, std::function<void()> on_event = {});
    ~Session();

    // Never blocks. Say while a turn runs is queued and starts when the turn is done. Interrupt stops the running turn:
    // its TurnDone carries ErrorKind::cancelled, and words of Steer that were not shown yet are dropped. Background leaves the running cell
    // to itself. A Decide or Input whose id nobody waits for is ignored.
    void submit(Op op);

    // As turns are: queued, Interrupt stops it, and a TurnDone says how it ended. Conversation::run_aside, Conversation::resume.
    void run_aside(Cell cell);
    void resume(ConversationId conversation);
    // The same for work between turns that may take long; its lines are shown as notices.
    using Work = std::function<Result<std::vector<std::string>>(Conversation&)>;
    void perform(Work work);
    // An event of the program's own. It may block, as Frontend::show.
    void announce(const Event& event);

    // All events that wait, oldest first; empty when there are none. Never blocks.
    std::vector<Event> take();
    // The next event; nullopt when the deadline passes first.
    std::optional<Event> next(std::optional<std::chrono::steady_clock::time_point> deadline = {});

    // A turn runs or waits to run.
    bool is_busy() const;
    // The conversation so far. Only while no turn runs.
    const std::vector<Message>& messages() const;
    Conversation& conversation();
    // Stops the turn, which an exception in code that a program has brought has ended. On the thread of the turn.
    void stop_for(std::exception_ptr thrown);
    // The exception that ended a turn, once; null: none did. Turns are counted from 1, as their TurnDone come.
    std::exception_ptr take_thrown(std::size_t turn);
    // How many turns have ended.
    std::size_t ended_turns() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

// What a program that ran one turn exits with: 0 done, 130 cancelled, else 1.
int exit_code(const std::optional<Error>& error);

}  // namespace oi
