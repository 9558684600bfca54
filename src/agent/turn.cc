// The loop: ask the model, run its code (run_cell.cc), until it has no more.
#include "agent/turn.h"

#include "agent/outgoing.h"
#include "base/text.h"

#include <algorithm>

namespace oi {

Result<void> Turn::run()
{
    for (;;) {
        OI_CHECK(ask_model());
        if (!has_code()) return {};
        while (has_code()) {
            OI_TRY(const Next next, handle_code());
            if (next == Next::finish) return {};
            replay_deferred();
        }
    }
}

Result<void> Turn::stopped() const
{
    if (stop_.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
    return {};
}

// The model's side: one request, its reply into the transcript.
Result<void> Turn::ask_model()
{
    OI_CHECK(stopped());
    conversation_.tell_of_jobs(frontend_);
    conversation_.save(frontend_);
    const std::size_t first = conversation_.messages().size();
    Outgoing outgoing{conversation_, frontend_, stop_};
    OI_CHECK(outgoing.prepare());
    const long window = outgoing.window();
    auto usage = send(outgoing.messages());
    if (!usage && usage.error().kind == ErrorKind::context_overflow && !has_reply_) {
        OI_TRY(const bool is_shorter, outgoing.shorten(window));
        if (is_shorter) usage = send(outgoing.messages());
    }
    conversation_.close(frontend_);
    if (!usage) return resume(usage.error(), first);
    breaks_.clear();
    frontend_.show(*usage);
    return {};
}

Result<Usage> Turn::send(std::span<const Message> messages)
{
    const std::vector<Message> sent(messages.begin(), messages.end());  // the transcript moves while the reply arrives
    const Request request{
        .system = conversation_.options_.system_message, .messages = sent, .languages = conversation_.language_names_, .breaks = breaks_};
    has_whole_code_ = false;
    deferred_.clear();
    has_reply_ = false;
    return conversation_.ask(
        request,
        [this](const Event& event) {
            const auto* chunk = std::get_if<Chunk>(&event);
            if (!chunk) return frontend_.show(event);
            has_reply_ = true;
            take(*chunk);
        },
        stop_);
}

// A piece of the reply. What comes after the first whole piece of code waits until that has run.
void Turn::take(const Chunk& chunk)
{
    if (has_whole_code_) {
        deferred_.push_back(chunk);
        return;
    }
    const bool ends_code = has_code() && (chunk.type != Kind::code || is_end_mark(chunk));
    if (ends_code) {
        has_whole_code_ = true;
        conversation_.close(frontend_);
        if (!is_end_mark(chunk)) deferred_.push_back(chunk);
        return;
    }
    if (chunk.type == Kind::code) warm(chunk);
    conversation_.emit(chunk, frontend_);
}

void Turn::replay_deferred()
{
    const bool is_blank_rest = std::all_of(deferred_.begin(), deferred_.end(), [](const Chunk& chunk) {
        return is_end_mark(chunk) || (chunk.type == Kind::message && is_blank(chunk.content));
    });
    auto rest = std::exchange(deferred_, {});
    has_whole_code_ = false;
    if (is_blank_rest) return;
    for (const auto& chunk : rest) take(chunk);
    conversation_.close(frontend_);
}

// Starts the kernel while its code is still arriving.
void Turn::warm(const Chunk& chunk)
{
    if (const Language* language = find_language(conversation_.languages_, chunk.format))
        ignore(conversation_.kernel(*language), "the run itself reports why a kernel does not start");
}

bool Turn::has_code() const
{
    const auto& messages = conversation_.messages();
    return !messages.empty() && messages.back().type == Kind::code && messages.back().role == Role::assistant;
}

Result<Turn::Next> Turn::handle_code()
{
    Cell cell{conversation_.messages().back().format, conversation_.messages().back().content};
    const Language* language = find_language(conversation_.languages_, cell.language);
    if (!language) {
        const std::string names = join(conversation_.language_names_, ", ");
        // What comes under the tool's own name is a call that could not be read.
        say_output(cell.language == "execute"
                       ? cat("This call could not be read, so nothing was run. Call `execute` again, with `language` (", names,
                             ") and `code`, as valid JSON.")
                       : cat("`", cell.language, "` disabled or not supported. Languages here: ", names, "."));
        return check_loop(cell, conversation_.messages().size() - 1);
    }
    if (is_blank(cell.code)) {
        say_output("The code was empty: nothing was run.");
        return check_loop(cell, conversation_.messages().size() - 1);
    }
    if (conversation_.options_.auto_run) {
        show_confirmation(cell, 0);
    } else {
        OI_TRY(const Decision decision, approve(cell, ""));
        if (decision.verdict == Decision::Verdict::refuse) {
            refuse(decision);
            return Next::ask_model;
        }
        if (decision.edited_code) cell.code = *decision.edited_code;
    }
    return run_cell(cell, *language);
}

void Turn::show_confirmation(const Cell& cell, int id)
{
    conversation_.emit({.role = Role::computer,
                        .type = Kind::confirmation,
                        .format = "execution",
                        .content = cell.code,
                        .language = cell.language,
                        .id = id},
                       frontend_);
}

Result<Decision> Turn::approve(const Cell& cell, std::string warning)
{
    const int id = ++conversation_.last_question_;
    show_confirmation(cell, id);
    ApprovalAsked question{.id = id, .cell = cell, .folder = conversation_.options_.folder, .warning = std::move(warning)};
    Decision decision = frontend_.approve(question, stop_);
    OI_CHECK(stopped());
    if (decision.verdict == Decision::Verdict::nobody)
        return fail(ErrorKind::denied, question.warning.empty() ? "code wants to run and nobody is there to approve it" : question.warning,
                    question.warning.empty() ? "-y runs code without asking" : "run it in a terminal to decide");
    if (decision.verdict == Decision::Verdict::run_all) conversation_.options_.auto_run = true;
    if (decision.verdict != Decision::Verdict::refuse && decision.edited_code && question.warning.empty()) {
        conversation_.transcript_.replace_last(*decision.edited_code);
        conversation_.store_.replace_last(conversation_.id_, *decision.edited_code);
    }
    return decision;
}

void Turn::refuse(const Decision& decision)
{
    deferred_.clear();
    std::string words{refusal};
    if (!is_blank(decision.reason)) words += cat(" ", trim(decision.reason));
    conversation_.add(user(std::move(words)));
}

void Turn::say_output(std::string text)
{
    conversation_.emit(output_chunk(std::move(text)), frontend_);
    conversation_.close(frontend_);
}

// The same code with the same result: said to the model the second time, asked about the third time.
Result<Turn::Next> Turn::check_loop(const Cell& cell, std::size_t first_result)
{
    std::string result;
    const auto& messages = conversation_.messages();
    for (std::size_t i = first_result; i < messages.size(); ++i) result += messages[i].content + "\n";
    const int count = loop_guard_.count(cell, result);
    if (count == 2) {
        conversation_.add({Role::computer, Kind::console, "output",
                           "Note: this very code has run before with this very result. Do something else, or say what is in the way.",
                           "assistant"});
    }
    if (count < 3) return Next::ask_model;
    OI_TRY(const Decision decision, approve(cell, "The model has run the same code three times with the same result."));
    loop_guard_.forget();
    if (decision.verdict != Decision::Verdict::refuse) return Next::ask_model;
    if (is_blank(decision.reason)) return Next::finish;
    conversation_.add(user(std::string{trim(decision.reason)}));
    return Next::ask_model;
}

}  // namespace oi
