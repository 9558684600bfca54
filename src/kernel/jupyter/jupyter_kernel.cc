// Running cells by Jupyter's messages; see jupyter_kernel.h.
#include "kernel/jupyter/jupyter_kernel.h"

#include "base/json.h"
#include "base/text.h"
#include "kernel/jupyter/output.h"
#include "net/crypto.h"

#include <algorithm>

namespace oi::kernel::jupyter {
namespace {

using namespace std::chrono_literals;
constexpr auto start_time = 60s;       // in which a kernel must answer its first request
constexpr auto ask_again_time = 50ms;  // a reply has come, but nothing that is published: the subscription was too late
constexpr auto answer_time = 150ms;    // of the 200 ms in which a stopped run() returns
constexpr auto yield_time = 2s;        // after the stop; then the session is given up
constexpr auto late_end_time = 1s;     // after a break, for a word that a server sends on another channel than the reply
constexpr std::size_t most_start_words = 2000;

Result<json::Document> content_of(const Message& message) { return json::parse(message.content); }

// For what a cell asks after its stop: nobody answers any more.
std::stop_token stopped_token()
{
    std::stop_source source;
    source.request_stop();
    return source.get_token();
}

}  // namespace

Result<std::unique_ptr<Kernel>> JupyterKernel::start(std::string name, MakeLink make_link, Host host)
{
    std::unique_ptr<JupyterKernel> kernel{new JupyterKernel{std::move(name), std::move(make_link), std::move(host)}};
    OI_CHECK(kernel->launch());
    return std::unique_ptr<Kernel>{std::move(kernel)};
}

Result<void> JupyterKernel::launch()
{
    session_ = net::hex(net::random_bytes(16));
    is_running_ = has_info_ = has_output_ = is_ready_ = wants_to_exit_ = false;
    is_at_line_start_ = true;
    start_words_.clear();
    server_end_.clear();
    probe_.clear();
    reconnections_ = 0;
    yield_by_.reset();
    OI_TRY(link_, make_link_(host_, session_));
    ask_info();
    return {};
}

void JupyterKernel::ask_info()
{
    Message message = make_message(Channel::shell, "kernel_info_request", "{}", session_);
    info_ = message.id;
    has_info_ = false;
    link_->send(std::move(message));
}

Result<void> JupyterKernel::run(const Cell& cell, const ChunkSink& sink, RunControl control)
{
    const sys::StopSignal signal{control.stop};
    if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
    OI_CHECK(make_ready(sink, signal));
    json::Writer content;
    content.object([&] {
        content.field("code", valid_utf8(cell.code));
        content.field("silent", false);
        content.field("store_history", true);
        content.key("user_expressions");
        content.object([] {});
        content.field("allow_stdin", true);
        content.field("stop_on_error", false);  // one at a time: there is nothing that an error could stop
    });
    Message message = make_message(Channel::shell, "execute_request", content.take(), session_);
    request_ = message.id;
    is_running_ = is_at_line_start_ = true;
    has_begun_ = has_reply_ = has_idle_ = is_guessed_ = is_interrupting_ = has_shown_error_ = false;
    probe_.clear();
    give_up_end_.reset();
    asked_for_ = {};
    link_->send(std::move(message));
    sink(active_line_chunk(1));
    return run_to_end(sink, control);
}

Result<void> JupyterKernel::go_on(const ChunkSink& sink, RunControl control) { return link_ ? run_to_end(sink, control) : Result<void>{}; }

Receiver JupyterKernel::receiver(const ChunkSink& sink, std::stop_token stop)
{
    return {[this, &sink, stop](const Message& message) { take(message, sink, stop); },
            [this, &sink](std::string text) {
                if (is_ready_) return show(sink, std::move(text));
                start_words_ += text;
                if (start_words_.size() > most_start_words) start_words_ = utf8_suffix(start_words_, most_start_words);
            }};
}

Result<sys::Woke> JupyterKernel::step(const ChunkSink& sink, std::stop_token stop, sys::Deadline deadline, const sys::StopSignal& signal)
{
    auto woke = link_->step(receiver(sink, std::move(stop)), deadline, signal);
    if (!woke) {
        link_.reset();
        is_running_ = false;
        return woke;
    }
    probe_after_break();
    end_when_complete(sink);
    return woke;
}

// A server holds back what a kernel publishes while nobody listens, but what was on its way when the connection broke is lost, the
// end of the cell perhaps among it. Kernels answer one request after the other: when the answer to a later one is there, the
// cell is over.
void JupyterKernel::probe_after_break()
{
    if (link_->reconnections() == reconnections_) return;
    reconnections_ = link_->reconnections();
    if (!is_ready_) return ask_info();
    if (!is_running_) return;
    Message message = make_message(Channel::shell, "kernel_info_request", "{}", session_);
    probe_ = message.id;
    give_up_end_.reset();
    link_->send(std::move(message));
}

void JupyterKernel::end_when_complete(const ChunkSink& sink)
{
    if (!is_running_) return;
    const bool is_lost = give_up_end_ && sys::Clock::now() >= *give_up_end_;
    if (!is_lost && !(has_reply_ && has_idle_)) return;
    const bool is_cut = is_lost || is_guessed_;
    if (is_cut && has_begun_) tell(sink, "The connection broke near the end of the cell: it is over, its last output may be missing.");
    if (is_cut && !has_begun_) tell(sink, "The connection broke when the cell was sent: whether it has run is not known.");
    finish(sink);
}

// Leaves a kernel that takes the next cell: what is left of the cell before is dealt with.
Result<void> JupyterKernel::make_ready(const ChunkSink& sink, const sys::StopSignal& stop)
{
    if (link_ && is_running_) OI_CHECK(await_yield(sink, stop));
    if (link_) link_->drain(receiver(sink, stopped_token()));  // a connection that broke meanwhile must not get the cell
    if (link_ && link_->end()) OI_CHECK(died(sink));           // between two cells
    if (link_) OI_CHECK(await_mark(sink, stop));
    if (!link_) OI_CHECK(launch());
    if (!is_ready_) {
        OI_CHECK(await_ready(sink, stop));
        OI_CHECK(await_mark(sink, stop));
    }
    return {};
}

Result<void> JupyterKernel::await_ready(const ChunkSink& sink, const sys::StopSignal& stop)
{
    const auto start_time = link_->start_time();
    const auto limit = sys::Clock::now() + start_time;
    while (!has_info_ || !has_output_) {
        OI_TRY(const auto woke, step(sink, {}, has_info_ ? std::min(limit, sys::Clock::now() + ask_again_time) : limit, stop));
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
        if (link_->end() || !server_end_.empty()) return died(sink);
        if (woke != sys::Woke::deadline) continue;
        if (has_info_ && sys::Clock::now() < limit) {
            ask_info();
            continue;
        }
        link_.reset();
        return fail(ErrorKind::timeout, cat("the Jupyter kernel ", name_, " did not answer within ", start_time.count(), " s"),
                    std::string{trim(start_words_)});
    }
    is_ready_ = true;
    link_->mark();
    return {};
}

// An interrupted cell gets the rest of its grace; then its session goes.
Result<void> JupyterKernel::await_yield(const ChunkSink& sink, const sys::StopSignal& stop)
{
    while (link_ && is_running_) {
        OI_TRY(const auto woke, step(sink, stopped_token(), yield_by_, stop));
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
        if (link_->end() || !server_end_.empty()) return died(sink);
        // A cell that floods gives no peace in which a deadline could pass.
        if (!is_running_ || (woke != sys::Woke::deadline && sys::Clock::now() < yield_by_)) continue;
        link_.reset();
        tell(sink, cat("The interrupted cell did not yield, so the ", name_, " session was restarted: its variables are gone."));
    }
    return {};
}

// The keeper must know which processes are older than the cell that comes now.
Result<void> JupyterKernel::await_mark(const ChunkSink& sink, const sys::StopSignal& stop)
{
    while (link_->is_marking()) {
        OI_TRY(const auto woke, step(sink, {}, {}, stop));
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
        if (link_->end()) return died(sink);
    }
    return {};
}

Result<void> JupyterKernel::run_to_end(const ChunkSink& sink, const RunControl& control)
{
    std::stop_source either;
    const std::stop_callback on_stop{control.stop, [&] { either.request_stop(); }};
    const std::stop_callback on_leave{control.leave, [&] { either.request_stop(); }};
    const sys::StopSignal signal{either.get_token()};
    const auto began = sys::Clock::now();
    const auto after = [&](std::chrono::milliseconds time) { return time > 0ms ? sys::Deadline{began + time} : sys::Deadline{}; };
    const auto sooner = [](sys::Deadline one, sys::Deadline other) { return one && other ? std::min(one, other) : one ? one : other; };
    const auto later = [&](const sys::Deadline& deadline) { return deadline ? sys::Deadline{*deadline + asked_for_} : deadline; };
    const sys::Deadline limit = after(control.limit), leave = after(control.leave_after);
    const auto has_passed = [&](const sys::Deadline& deadline) { return deadline && sys::Clock::now() >= *later(deadline); };
    while (is_running_) {
        OI_TRY(const auto woke, step(sink, control.stop, sooner(later(sooner(limit, leave)), give_up_end_), signal));
        if (!is_running_) break;
        if (link_->end() || !server_end_.empty()) return died(sink);
        if (woke == sys::Woke::stopped && control.stop.stop_requested()) return interrupt(sink);
        if (has_passed(limit)) {
            ignore(interrupt(sink), "the cell is over, or its session goes with the next one");
            return fail(ErrorKind::timeout, cat("the cell was stopped after ", static_cast<double>(control.limit.count()) / 1000, " s"));
        }
        if (woke == sys::Woke::stopped || has_passed(leave)) return fail(ErrorKind::left_running, "the cell runs on");
    }
    if (wants_to_exit_) return bury(sink, "exit");
    if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "the cell was stopped");
    return {};
}

Result<void> JupyterKernel::interrupt(const ChunkSink& sink)
{
    const auto now = sys::Clock::now();
    const sys::StopSignal never{std::stop_token{}};
    is_interrupting_ = true;
    link_->interrupt();
    yield_by_ = now + yield_time;
    while (is_running_) {
        OI_TRY(const auto woke, step(sink, stopped_token(), now + answer_time, never));
        if (is_running_ && (link_->end() || !server_end_.empty())) {
            OI_CHECK(died(sink));
            break;
        }
        if (woke == sys::Woke::deadline || sys::Clock::now() > now + answer_time) break;
    }
    return fail(ErrorKind::cancelled, "the cell was stopped");
}

Result<void> JupyterKernel::died(const ChunkSink& sink)
{
    const std::string how = server_end_.empty() ? *link_->end() : server_end_;
    link_->drain(receiver(sink, stopped_token()));
    return bury(sink, how);
}

// The kernel is gone. That is news for the model, unless it never lived: then somebody must mend it.
Result<void> JupyterKernel::bury(const ChunkSink& sink, const std::string& how)
{
    link_.reset();
    is_running_ = false;
    wants_to_exit_ = false;
    if (is_ready_) {
        tell(sink, cat("The ", name_, " session ended (", how, "): its variables are gone. The next cell starts a fresh one."));
        return {};
    }
    return fail(ErrorKind::io, cat("the Jupyter kernel ", name_, " did not start: ", how), std::string{trim(start_words_)});
}

void JupyterKernel::take(const Message& message, const ChunkSink& sink, std::stop_token stop)
{
    switch (message.channel) {
    case Channel::iopub:
        has_output_ = true;
        has_begun_ = has_begun_ || message.parent_id == request_;
        if (message.type == "status") take_status(message, sink);
        else take_output(message, sink);
        break;
    case Channel::shell: take_reply(message, sink); break;
    case Channel::stdin_:
        if (message.type == "input_request") answer(message, std::move(stop));
        break;
    case Channel::control: break;
    }
}

void JupyterKernel::take_status(const Message& message, const ChunkSink&)
{
    const auto content = content_of(message);
    if (!content) return;
    const auto state = json::text(*content, "execution_state");
    if (state == "idle" && message.parent_id == request_) has_idle_ = true;
    if (state == "idle" && !probe_.empty() && message.parent_id == probe_ && !std::exchange(has_idle_, true))
        is_guessed_ = true;  // it follows the cell's own, which is lost then
    // These come from servers, which watch their kernels.
    if (state == "restarting") server_end_ = "it died";
    if (state == "dead") server_end_ = "it died, and the server could not start it again";
}

void JupyterKernel::take_output(const Message& message, const ChunkSink& sink)
{
    const auto content = content_of(message);
    if (!content) return;
    if (message.type == "stream") {
        show(sink, valid_utf8(std::string{json::text(*content, "text")}));
    } else if (message.type == "display_data" || message.type == "execute_result" || message.type == "update_display_data") {
        const auto* data = json::find(*content, "data");
        if (!data) return;
        for (auto& chunk : display_chunks(*data)) {
            if (chunk.type == Kind::console) show(sink, std::move(chunk.content));
            else sink(chunk);
        }
    } else if (message.type == "error") {
        has_shown_error_ = true;
        show(sink, cat(is_at_line_start_ ? "" : "\n", error_text(*content)));
    } else if (message.type == "clear_output") {
        if (!is_at_line_start_) show(sink, "\n");  // what was shown is read already: what replaces it begins a line
    } else if (message.type == "execute_input" && is_interrupting_ && message.parent_id == request_) {
        link_->interrupt();  // before this the kernel did not listen to interrupts yet
    }
}

void JupyterKernel::take_reply(const Message& message, const ChunkSink& sink)
{
    if (message.parent_id == info_) has_info_ = true;
    if (!probe_.empty() && message.parent_id == probe_ && is_running_) {
        is_guessed_ = is_guessed_ || !has_reply_;
        has_reply_ = true;
        if (!has_idle_) give_up_end_ = sys::Clock::now() + late_end_time;
    }
    if (message.type != "execute_reply" || message.parent_id != request_ || has_reply_) return;
    has_reply_ = true;
    const auto content = content_of(message);
    if (!content) return;
    for (const auto& chunk : page_chunks(*content)) sink(chunk);
    wants_to_exit_ = asks_to_exit(*content);
    const auto status = json::text(*content, "status");
    if (status == "error" && !has_shown_error_) tell(sink, error_text(*content));
    if (status == "aborted" || status == "abort") tell(sink, "The kernel did not run the cell: it had been told to stop.");
}

void JupyterKernel::answer(const Message& question, std::stop_token stop)
{
    const auto content = content_of(question);
    InputAsked asked;
    if (content) {
        asked.prompt = valid_utf8(std::string{json::text(*content, "prompt")});
        asked.secret = json::boolean(*content, "password");
    }
    const auto began = sys::Clock::now();
    const auto line = host_.input && !stop.stop_requested() ? host_.input(asked, std::move(stop)) : std::nullopt;
    asked_for_ += sys::Clock::now() - began;
    // The protocol has no end of file; ipykernel takes this character for it.
    json::Writer reply;
    reply.object([&] { reply.field("value", line ? valid_utf8(*line) : std::string{"\x04"}); });
    link_->send(make_message(Channel::stdin_, "input_reply", reply.take(), session_, question.header));
}

void JupyterKernel::finish(const ChunkSink& sink)
{
    is_running_ = is_interrupting_ = false;
    yield_by_.reset();
    give_up_end_.reset();
    link_->drain(receiver(sink, stopped_token()));
    if (auto folder = link_->folder(); !folder.empty()) host_.folder = std::move(folder);  // where a fresh session starts
    link_->mark();
}

void JupyterKernel::show(const ChunkSink& sink, std::string text)
{
    if (text.empty()) return;
    is_at_line_start_ = text.back() == '\n';
    sink(output_chunk(std::move(text)));
}

// A line of our own among the output.
void JupyterKernel::tell(const ChunkSink& sink, std::string line)
{
    if (line.ends_with('\n')) line.pop_back();
    show(sink, cat(is_at_line_start_ ? "" : "\n", line, "\n"));
}

}  // namespace oi::kernel::jupyter
