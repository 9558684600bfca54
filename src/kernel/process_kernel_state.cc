// What survives a process: variables that its driver has kept; see process_kernel.h and docs/protocol.md.
#include "base/embedded.h"
#include "base/text.h"
#include "kernel/kept_state.h"
#include "kernel/process_kernel.h"
#include "sys/files.h"

#include <sys/stat.h>
#include <unistd.h>

namespace oi::kernel {

namespace {

using namespace std::chrono_literals;
constexpr auto keep_time = 1500ms;   // for what a process that has ended was still keeping
constexpr auto close_time = 1000ms;  // the same at the end of a session
constexpr auto restore_time = 60s;   // then what was kept is given up

bool is_nothing(const KeptState& state) { return state.count == 0 && state.lost.empty(); }

}  // namespace

std::string ProcessKernel::state_path() const
{
    const std::string folder = state_folder();
    return folder.empty() ? folder : cat(folder, "/", runtime_.name);
}

// What confined code may write must not be read back as code by a session that is not confined.
std::string ProcessKernel::state_folder() const
{
    if (host_.state_folder.empty() || !runtime_.keeps_variables) return {};
    return cat(host_.state_folder, host_.sandbox ? "/confined" : "");
}

// The policy with that folder.
SandboxPolicy ProcessKernel::policy() const
{
    SandboxPolicy policy = host_.policy;
    const std::string folder = state_folder();
    if (folder.empty() || !sys::make_folders(folder)) return policy;
    policy.writable.push_back(folder);
    return policy;
}

void ProcessKernel::tell_where_to_keep()
{
    process_->send(encode("keep", 0, cat(state_path(), "\n", runtime_.keeper.empty() ? "" : embedded(cat("kernels/", runtime_.keeper)))));
}

// What the last cell has left may still be being kept where it was until now: that is waited for first, so that a copy has it.
void ProcessKernel::keep_in(const std::string& folder)
{
    if (!runtime_.keeps_variables) return;
    if (process_ && !is_running_ && !process_->death()) await_kept(close_time);
    if (host_.state_folder == folder) return;
    host_.state_folder = folder;
    is_keep_failure_told_ = false;
    if (!process_) return;
    if (folder.empty()) restoring_ = Restoring::none;
    else ignore(sys::make_folders(state_folder()), "the driver tells that it cannot save there");
    tell_where_to_keep();
}

// To a fresh process, before its first cell.
void ProcessKernel::arm_state()
{
    const std::string path = state_path();
    if (path.empty()) return;
    tell_where_to_keep();
    const auto kept = read_kept_state(path);
    if (kept) cell_ = awaited_ = awaited_before_ = kept_ = std::max(cell_, kept->cell);
    struct stat info {};
    const bool is_there = ::lstat(path.c_str(), &info) == 0, is_file = is_there && S_ISREG(info.st_mode);
    if (is_there && !is_file) ::unlink(path.c_str());  // confined code can put a pipe there: reading that would not end
    restoring_ = is_file ? Restoring::due : Restoring::none;
}

// What a session that has gone has left, for the line that tells of its end; empty: nothing.
std::string ProcessKernel::kept_text()
{
    const std::string path = state_path();
    const auto kept = path.empty() ? std::nullopt : read_kept_state(path);
    is_restore_told_ = kept.has_value();
    return kept && !is_nothing(*kept) ? to_text(*kept) : std::string{};
}

// The process, also one that has just ended, gets time to keep what its last cell has left.
void ProcessKernel::await_kept(std::chrono::milliseconds limit)
{
    if (state_path().empty() || !is_ready_) return;
    const sys::StopSignal never{std::stop_token{}};
    const auto deadline = sys::Clock::now() + limit;
    const ChunkSink keep = [this](const Chunk& chunk) { early_.push_back(chunk); };
    while (kept_ < awaited_ && process_->is_listening() && sys::Clock::now() < deadline) {
        const auto woke = process_->step(
            keep,
            [&](const Frame& frame) {
                if (frame.name == "kept" || frame.name == "unchanged") take(frame, keep, {});
                return kept_ < awaited_;
            },
            deadline, never);
        if (!woke || *woke == sys::Woke::deadline) return;
    }
}

// What is kept, or will be, is what the cells before it have left.
void ProcessKernel::take_unchanged(long cell)
{
    if (cell == awaited_) awaited_ = awaited_before_;
}

void ProcessKernel::take_kept(const Frame& frame)
{
    kept_ = std::max(kept_, frame.number);
    if (frame.payload.empty() || !host_.notice || is_keep_failure_told_) return;
    is_keep_failure_told_ = true;
    host_.notice(cat("The variables of ", runtime_.name, " are not kept: ", valid_utf8(frame.payload)));
}

// Before the first cell of a fresh process: lazily, for a session that runs nothing must not wait for its data.
Result<void> ProcessKernel::restore(const ChunkSink& sink, const sys::StopSignal& stop)
{
    if (restoring_ == Restoring::none) return {};
    if (restoring_ == Restoring::due) process_->send(encode("restore", 0, state_path()));
    restoring_ = Restoring::asked;
    const auto deadline = sys::Clock::now() + restore_time;
    while (restoring_ == Restoring::asked) {
        OI_TRY(const auto woke, process_->step(
                                    sink, [&](const Frame& frame) { return take(frame, sink, {}); }, deadline, stop));
        if (woke == sys::Woke::stopped) {
            process_->interrupt();
            return fail(ErrorKind::cancelled, "the cell was stopped before it began");
        }
        if (process_->death() && !is_ready_) return bury(sink);
        if (process_->death()) return give_up_state(sink, cat("the process ended: ", sys::to_text(process_->death()->exit)));
        if (woke == sys::Woke::deadline) return give_up_state(sink, "it took more than a minute");
    }
    return {};
}

void ProcessKernel::take_restored(const Frame& frame, const ChunkSink& sink)
{
    restoring_ = Restoring::none;
    const std::string payload = valid_utf8(frame.payload);
    const auto line_end = payload.find('\n');
    const auto words = split(std::string_view{payload}.substr(0, line_end), ' ');
    const auto kept = read_kept_state(state_path());
    if (line_end == std::string::npos || !to_integer(words.front()) || !kept) {
        ::unlink(state_path().c_str());
        tell(sink, cat("What was kept of the ", runtime_.name, " session could not be restored (", payload, "): its variables are gone."));
        return;
    }
    const std::string took = words.size() > 1 && to_integer(words[1].substr(0, words[1].find('.'))).value_or(0) >= 1
                                 ? cat(" in ", words[1], " s")
                                 : std::string{};
    if (!is_restore_told_ && !is_nothing(*kept))
        tell(sink, cat("The ", runtime_.name, " session was restored", took, ": ", to_text(*kept), "."));
    if (const auto lost = payload.substr(line_end + 1); !lost.empty()) tell(sink, cat("Not restored: ", lost, "."));
    is_restore_told_ = false;
}

// What was kept ends the process that shall have it: once is enough.
Result<void> ProcessKernel::give_up_state(const ChunkSink& sink, const std::string& why)
{
    ::unlink(state_path().c_str());
    process_->end_output(sink);
    end_process();
    tell(sink, cat("What was kept of the ", runtime_.name, " session could not be restored (", why, "): its variables are gone."));
    return make_ready(sink, sys::StopSignal{std::stop_token{}});
}

ProcessKernel::~ProcessKernel()
{
    if (!process_) return;
    if (!is_running_ && !process_->death()) await_kept(close_time);
    end_process();
}

// After the end of a process: what the next one will have.
std::string ProcessKernel::outlook()
{
    await_kept(keep_time);
    const std::string kept = kept_text();
    return kept.empty() ? std::string{} : cat("starts a fresh one with ", kept);
}

}  // namespace oi::kernel
