// Running cells in a driver's process; see process_kernel.h.
#include "kernel/process_kernel.h"

#include "base/embedded.h"
#include "base/text.h"
#include "kernel/display.h"
#include "kernel/warm_parents.h"
#include "sys/files.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace oi::kernel {

namespace {

using namespace std::chrono_literals;
constexpr auto answer_time = 150ms;  // of the 200 ms in which a stopped run() returns
constexpr auto yield_time = 2s;      // after the stop; then the session is given up

std::string driver_text(const Runtime& runtime)
{
    const std::string driver{embedded(cat("kernels/", runtime.driver))};
    return runtime.prelude.empty() ? driver : cat(embedded(cat("kernels/", runtime.prelude)), driver);
}

// A folder for temporary files that goes with the process; in a sandbox they are private and go anyhow.
Result<void> give_scratch(Command& command)
{
    std::erase_if(command.environment, [](std::string_view entry) { return entry.starts_with("TMPDIR="); });
    command.scratch = cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-XXXXXX");
    if (!::mkdtemp(command.scratch.data())) return fail_errno(command.scratch);
    command.environment.push_back(cat("TMPDIR=", command.scratch));
    return {};
}

// For what a cell asks after its stop: nobody answers any more.
std::stop_token stopped_token()
{
    std::stop_source source;
    source.request_stop();
    return source.get_token();
}

}  // namespace

Result<std::unique_ptr<Kernel>> ProcessKernel::start(Runtime runtime, Host host)
{
    std::unique_ptr<ProcessKernel> kernel{new ProcessKernel{std::move(runtime), std::move(host)}};
    OI_CHECK(kernel->launch());
    return std::unique_ptr<Kernel>{std::move(kernel)};
}

void ProcessKernel::end_process()
{
    if (!process_) return;
    const auto left = process_->end();
    process_.reset();
    if (!left.empty() && host_.notice) host_.notice(cat("This could not be ended and is left running: ", join(left, ", "), "."));
}

Result<void> ProcessKernel::launch()
{
    if (host_.trace) host_.trace(cat("start ", runtime_.name, ": ", runtime_.argv.front()));
    Command command{runtime_.argv, host_.environment, sys::nearest_folder(host_.folder)};
    if (runtime_.litters && !host_.sandbox) OI_CHECK(give_scratch(command));
    if (host_.sandbox) {
        OI_TRY(command, host_.sandbox->confine(std::move(command), policy()));
    }
    const bool is_plain = !host_.sandbox && host_.policy == SandboxPolicy{};
    warm_ = runtime_.is_forkable && host_.is_warm && is_plain ? &warm_parents() : nullptr;
    OI_TRY(process_, KernelProcess::start(command, runtime_.library.empty() ? "" : embedded(runtime_.library), warm_));
    if (!process_->has_driver()) process_->send(encode("driver", 0, driver_text(runtime_)));
    command_ = std::move(command);
    is_running_ = is_ready_ = false;
    yield_by_.reset();
    arm_state();
    return {};
}

Result<void> ProcessKernel::run(const Cell& cell, const ChunkSink& sink, RunControl control)
{
    const sys::StopSignal signal{control.stop};
    if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
    for (const auto& chunk : std::exchange(early_, {})) sink(chunk);
    OI_CHECK(make_ready(sink, signal));
    OI_CHECK(restore(sink, signal));
    process_->begin_cell();
    is_end_told_ = false;
    asked_for_ = {};
    process_->send(encode("run", ++cell_, cell.code));
    is_running_ = true;
    return run_to_end(sink, control);
}

Result<void> ProcessKernel::go_on(const ChunkSink& sink, RunControl control)
{
    for (const auto& chunk : std::exchange(early_, {})) sink(chunk);
    return process_ ? run_to_end(sink, control) : Result<void>{};
}

std::string ProcessKernel::folder() const
{
    std::string now = process_ ? process_->folder() : std::string{};
    return now.empty() ? host_.folder : now;
}

std::vector<std::string> ProcessKernel::variables(std::chrono::milliseconds limit)
{
    if (!runtime_.tells_variables || !process_ || is_running_ || !is_ready_ || process_->death()) return {};
    const ChunkSink keep = [this](const Chunk& chunk) { early_.push_back(chunk); };
    const sys::StopSignal never{std::stop_token{}};
    const auto deadline = sys::Clock::now() + limit;
    bool is_told = false;
    std::string text;
    const auto on_frame = [&](const Frame& frame) {
        if (frame.name != "variables" || frame.number != question_) return take(frame, keep, {});
        text = valid_utf8(frame.payload);
        is_told = true;
        return false;
    };
    process_->send(encode("variables", ++question_));
    while (!is_told) {
        const auto woke = process_->step(keep, on_frame, deadline, never);
        if (!woke || *woke == sys::Woke::deadline || process_->death() || sys::Clock::now() > deadline) break;
    }
    std::vector<std::string> lines;
    for (const auto line : split(text, '\n'))
        if (!line.empty()) lines.emplace_back(line);
    return lines;
}

// Leaves a process that takes the next cell: what is left of the cell before is dealt with.
Result<void> ProcessKernel::make_ready(const ChunkSink& sink, const sys::StopSignal& stop)
{
    if (process_ && is_running_) OI_CHECK(await_yield(sink, stop));
    if (process_) OI_CHECK(await_mark(sink, stop));
    if (!process_) OI_CHECK(launch());
    return {};
}

// An interrupted cell gets the rest of its grace; then its session goes.
Result<void> ProcessKernel::await_yield(const ChunkSink& sink, const sys::StopSignal& stop)
{
    while (process_ && is_running_) {
        OI_TRY(const auto woke, process_->step(
                                    sink, [&](const Frame& frame) { return take(frame, sink, stopped_token()); }, yield_by_, stop));
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
        if (process_->death()) return bury(sink);
        if (woke != sys::Woke::deadline) continue;
        process_->end_output(sink);
        const std::string kept = kept_text();
        end_process();
        tell(sink, cat("The interrupted cell did not yield, so the ", runtime_.name, " session was restarted",
                       kept.empty() ? ": its variables are gone." : cat(" with ", kept, ".")));
    }
    return {};
}

// The keeper must know which processes are older than the cell that comes now.
Result<void> ProcessKernel::await_mark(const ChunkSink& sink, const sys::StopSignal& stop)
{
    while (process_->is_marking()) {
        OI_TRY(const auto woke, process_->step(
                                    sink, [&](const Frame& frame) { return take(frame, sink, {}); }, {}, stop));
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
        if (process_->death()) return bury(sink);
    }
    return {};
}

Result<void> ProcessKernel::run_to_end(const ChunkSink& sink, const RunControl& control)
{
    std::stop_source either;
    const std::stop_callback on_stop{control.stop, [&] { either.request_stop(); }};
    const std::stop_callback on_leave{control.leave, [&] { either.request_stop(); }};
    const sys::StopSignal signal{either.get_token()};
    const auto began = sys::Clock::now();
    const auto after = [&](std::chrono::milliseconds time) { return time > 0ms ? sys::Deadline{began + time} : sys::Deadline{}; };
    const sys::Deadline limit = after(control.limit), leave = after(control.leave_after);
    const sys::Deadline first = limit && leave ? std::min(limit, leave) : limit ? limit : leave;
    const auto later = [&](const sys::Deadline& deadline) { return deadline ? sys::Deadline{*deadline + asked_for_} : deadline; };
    const auto has_passed = [&](const sys::Deadline& deadline) { return deadline && sys::Clock::now() >= *later(deadline); };
    while (is_running_) {
        auto woke = process_->step(
            sink, [&](const Frame& frame) { return take(frame, sink, control.stop); }, later(first), signal);
        if (!woke) {
            end_process();
            return Fail{std::move(woke).error()};
        }
        if (process_->death()) return bury(sink);
        if (!is_running_) break;
        if (*woke == sys::Woke::stopped && control.stop.stop_requested()) return interrupt(sink);
        if (!ask_for_terminal(sink, control.stop)) {
            tell(sink, "(it goes on waiting for the keyboard: interrupted)");
            ignore(interrupt(sink), "the cell is over, or its session goes with the next one");
            return {};
        }
        if (has_passed(limit)) {
            ignore(interrupt(sink), "the cell is over, or its session goes with the next one");
            return fail(ErrorKind::timeout, cat("the cell was stopped after ", static_cast<double>(control.limit.count()) / 1000, " s"));
        }
        if (*woke == sys::Woke::stopped || has_passed(leave)) return fail(ErrorKind::left_running, "the cell runs on");
    }
    if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "the cell was stopped");
    return {};
}

Result<void> ProcessKernel::interrupt(const ChunkSink& sink)
{
    const auto now = sys::Clock::now();
    const sys::StopSignal never{std::stop_token{}};
    process_->interrupt();
    yield_by_ = now + yield_time;
    while (is_running_) {
        OI_TRY(const auto woke,
               process_->step(
                   sink, [&](const Frame& frame) { return take(frame, sink, stopped_token()); }, now + answer_time, never));
        if (process_->death()) {
            if (is_ready_) OI_CHECK(bury(sink));
            end_process();  // stopped while it started: that says nothing about the installation
            is_running_ = false;
            break;
        }
        if (woke == sys::Woke::deadline || sys::Clock::now() > now + answer_time) break;
    }
    if (process_ && is_running_) tell_survivors(sink);
    return fail(ErrorKind::cancelled, "the cell was stopped");
}

// The process is dead. That is news for the model, unless it never lived: then somebody must mend it.
Result<void> ProcessKernel::bury(const ChunkSink& sink)
{
    const Death death = *process_->death();
    process_->end_output(sink);
    const bool was_ready = is_ready_;
    if (was_ready) {
        const std::string next = outlook();
        tell(sink,
             cat("The ", runtime_.name, " session ended (", sys::to_text(death.exit),
                 next.empty() ? "): its variables are gone. The next cell starts a fresh one." : cat("). The next cell ", next, ".")));
    }
    end_process();
    is_running_ = false;
    if (was_ready) return {};
    if (warm_) warm_->forget(command_);  // the next one starts cold
    const std::string why = death.start_errno != 0 ? std::strerror(death.start_errno) : sys::to_text(death.exit);
    return fail(death.start_errno == ENOENT ? ErrorKind::not_found : ErrorKind::io,
                cat(runtime_.argv.front(), " did not start as the ", runtime_.name, " session: ", why), runtime_.hint);
}

// Returns false at the end of the cell.
bool ProcessKernel::take(const Frame& frame, const ChunkSink& sink, std::stop_token stop)
{
    if (frame.name == "ready") {
        is_ready_ = true;
        const std::string version = valid_utf8(frame.payload);
        if (host_.trace && !version.empty()) host_.trace(cat(runtime_.name, " ", version, " is ready"));
        if (host_.notice && !runtime_.notice.empty()) host_.notice(replace_all(runtime_.notice, "@", version));
        runtime_.notice.clear();
    } else if (frame.name == "line") {
        sink(active_line_chunk(static_cast<int>(frame.number)));
    } else if (frame.name == "display") {
        if (const auto bundle = parse_bundle(frame.payload))
            for (const auto& chunk : to_chunks(*bundle)) sink(chunk);
        process_->send(encode("reply", frame.number));
    } else if (frame.name == "request") {
        answer(frame, stop);
    } else if (frame.name == "kept") {
        take_kept(frame);
    } else if (frame.name == "modules") {
        if (warm_) warm_->learn(command_, frame.payload);
    } else if (frame.name == "unchanged") {
        take_unchanged(frame.number);
    } else if (frame.name == "restored") {
        take_restored(frame, sink);
    } else if (frame.name == "end" && frame.number == cell_) {
        finish(frame, sink);
        return false;
    }
    return true;
}

void ProcessKernel::answer(const Frame& request, std::stop_token stop)
{
    const std::string_view payload = request.payload;
    const auto line_end = payload.find('\n');
    const std::string_view method = payload.substr(0, line_end);
    const std::string_view argument = line_end == std::string_view::npos ? std::string_view{} : payload.substr(line_end + 1);
    const auto reply = [&](std::string_view text) { process_->send(encode("reply", request.number, text)); };
    const auto refuse = [&](std::string_view why) { process_->send(encode("error", request.number, why)); };
    if (method == "input" || method == "password") {
        const InputAsked question{static_cast<int>(request.number), valid_utf8(std::string{argument}), method == "password"};
        const auto line = ask(question, stop);
        return line ? reply(*line) : refuse("end of file: no one is there to answer");
    }
    if (method == "source") return reply(embedded(cat("kernels/", argument)));
    const auto result =
        host_.call ? host_.call(method, argument, stop) : fail(ErrorKind::unsupported, cat("there is no ", method, " here"));
    return result ? reply(*result) : refuse(to_line(result.error()));
}

std::optional<std::string> ProcessKernel::ask(const InputAsked& question, std::stop_token stop)
{
    const auto began = sys::Clock::now();
    auto line = host_.input ? host_.input(question, std::move(stop)) : std::nullopt;
    asked_for_ += sys::Clock::now() - began;
    return line;
}

// Asks for what a process reads from the terminal, if one does. False: it got the end of a file before and waits all the same.
bool ProcessKernel::ask_for_terminal(const ChunkSink& sink, std::stop_token stop)
{
    const auto question = process_->take_question();
    if (!question) return true;
    const auto line = ask(*question, stop);
    if (stop.stop_requested()) return true;
    if (line) {
        process_->answer(*line, sink);
        return true;
    }
    if (!std::exchange(is_end_told_, true)) tell(sink, "(end of file: no one is there to answer)");
    return process_->end_file();
}

// Processes that the kill cannot reach hold the cell up: the person and the model shall know which.
void ProcessKernel::tell_survivors(const ChunkSink& sink)
{
    if (const auto names = process_->survivors(); !names.empty()) tell(sink, cat("(cannot be ended: ", join(names, ", "), ")"));
}

void ProcessKernel::finish(const Frame& end, const ChunkSink& sink)
{
    is_running_ = false;
    awaited_before_ = std::exchange(awaited_, cell_);
    yield_by_.reset();
    process_->end_output(sink);
    process_->end_cell();
    const auto line_end = end.payload.find('\n');
    if (line_end != std::string::npos) tell(sink, valid_utf8(end.payload.substr(line_end + 1)));
    if (auto folder = process_->folder(); !folder.empty()) host_.folder = std::move(folder);  // where a fresh session starts
    process_->mark();
}

// A line of our own among the output.
void ProcessKernel::tell(const ChunkSink& sink, std::string line)
{
    const bool is_new_line = !process_ || process_->is_at_line_start();
    std::string text = cat(is_new_line ? "" : "\n", line, "\n");
    if (process_) process_->hand_over(std::move(text), sink);
    else sink(output_chunk(std::move(text)));
}

}  // namespace oi::kernel
