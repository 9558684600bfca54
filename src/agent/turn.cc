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
        const Steering& steering = conversation_.steering_;
        const bool has_words = steering.has_words();
        if (!has_code() && !has_words && goes_on()) continue;
        if (!has_code() && !has_words) return {};
        words_alone_ = 0;
        OI_TRY(const Next next, handle_all_code());
        if (next == Next::finish) return {};
    }
}

Result<void> Turn::go_on()
{
    OI_TRY(const Next next, handle_all_code());
    return next == Next::finish ? Result<void>{} : run();
}

Result<Turn::Next> Turn::handle_all_code()
{
    const Steering& steering = conversation_.steering_;
    while (has_code() && !steering.has_words()) {
        OI_TRY(const Next next, handle_code());
        if (next == Next::finish) return next;
        if (!steering.has_words()) replay_deferred();
    }
    return Next::ask_model;
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
    hear();
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
    if (!usage && usage.error().kind == ErrorKind::cancelled && conversation_.steering_.has_words() && !stop_.stop_requested())
        return cut_short(first);
    if (!usage) return resume(usage.error(), first);
    breaks_.clear();
    frontend_.show(*usage);
    return {};
}

Result<Usage> Turn::send(std::span<const Message> messages)
{
    std::vector<Message> sent(messages.begin(), messages.end());  // the transcript moves while the reply arrives
    if (words_alone_ > 0) sent.push_back(user(conversation_.options_.loop.told()));
    const Request request{
        .system = conversation_.options_.system_message, .messages = sent, .languages = conversation_.language_names_, .breaks = breaks_};
    has_whole_code_ = false;
    deferred_.clear();
    has_reply_ = false;
    const Steering::Going answer{conversation_.steering_, Steering::Going::What::answer, stop_};
    return conversation_.ask(
        request,
        [this](const Event& event) {
            const auto* chunk = std::get_if<Chunk>(&event);
            if (!chunk) return frontend_.show(event);
            has_reply_ = true;
            take(*chunk);
        },
        answer.stop());
}

// What the person has said meanwhile becomes part of the conversation.
void Turn::hear()
{
    for (auto& words : conversation_.steering_.take()) {
        for (auto& attached : words.attached) conversation_.add(std::move(attached));
        conversation_.add(words.message);
        show_said(words.message);
    }
}

// To all who watch, as the chunks of a message.
void Turn::show_said(const Message& message)
{
    Chunk chunk{.role = message.role, .type = message.type, .mark = Mark::start};
    frontend_.show(chunk);
    chunk.mark = Mark::none;
    chunk.content = message.content;
    frontend_.show(chunk);
    chunk.content.clear();
    chunk.mark = Mark::end;
    frontend_.show(chunk);
}

// The answer was stopped for the person's words. Its prose stays; half code is withdrawn, whole code stays as code that did not run.
Result<void> Turn::cut_short(std::size_t first)
{
    const bool is_code_half = !has_whole_code_ && has_code() && conversation_.messages().size() > first;
    if (is_code_half) {
        withdraw_last();
        frontend_.show(Notice{Notice::Level::withdrawn, "Stopped for your message: that code was not run."});
    }
    deferred_.clear();
    return ask_model();
}

void Turn::withdraw_last()
{
    const std::size_t kept = conversation_.messages().size() - 1;
    conversation_.transcript_.truncate(kept);
    conversation_.reported_ = std::min(conversation_.reported_, kept);
    conversation_.store_.truncate(conversation_.id_, kept);
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

// Loop mode: the model has not said that it is done. The words that tell it to go on are sent, not kept.
bool Turn::goes_on()
{
    const LoopMode& loop = conversation_.options_.loop;
    if (!loop.is_on || !loop.wants_more(conversation_.messages())) return false;
    if (++words_alone_ <= LoopMode::most_words_alone) return true;
    frontend_.show(Notice{Notice::Level::note, cat("Loop mode ends here: ", LoopMode::most_words_alone,
                                                   " times in a row the model neither ran code nor said that it is done.")});
    return false;
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
    const std::size_t result = conversation_.messages().size();
    OI_TRY(const Leave leave, get_leave(cell, *language));
    if (leave == Leave::refused) {
        const bool has_result = conversation_.messages().size() > result && conversation_.messages()[result].role == Role::computer;
        return has_result ? check_loop(cell, result) : Next::ask_model;
    }
    OI_CHECK(let_change(cell));
    OI_TRY(const Next next, run_cell(cell, *language));
    if (auto note = std::exchange(scan_note_, {}); !note.empty())
        conversation_.add({Role::computer, Kind::console, "output", std::move(note), "assistant"});
    return next;
}

// The program that drives us may look at a cell before it runs.
Result<void> Turn::let_change(Cell& cell)
{
    if (!conversation_.options_.before_cell) return {};
    OI_TRY(const auto other, conversation_.options_.before_cell(cell, stop_));
    OI_CHECK(stopped());
    if (other && *other != cell.code) replace_code(cell, *other);
    return {};
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
    constexpr const char* warning = "The model has run the same code three times with the same result.";
    OI_TRY(const Decision decision, ask({.cell = cell, .folder = conversation_.options_.folder, .warning = warning}));
    if (decision.verdict == Decision::Verdict::nobody) return fail(ErrorKind::denied, warning, "run it in a terminal to decide");
    if (decision.verdict == Decision::Verdict::run_all) conversation_.options_.auto_run = true;
    loop_guard_.forget();
    if (decision.verdict != Decision::Verdict::refuse) return Next::ask_model;
    if (is_blank(decision.reason)) return Next::finish;
    conversation_.add(user(std::string{trim(decision.reason)}));
    return Next::ask_model;
}

}  // namespace oi
