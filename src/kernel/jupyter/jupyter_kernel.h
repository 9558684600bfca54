// JupyterKernel: a Kernel that runs its cells by Jupyter's messages, over whatever Link leads to it.
#pragma once

#include "core/kernel.h"
#include "kernel/jupyter/link.h"
#include "sys/wait.h"

#include <functional>
#include <memory>
#include <string>

namespace oi::kernel::jupyter {

class JupyterKernel : public Kernel {
public:
    // Makes the way to a fresh kernel; `session` is the identity that its messages carry.
    using MakeLink = std::function<Result<std::unique_ptr<Link>>(const Host& host, const std::string& session)>;
    // Starts the kernel and returns while it is still getting ready. `name` is for messages.
    static Result<std::unique_ptr<Kernel>> start(std::string name, MakeLink make_link, Host host);

    Result<void> run(const Cell& cell, const ChunkSink& sink, RunControl control) override;
    Result<void> go_on(const ChunkSink& sink, RunControl control) override;

private:
    JupyterKernel(std::string name, MakeLink make_link, Host host)
        : name_{std::move(name)}, make_link_{std::move(make_link)}, host_{std::move(host)}
    {
    }

    Result<void> launch();
    Result<void> make_ready(const ChunkSink& sink, const sys::StopSignal& stop);
    Result<void> await_ready(const ChunkSink& sink, const sys::StopSignal& stop);
    Result<void> await_yield(const ChunkSink& sink, const sys::StopSignal& stop);
    Result<void> await_mark(const ChunkSink& sink, const sys::StopSignal& stop);
    Result<void> run_to_end(const ChunkSink& sink, const RunControl& control);
    Result<sys::Woke> step(const ChunkSink& sink, std::stop_token stop, sys::Deadline deadline, const sys::StopSignal& signal);
    Receiver receiver(const ChunkSink& sink, std::stop_token stop);
    void take(const Message& message, const ChunkSink& sink, std::stop_token stop);
    void take_output(const Message& message, const ChunkSink& sink);
    void take_status(const Message& message, const ChunkSink& sink);
    void take_reply(const Message& message, const ChunkSink& sink);
    void answer(const Message& question, std::stop_token stop);
    void ask_info();
    void probe_after_break();
    void end_when_complete(const ChunkSink& sink);
    void finish(const ChunkSink& sink);
    Result<void> interrupt(const ChunkSink& sink);
    Result<void> bury(const ChunkSink& sink, const std::string& how);
    Result<void> died(const ChunkSink& sink);
    void show(const ChunkSink& sink, std::string text);
    void tell(const ChunkSink& sink, std::string line);

    std::string name_;
    MakeLink make_link_;
    Host host_;
    std::string session_;
    std::unique_ptr<Link> link_;  // null: the next run makes one
    std::string info_;            // the request that shows that the kernel is there
    bool has_info_ = false;       // its reply has come,
    bool has_output_ = false;     // and what the kernel publishes reaches us
    bool is_ready_ = false;
    std::string start_words_;  // what the process wrote before it was ready
    std::string request_;      // the cell that was sent last
    bool has_begun_ = false;   // the kernel has spoken of it
    bool is_running_ = false;  // it has not ended yet: of its end has come
    bool has_reply_ = false;   // the reply,
    bool has_idle_ = false;    // and the word that all its output has been sent
    bool is_guessed_ = false;  // one of them was lost on the way
    bool is_interrupting_ = false;
    bool has_shown_error_ = false;
    bool wants_to_exit_ = false;
    std::string server_end_;  // a server told how the kernel ended
    std::string probe_;       // after a break: a request whose answer comes only after the end of the cell
    int reconnections_ = 0;
    sys::Clock::duration asked_for_{};  // how long this cell has waited for answers: that is not its own time
    sys::Deadline give_up_end_;         // when what is missing of the cell's end is lost for good
    bool is_at_line_start_ = true;
    sys::Deadline yield_by_;  // when an interrupted cell that does not yield is given up
};

}  // namespace oi::kernel::jupyter
