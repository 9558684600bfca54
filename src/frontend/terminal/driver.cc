// Modes, keys and turns; the events are in driver_events.cc.
#include "frontend/terminal/driver.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "core/cost.h"
#include "frontend/magic/magic.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/status.h"
#include "sys/files.h"

#include <algorithm>
#include <utility>

namespace oi {

namespace {

using Outcome = LineEditor::Outcome;
constexpr std::chrono::seconds twice{1};  // two presses of Ctrl-C within it mean: leave
constexpr std::chrono::milliseconds typing_pause{300};
constexpr std::chrono::seconds patience{10};  // with a silent cell, before that is said

}  // namespace

Driver::Driver(Session& session, const TerminalOptions& options, sys::TerminalSize size, Abilities abilities, Device device)
    : session_{session},
      options_{options},
      device_{std::move(device)},
      screen_{size, abilities},
      view_{screen_.page()},
      editor_view_{abilities},
      window_{abilities, options.has_title, options.notify_after.count() > 0},
      display_{options.has_title, options.notify_after.count() > 0, options.pictures},
      history_{options.history_path},
      draft_{&history_},
      line_{nullptr, LineEditor::Lines::one},
      aids_{completion_names(), options.read_picture_size},
      model_name_{options.model_name}
{
}

void Driver::start()
{
    set_pictures();
    aids_.set_hints(options_.has_hints && window_.abilities().has_colour);
    view_.set_aside(device_.aside);
    for (const auto& line : options_.notes) view_.note(line);
    spent_ = session_.conversation().usage().cost;
    if (!options_.first_command.empty()) {
        show_message(options_.first_command);
        run_command(options_.first_command);
    }
    if (options_.first_message) {
        show_message(options_.first_message->content);
        begin_turn(*options_.first_message);
    }
}

void Driver::press(const Key& key)
{
    if (key.kind == Key::Kind::reply) return view_.pictures().terminal().hear(key.text);
    const auto now = last_act_ = Clock::now();
    // Somebody who types on while the question appears does not answer it: a pause shows that it was seen.
    is_typing_ahead_ = is_typing_ahead_ && now - last_key_ < typing_pause;
    if (mode_ == Mode::busy || is_typing_ahead_) last_key_ = now;
    const bool swallows = std::exchange(swallows_enter_, false);
    if (swallows && key.kind == Key::Kind::enter) return;
    switch (mode_) {
    case Mode::prompt: return press_prompt(key);
    case Mode::busy: return press_busy(key);
    case Mode::question: return press_question(key);
    case Mode::reason:
    case Mode::input: return press_answer(key);
    }
}

void Driver::press_prompt(const Key& key)
{
    if (aids_.press(key, draft_)) return;
    switch (draft_.feed(key)) {
    case Outcome::submit: {
        if (is_blank(draft_.text())) return;
        close_editor();
        submit(draft_.take());
        return;
    }
    case Outcome::end_of_file: return leave(0);
    case Outcome::interrupt: return interrupt_at_prompt();
    case Outcome::suspend: return device_.suspend();
    case Outcome::edit: return edit_draft();
    case Outcome::clear_screen: return clear_screen();
    case Outcome::none:
    case Outcome::changed: return;
    }
}

void Driver::press_busy(const Key& key)
{
    if (key == Key{Key::Kind::control, "c"}) return interrupt();
    if (countdown_) {
        countdown_->skip();
        countdown_.reset();
        return;
    }
    if (last_output_ && key == Key{Key::Kind::control, "b"}) return session_.submit(Background{});
    if (key.kind == Key::Kind::up && draft_.is_empty() && !queue_.empty()) return take_back();
    if (aids_.press(key, draft_)) return;
    switch (draft_.feed(key)) {
    case Outcome::submit: return enter_while_busy();
    case Outcome::edit: return edit_draft();
    case Outcome::suspend: return device_.suspend();
    default: return;
    }
}

void Driver::interrupt()
{
    const auto now = Clock::now();
    if (now - last_interrupt_ < twice) return leave(130);
    last_interrupt_ = now;
    is_stopping_ = has_stopped_turn_ = true;
    if (mode_ != Mode::busy) close_editor();
    question_.reset();
    countdown_.reset();
    mode_ = Mode::busy;
    session_.submit(Interrupt{});
}

void Driver::interrupt_at_prompt()
{
    const auto now = Clock::now();
    if (!draft_.is_empty()) {
        draft_.set_text("");
        return;
    }
    if (now - last_interrupt_ < twice) return leave(has_stopped_turn_ ? 130 : 0);
    has_stopped_turn_ = false;
    last_interrupt_ = now;
    hint("Ctrl-C again or Ctrl-D leaves.");
}

void Driver::hint(std::string_view text)
{
    written_ += editor_view_.erase();
    view_.note(text);
}

void Driver::clear_screen()
{
    written_ += editor_view_.erase();
    written_ += "\x1b[2J\x1b[H";
}

void Driver::edit_draft()
{
    auto edited = device_.edit(draft_.whole(), "markdown");
    if (edited) draft_.set_text(std::move(*edited));
    else hint(to_line(edited.error()));
}

// A line at the prompt, or one that has waited for the turn to end.
void Driver::submit(std::string text)
{
    history_.add(text);
    if (is_magic(text)) {
        run_command(text);
        return;
    }
    begin_turn(user(std::move(text)));
}

void Driver::run_command(const std::string& line)
{
    MagicContext context{.session = session_,
                         .say = [this](std::string_view text) { view_.note(text); },
                         .host = options_.magic,
                         .send =
                             [this](Say say) {
                                 show_message(say.message.content);
                                 enter_busy();
                                 session_.submit(std::move(say));
                             },
                         .page = device_.page,
                         .edit = device_.edit,
                         .tell_terminal = [this](std::string_view bytes) { written_ += bytes; },
                         .leave = [this] { leave(0); }};
    is_in_command_ = true;
    run_magic(line, context);
    is_in_command_ = false;
    show_as_set();
    if (exit_code_ || mode_ == Mode::busy) return;
    if (!session_.is_busy()) model_name_ = session_.conversation().model().name;
    else enter_busy();
    if (!context.working.empty()) set_phase(context.working);
}

void Driver::begin_turn(Message message)
{
    Say say = with_files(std::move(message));
    enter_busy();
    session_.submit(std::move(say));
}

void Driver::enter_busy()
{
    mode_ = Mode::busy;
    is_stopping_ = false;
    active_line_ = 0;
    last_act_ = Clock::now();
    budget_ = session_.conversation().max_budget();
    set_phase(model_name_);
}

void Driver::set_phase(std::string who)
{
    who_ = std::move(who);
    phase_start_ = Clock::now();
    last_output_.reset();
}

void Driver::begin_cell()
{
    set_phase(language_);
    last_output_ = phase_start_;
    view_.begin_cell();
}

void Driver::end_cell()
{
    const auto took = std::chrono::floor<std::chrono::seconds>(Clock::now() - phase_start_);
    if (last_output_ && !is_stopping_) view_.end_cell(took >= patience ? std::optional{took} : std::nullopt);
    set_phase(model_name_);
}

void Driver::next_turn()
{
    if (queue_.empty()) return;
    std::string text = std::move(queue_.front());
    queue_.pop_front();
    show_message(text);
    submit(std::move(text));
}

// A message that was not typed at the prompt, as if it had been.
void Driver::show_message(std::string_view text)
{
    Page& page = screen_.page();
    page.blank_line();
    page.set_wrap(Wrap::words);
    page.set_margin({{{"> ", {.bold = true}}}, {{"  "}}});
    constexpr std::size_t most_lines = 100, most_bytes = 8 * 1024;  // what is longer was pasted: its beginning will do
    const std::string_view shown = utf8_prefix(trim(text), most_bytes);
    const auto lines = split(shown, '\n');
    for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) {
        page.put(safe_line(lines[i]));
        page.newline();
        page.set_margin({{{"  "}}, {{"  "}}});
    }
    if (lines.size() > most_lines || shown.size() < trim(text).size()) view_.note(cat("... ", text.size() / 1024, " KB in all"));
}

Prompt Driver::prompt()
{
    switch (mode_) {
    case Mode::reason: return {{{"\xE2\x95\xB0 ", {.colour = Colour::blue}}, {"Tell the model why (Enter: nothing): "}}};
    case Mode::input: return {input_prompt_, input_ && input_->secret};
    default: return {{{"> ", {.bold = true}}}, false, aids_.rows(draft_, screen_.size().columns, takes_pictures()), aids_.hint(draft_)};
    }
}

// What was typed becomes part of the scroll-back.
void Driver::close_editor()
{
    if (!is_editing()) return;
    if (!editor_view_.is_drawn()) written_ += editor_view_.draw(active_editor(), prompt(), screen_.size());
    written_ += editor_view_.finish(active_editor(), prompt(), screen_.size());
    screen_.page().note_other_rows();
}

void Driver::resize(sys::TerminalSize size)
{
    screen_.resize(size);
    view_.pictures().resize(size);
    if (editor_view_.is_drawn()) editor_view_.reflow(size);
}

// The row in progress and the line that is typed are drawn anew behind what the other one writes.
std::string Driver::pause()
{
    std::string bytes = take();
    bytes += editor_view_.erase();
    return bytes + screen_.leave();
}

void Driver::redraw() { screen_.forget_status(); }

void Driver::leave(int code)
{
    if (exit_code_) return;
    if (is_editing()) {
        if (active_editor().is_empty() && mode_ == Mode::prompt) written_ += editor_view_.erase();
        else close_editor();
    }
    mode_ = Mode::busy;
    view_.finish();
    screen_.page().finish_line();
    if (const auto line = session_.conversation().farewell(); !line.empty()) view_.note(line);
    exit_code_ = code;
}

sys::Deadline Driver::deadline() const
{
    if (exit_code_) return {};
    const auto now = Clock::now();
    if (!waiting_.empty() && !view_.is_drawing()) return wait_end_;
    if (countdown_) return now + std::max(Clock::duration{1}, (countdown_->until - now) % std::chrono::seconds{1});
    if (mode_ != Mode::busy) return {};
    return phase_start_ + std::chrono::floor<std::chrono::seconds>(now - phase_start_) + std::chrono::seconds{1};
}

Spans Driver::status() const
{
    const int columns = screen_.size().columns;
    const auto now = Clock::now();
    if (countdown_) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(countdown_->until - now);
        return countdown_row(safe_line(countdown_->reason), std::max(left, std::chrono::seconds{0}), columns);
    }
    Status status{.who = safe_line(who_), .columns = columns};
    if (active_line_ > 0) {
        status.what = cat("line ", active_line_);
        if (options_.highlight_active_line) status.what += cat(": ", view_.code().line(active_line_));
    }
    if (is_thinking_) status.what = "thinking";
    if (!progress_.empty()) status.what = safe_line(progress_);
    if (is_stopping_) status.what = "stopping";
    status.elapsed = std::chrono::floor<std::chrono::seconds>(now - phase_start_);
    if (last_output_ && !is_stopping_) {
        const auto silent = std::chrono::floor<std::chrono::seconds>(now - *last_output_);
        if (silent >= patience) status.silent = silent;
        status.can_leave = status.elapsed >= patience;
    }
    status.typed = safe_line(draft_.shown());
    status.queued = queue_.size();
    status.steering = steering_.size();
    status.in_cell = last_output_.has_value();
    if (budget_ > 0) status.money = cat(dollars(spent_ + turn_usage_.cost), " of ", dollars(budget_));
    return status_row(status);
}

std::string Driver::take()
{
    if (!waiting_.empty() && !view_.is_drawing() && (!awaits_reply() || Clock::now() >= wait_end_)) release();
    std::string bytes = std::exchange(written_, {});
    const bool shows_status = mode_ == Mode::busy && !exit_code_;
    if (countdown_ && countdown_->until <= Clock::now()) countdown_.reset();
    screen_.set_status(shows_status ? status() : Spans{});
    if (is_editing() && !exit_code_ && !editor_view_.is_drawn()) {
        if (mode_ == Mode::prompt) screen_.page().blank_line();
    }
    bytes += screen_.take();
    bytes += window_bytes();
    if (is_editing() && !exit_code_) bytes += editor_view_.draw(active_editor(), prompt(), screen_.size());
    return bytes;
}

}  // namespace oi
