// What the terminal frontend does about the session's events and its questions.
#include "frontend/terminal/driver.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/approval_lines.h"
#include "frontend/cost_line.h"
#include "frontend/terminal/approval_view.h"

namespace oi {

namespace {

const Style quiet{.colour = Colour::grey};
const Style edge{.colour = Colour::blue};
using Verdict = Decision::Verdict;

}  // namespace

void Driver::show(const Event& event)
{
    if (exit_code_) return;
    if (!waiting_.empty() || view_.is_drawing() || must_wait(event)) return waiting_.push_back(event);
    handle(event);
}

// Code may make a picture, so that is when the terminal is asked: mostly it has answered by the time that one comes.
bool Driver::must_wait(const Event& event)
{
    constexpr std::chrono::milliseconds answer_time{250};
    const auto* chunk = std::get_if<Chunk>(&event);
    if (!chunk || (chunk->type != Kind::code && chunk->type != Kind::image)) return false;
    written_ += view_.pictures().terminal().question();
    wait_end_ = Clock::now() + answer_time;
    return chunk->type == Kind::image && awaits_reply();
}

void Driver::release()
{
    view_.pictures().terminal().give_up();
    show_waiting();
}

void Driver::show_waiting()
{
    while (!waiting_.empty() && !view_.is_drawing()) {
        const Event event = std::move(waiting_.front());
        waiting_.pop_front();
        handle(event);
    }
}

void Driver::picture_made()
{
    if (exit_code_) return;
    view_.finish_drawing();
    show_waiting();
}

void Driver::handle(const Event& event)
{
    if (exit_code_) return;
    progress_.clear();
    std::visit([this](const auto& one) { on(one); }, event);
}

void Driver::on(const Reasoning& reasoning)
{
    countdown_.reset();
    is_thinking_ = true;
    view_.think(reasoning.text);
}

void Driver::on(const Chunk& chunk)
{
    if (chunk.role == Role::user) return chunk.mark == Mark::none ? said(chunk.content) : void();
    countdown_.reset();
    is_thinking_ = false;
    if (chunk.type == Kind::confirmation) {
        language_ = chunk.language;
        if (chunk.id == 0) begin_cell();
        if (view_.code().code() != chunk.content) view_.code().set_code(chunk.content);
    }
    if (is_active_line(chunk) && chunk.mark == Mark::none) {
        const int line = static_cast<int>(to_integer(chunk.content).value_or(0));
        if (line == 0) end_cell();
        else if (active_line_ == 0 && who_ != language_) begin_cell();
        active_line_ = line;
    }
    if (last_output_ && chunk.type == Kind::console && chunk.format == "output") last_output_ = Clock::now();
    view_.show(chunk);
}

void Driver::on(const Notice& notice)
{
    if (mode_ == Mode::prompt) written_ += editor_view_.erase();
    view_.finish();
    view_.note(notice.text, notice.level == Notice::Level::warning ? Style{.colour = Colour::yellow} : quiet);
}

void Driver::on(const Usage& usage) { turn_usage_ += usage; }

void Driver::on(const Countdown& countdown) { countdown_ = countdown; }

void Driver::on(const TurnDone& done)
{
    view_.finish();
    is_thinking_ = false;
    countdown_.reset();
    question_.reset();
    if (mode_ != Mode::busy) close_editor();
    mode_ = Mode::busy;
    const bool is_cancelled = done.error && done.error->kind == ErrorKind::cancelled;
    if (is_cancelled) {
        view_.note("Stopped.");
        queue_.insert(queue_.begin(), std::make_move_iterator(steering_.begin()), std::make_move_iterator(steering_.end()));
        for (auto& text : queue_) draft_.set_text(draft_.is_empty() ? text : cat(draft_.whole(), "\n", text));
        queue_.clear();
        steering_.clear();
    } else if (done.error) {
        view_.note(to_line(*done.error), {.colour = Colour::red});
    }
    if (const auto cost = cost_line(done.usage, done.conversation, session_.conversation().max_budget()); !cost.empty()) view_.note(cost);
    turn_usage_ = {};
    spent_ = done.conversation.cost;
    if (queue_.empty() && !is_cancelled) notify(done.error ? "ended with an error" : "done");
    if (options_.is_one_shot) return leave(oi::exit_code(done.error));
    is_stopping_ = false;
    if (!steering_.empty()) return go_on_with_late_words();
    mode_ = Mode::prompt;
    next_turn();
}

void Driver::on(const ApprovalAsked& asked)
{
    view_.finish();
    if (is_stopping_) return;
    if (!options_.can_ask) {
        session_.submit(Decide{asked.id, {.verdict = Verdict::nobody}});
        return;
    }
    notify("asks whether to run code");
    device_.discard_input();
    question_ = asked;
    mode_ = Mode::question;
    is_typing_ahead_ = true;  // if keys came until now
    if (!asked.warning.empty()) {
        screen_.page().set_margin(answer_margin());
        screen_.page().put(safe_line(asked.warning), {.colour = Colour::yellow});
        screen_.page().newline();
    }
    show_review(screen_.page(), asked, taught_.insert(asked.scope).second);
    ask();
}

void Driver::ask()
{
    Page& page = screen_.page();
    page.finish_line();
    page.set_wrap(Wrap::words);
    page.set_margin(answer_margin());
    if (question_->warning.empty()) {
        page.put("Run this in ");
        page.put(safe_line(question_->folder), {.colour = Colour::cyan});
        page.put("? ");
    } else {
        page.put("Go on? ");
    }
    page.put(cat("(", answer_keys(*question_), ") "), quiet);
}

void Driver::press_question(const Key& key)
{
    if (key == Key{Key::Kind::control, "c"}) return interrupt();
    if (key == Key{Key::Kind::control, "z"}) return device_.suspend();
    if (is_typing_ahead_) {
        draft_.feed(key);
        return;
    }
    if (key.kind != Key::Kind::text || key.text.size() != 1) return;  // a paste answers nothing
    const bool is_cell = question_->warning.empty();
    switch (key.text[0]) {
    case 'y':
    case 'Y': return answer("yes", {.verdict = Verdict::run});
    case 'n':
    case 'N':
        screen_.page().put("no");
        screen_.page().newline();
        line_.set_text("");
        mode_ = Mode::reason;
        return;
    case 'e':
    case 'E': return is_cell ? edit_cell() : void();
    case 'a':
    case 'A': return !question_->cause.empty() ? void() : answer("yes, and all that follows", {.verdict = Verdict::run_all});
    case 'l':
    case 'L':
        return !offers_language(*question_) ? void() : answer(cat("yes, and all ", question_->scope), {.verdict = Verdict::run_language});
    case 'p':
    case 'P':
        return !is_cell || !offers_commands(*question_)
                   ? void()
                   : answer(cat("yes, and always ", commands_text(question_->reading.prefixes)), {.verdict = Verdict::run_commands});
    case 's':
    case 'S': return !question_->can_scan ? void() : answer("scan", {.verdict = Verdict::scan});
    case '?': return explain();
    default: return;
    }
}

void Driver::answer(std::string_view word, Decision decision)
{
    screen_.page().put(word);
    screen_.page().newline();
    const bool runs = decision.verdict != Verdict::refuse && decision.verdict != Verdict::scan && decision.verdict != Verdict::edit;
    swallows_enter_ = runs;
    mode_ = Mode::busy;
    if (runs && question_->warning.empty()) begin_cell();
    else set_phase(model_name_);
    session_.submit(Decide{question_->id, std::move(decision)});
    question_.reset();
}

void Driver::finish_reason()
{
    const std::string reason = line_.take();
    mode_ = Mode::busy;
    set_phase(model_name_);
    session_.submit(Decide{question_->id, {.verdict = Verdict::refuse, .reason = std::string{trim(reason)}}});
    question_.reset();
}

// What was saved is read and scanned as the model's code was, and asked about.
void Driver::edit_cell()
{
    const Cell cell = question_->cell;
    auto edited = device_.edit(cell.code, cell.language);
    if (edited && *edited != cell.code) {
        answer("edit", {.verdict = Verdict::edit, .edited_code = *edited});
        view_.code().begin(cell.language, "edited");
        view_.code().feed(*edited);
        return view_.code().finish();
    }
    screen_.page().put("edit");
    screen_.page().newline();
    if (!edited) view_.note(to_line(edited.error()), {.colour = Colour::yellow});
    ask();
}

void Driver::explain()
{
    explain_answers(screen_.page(), *question_);
    ask();
}

void Driver::on(const InputAsked& asked)
{
    if (is_stopping_) return;
    if (!options_.can_ask) {
        session_.submit(Input{asked.id, {}});
        return;
    }
    notify("asks for a line");
    device_.discard_input();
    // The cell may have printed the prompt itself: it stands in the row in progress.
    const std::string printed = screen_.page().abandon_row();
    const std::string prompt = safe_line(asked.prompt);
    std::string words = printed;
    if (!std::string_view{trim(printed)}.ends_with(trim(prompt))) words += prompt;
    input_ = asked;
    input_printed_ = printed;
    input_prompt_ = {{"\xE2\x94\x8A ", quiet}, {words.empty() ? "? " : words}};
    if (!words.empty() && !words.ends_with(' ')) input_prompt_.back().text += ' ';
    line_.set_text("");
    mode_ = Mode::input;
}

void Driver::press_answer(const Key& key)
{
    using Outcome = LineEditor::Outcome;
    switch (line_.feed(key)) {
    case Outcome::submit:
    case Outcome::end_of_file:
        if (mode_ == Mode::input) return finish_input(key == Key{Key::Kind::control, "d"});
        close_editor();
        return finish_reason();
    case Outcome::interrupt: return interrupt();
    case Outcome::suspend: return device_.suspend();
    default: return;
    }
}

void Driver::finish_input(bool is_end_of_file)
{
    written_ += editor_view_.erase();  // the answer, and a question that was not printed, come back as the cell's output
    std::string line = line_.take();
    mode_ = Mode::busy;
    if (!input_printed_.empty()) view_.show(output_chunk(std::exchange(input_printed_, {})));
    session_.submit(Input{input_->id, is_end_of_file ? std::nullopt : std::optional{std::move(line)}});
    input_.reset();
}

}  // namespace oi
