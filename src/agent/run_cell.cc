// How a turn runs one cell: its output on the way to everybody, its limits, and what is said when it does not just end.
#include "agent/cell_calls.h"
#include "agent/output_gate.h"
#include "agent/turn.h"
#include "base/text.h"

namespace oi {

namespace {

constexpr std::size_t last_bytes = 2000;  // of a cell's output that its job knows

// The output of one cell, from the kernel into the transcript, and bounded from there to all who see it.
class CellOutput {
public:
    CellOutput(Transcript& transcript, OutputGate& gate) : transcript_{transcript}, gate_{gate} {}

    void take(const Chunk& chunk)
    {
        if (chunk.type == Kind::console && chunk.format == "output" && !chunk.content.empty())
            is_line_start_ = chunk.content.back() == '\n';
        transcript_.append(chunk, [this](const Chunk& out) { gate_.pass(out); });
        if (chunk.format != "output") return;
        last_ += utf8_suffix(chunk.content, last_bytes);
        if (last_.size() > 4 * last_bytes) last_ = utf8_suffix(last_, last_bytes);
    }
    std::string last() const { return readable_text(last_); }
    // A line of ours among the output.
    void tell(std::string_view line) { take(output_chunk(cat(is_line_start_ ? "" : "\n", line, "\n"))); }

private:
    Transcript& transcript_;
    OutputGate& gate_;
    bool is_line_start_ = true;
    std::string last_;
};

std::string still_running(const JobInfo& job)
{
    std::string line = cat("Still running after ", duration_text(job.time), " as the job ", job.name, ".");
    if (!job.file.empty()) line += cat(" Its output goes on in ", job.file, ", whose last line will be [job ", job.name, " ended ...].");
    if (job.pid != 0) line += cat(" `kill ", job.pid, "` stops it.");
    return line + " You will be told when it ends.";
}

}  // namespace

Result<Turn::Next> Turn::run_cell(const Cell& cell, const Language& language)
{
    auto kernel = conversation_.kernel(language);
    if (!kernel) {
        frontend_.show(Notice{Notice::Level::warning, to_line(kernel.error())});
        say_output(to_line(kernel.error()));
        return check_loop(cell, conversation_.messages().size() - 1);
    }
    const std::size_t first_result = conversation_.messages().size();
    auto spool = conversation_.open_spool();
    const std::size_t live = conversation_.options_.live_output;
    OutputGate gate{live, live / 16, conversation_.forward(frontend_), spool.get()};
    CellOutput output{conversation_.transcript_, gate};
    conversation_.transcript_.spool_to(spool.get());
    conversation_.store_.mark(conversation_.id_, CellMark::start);
    if (const auto line = conversation_.left_behind(language); !line.empty()) output.take(output_chunk(line));
    conversation_.tell_reviewer(language, cell.code, (*kernel)->folder());
    const auto began = std::chrono::steady_clock::now();
    const auto ran = run_in(**kernel, {language.name, cell.code}, [&](const Chunk& chunk) { output.take(chunk); });
    if (!ran) conversation_.tell_reviewer_of_failure(language);
    const bool is_left = !ran && ran.error().kind == ErrorKind::left_running;
    if (is_left && spool) spool->create();
    conversation_.transcript_.spool_to(nullptr);
    gate.finish();
    if (spool) tell_failure(*spool);
    if (is_left)
        output.tell(still_running(conversation_.leave(
            {.cell = {language.name, cell.code}, .spool = std::move(spool), .started = began, .begun = output.last()})));
    else if (!ran) tell_end(ran.error(), language, [&](std::string_view line) { output.tell(line); });
    const std::size_t before = conversation_.messages().size();
    output.take(active_line_chunk(0));
    gate.finish();
    conversation_.close(frontend_);
    if (conversation_.messages().size() > before) conversation_.store_.append(conversation_.id_, conversation_.messages().back());
    conversation_.store_.mark(conversation_.id_, CellMark::end);
    OI_CHECK(stopped());
    return check_loop(cell, first_result);
}

// With its limits, and so that Background finds it.
Result<void> Turn::run_in(Kernel& kernel, const Cell& cell, const ChunkSink& sink)
{
    const Steering::Going going{conversation_.steering_, Steering::Going::What::cell, stop_};
    RunControl control{going.stop()};
    control.limit = conversation_.options_.cell_timeout;
    control.leave_after = conversation_.options_.background_after;
    const auto set = [this](std::stop_source leave) {
        const std::lock_guard lock{conversation_.leave_mutex_};
        conversation_.leave_ = std::move(leave);
    };
    const std::stop_source leave;
    control.leave = leave.get_token();
    set(leave);
    const RunningCell running{conversation_.running_, cell.language};
    auto ran = kernel.run(cell, sink, control);
    set(std::stop_source{std::nostopstate});
    return ran;
}

// The disk is full: said once, the output goes on.
void Turn::tell_failure(const OutputSpool& spool)
{
    const auto failure = spool.failure();
    if (!failure || std::exchange(conversation_.is_spool_failure_told_, true)) return;
    frontend_.show(Notice{Notice::Level::warning, cat("The long output is not kept whole: ", to_line(*failure))});
}

void Turn::tell_end(const Error& error, const Language& language, const std::function<void(std::string_view)>& tell)
{
    if (error.kind == ErrorKind::cancelled) return;
    if (error.kind == ErrorKind::timeout) {
        const double seconds = std::chrono::duration<double>(conversation_.options_.cell_timeout).count();
        return tell(cat("The cell was stopped after ", seconds, " s (cell_timeout)."));
    }
    conversation_.kernels_.erase(language.name);
    tell(to_line(error));
}

}  // namespace oi
