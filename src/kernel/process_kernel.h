// ProcessKernel: a Kernel whose language runs in a process of its own, with a driver that speaks docs/protocol.md.
#pragma once

#include "core/kernel.h"
#include "kernel/kernel_process.h"
#include "sys/process.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace oi::kernel {

// How the process of a language is started.
struct Runtime {
    std::string name;               // "Python", for messages
    std::vector<std::string> argv;  // the program found, and what makes it run the driver of the first frame
    std::string driver;             // a file of share/kernels
    std::string hint;               // what would mend it when it does not start
    std::string prelude{};          // another such file, which goes before the driver
    bool tells_variables = false;   // the driver answers the frame `variables`
    bool keeps_variables = false;   // the driver answers the frames `keep` and `restore`
    std::string keeper{};           // a file of share/kernels that goes with the frame `keep`; empty: none
    bool is_forkable = false;       // the driver answers the frame `parent`
    std::string notice{};           // for the person when it is ready; @: what `ready` carried, the version
    bool litters = false;           // leaves files in the folder for temporary files when it is killed: it gets one of its own
    std::string library{};          // a library of the program's that the runtime finds as descriptor 15: "cell.so"
};

class ProcessKernel : public Kernel {
public:
    // Starts the process and returns while it is still getting ready.
    static Result<std::unique_ptr<Kernel>> start(Runtime runtime, Host host);

    ~ProcessKernel() override;  // what the last cell has left may still be being kept: waits for that, at most a second

    Result<void> run(const Cell& cell, const ChunkSink& sink, RunControl control) override;
    Result<void> go_on(const ChunkSink& sink, RunControl control) override;
    std::string folder() const override;
    long pid() const override { return process_ ? process_->pid() : 0; }
    std::vector<std::string> variables(std::chrono::milliseconds limit) override;
    void keep_in(const std::string& state_folder) override;

private:
    ProcessKernel(Runtime runtime, Host host) : runtime_{std::move(runtime)}, host_{std::move(host)} {}

    Result<void> launch();
    Result<void> make_ready(const ChunkSink& sink, const sys::StopSignal& stop);
    Result<void> await_yield(const ChunkSink& sink, const sys::StopSignal& stop);
    Result<void> await_mark(const ChunkSink& sink, const sys::StopSignal& stop);
    Result<void> run_to_end(const ChunkSink& sink, const RunControl& control);
    Result<void> interrupt(const ChunkSink& sink);
    Result<void> bury(const ChunkSink& sink);
    bool take(const Frame& frame, const ChunkSink& sink, std::stop_token stop);
    void answer(const Frame& request, std::stop_token stop);
    std::optional<std::string> ask(const InputAsked& question, std::stop_token stop);
    bool ask_for_terminal(const ChunkSink& sink, std::stop_token stop);
    void end_process();
    void tell_survivors(const ChunkSink& sink);
    void finish(const Frame& end, const ChunkSink& sink);
    void tell(const ChunkSink& sink, std::string line);

    // process_kernel_state.cc
    enum class Restoring : std::uint8_t { none, due, asked };
    std::string state_folder() const;
    std::string state_path() const;
    SandboxPolicy policy() const;
    void arm_state();
    void tell_where_to_keep();
    std::string kept_text();
    std::string outlook();
    void await_kept(std::chrono::milliseconds limit);
    void take_unchanged(long cell);
    void take_kept(const Frame& frame);
    Result<void> restore(const ChunkSink& sink, const sys::StopSignal& stop);
    void take_restored(const Frame& frame, const ChunkSink& sink);
    Result<void> give_up_state(const ChunkSink& sink, const std::string& why);

    Runtime runtime_;
    Host host_;
    std::unique_ptr<KernelProcess> process_;  // null: the next run starts one
    WarmParents* warm_ = nullptr;             // from which it may be forked; null: from none
    Command command_;                         // that started it
    std::vector<Chunk> early_;                // came while no cell ran and we listened: the next one's
    long question_ = 0;                       // the number of the last question for variables
    long cell_ = 0;                           // the number of the last cell sent
    bool is_running_ = false;                 // that cell has not ended yet
    bool is_ready_ = false;                   // the driver has said so
    bool is_end_told_ = false;                // of the file that its keyboard is
    sys::Clock::duration asked_for_{};        // how long this cell has waited for answers: that is not its own time
    long kept_ = 0;                           // the last cell after which all was kept,
    long awaited_ = 0;                        // the last one after which it will be, unless it changed nothing,
    long awaited_before_ = 0;                 // and the same before that one
    Restoring restoring_ = Restoring::none;   // what was kept, into this process
    bool is_restore_told_ = false;            // the end of the process before was told with what was kept of it
    bool is_keep_failure_told_ = false;
    sys::Deadline yield_by_;  // when an interrupted cell that does not yield is given up
};

}  // namespace oi::kernel
