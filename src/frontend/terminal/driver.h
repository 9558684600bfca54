// Driver: what the terminal frontend does about each key, event and second. It owns no descriptor, so that tests can
// press keys and read the bytes that come out.
#pragma once

#include "core/event.h"
#include "frontend/terminal/draft_aids.h"
#include "frontend/terminal/editor_view.h"
#include "frontend/terminal/screen.h"
#include "frontend/terminal/terminal_frontend.h"
#include "frontend/terminal/transcript_view.h"
#include "frontend/terminal/window.h"

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace oi {

// What only the owner of the terminal can do.
struct Device {
    // Lets the person edit a text in their own editor; the terminal is theirs meanwhile.
    std::function<Result<std::string>(std::string_view text, std::string_view language)> edit;
    std::function<void()> suspend;                   // Ctrl-Z
    std::function<void()> discard_input;             // keys that were pressed but not read yet
    std::function<bool(std::string_view)> notify{};  // by the desktop itself; false: the terminal has to
    // Shows files in the person's pager; the terminal is theirs meanwhile.
    std::function<Result<void>(const std::vector<std::string>& paths)> page{};
    // Runs work on a thread of its own, then calls Driver::picture_made() on ours; empty: all is done on ours.
    TranscriptView::Aside aside{};
};

class Driver {
public:
    using Clock = sys::Clock;

    Driver(Session& session, const TerminalOptions& options, sys::TerminalSize size, Abilities abilities, Device device);

    void start();
    void press(const Key& key);
    void show(const Event& event);
    // The work that was given to Device::aside is done.
    void picture_made();
    // The terminal was asked something and may still answer.
    bool awaits_reply() const { return view_.pictures().terminal().is_waiting(); }
    void resize(sys::TerminalSize size);
    // Somebody else gets the terminal, once these bytes are written.
    std::string pause();
    void redraw();         // and has had it
    std::string lend();    // bytes that are due before somebody else has the terminal
    std::string borrow();  // and when it is ours, at first or again
    void set_background(Ground background);
    void set_focus(bool is_focused) { is_focused_ = is_focused; }
    void leave(int code);  // ends the page cleanly

    // When something is to be shown though nothing happens: the next second of a running turn.
    sys::Deadline deadline() const;
    // The bytes that bring the terminal up to date.
    std::string take();
    // A single key decides now: text must come one character a press.
    bool takes_single_keys() const { return mode_ == Mode::question; }
    std::optional<int> exit_code() const { return exit_code_; }

private:
    enum class Mode : unsigned char { prompt, busy, question, reason, input };

    // Keys, by mode.
    void press_prompt(const Key& key);
    void press_busy(const Key& key);
    void press_question(const Key& key);
    void press_answer(const Key& key);
    void interrupt();
    void interrupt_at_prompt();
    void edit_draft();
    void enter_while_busy();
    bool steer();
    void take_back();
    void go_on_with_late_words();
    void clear_screen();

    // Turns.
    void submit(std::string text);
    void run_command(const std::string& line);
    void begin_turn(Message message);
    Say with_files(Message message);
    CompletionNames completion_names() const;
    void next_turn();
    void enter_busy();
    void show_message(std::string_view text);
    void hint(std::string_view text);

    // Events. While the terminal is asked what it can do, a picture waits for the answer, and what comes behind it too; so does what
    // comes behind a picture that is being made.
    void handle(const Event& event);
    bool must_wait(const Event& event);
    void release();
    void show_waiting();
    void on(const Chunk& chunk);
    void on(const ApprovalAsked& asked);
    void on(const InputAsked& asked);
    void on(const Usage& usage);
    void on(const Reasoning& reasoning);
    void on(const Notice& notice);
    void on(const Progress& progress) { progress_ = progress.text; }
    void on(const Countdown& countdown);
    void said(std::string_view text);
    void on(const TurnDone& done);

    // The question of approval.
    void ask();
    void answer(std::string_view word, Decision decision);
    void edit_cell();
    void explain();
    void finish_reason();
    void finish_input(bool is_end_of_file);

    bool is_editing() const { return !is_in_command_ && (mode_ == Mode::prompt || mode_ == Mode::reason || mode_ == Mode::input); }
    const LineEditor& active_editor() const { return mode_ == Mode::prompt ? draft_ : line_; }
    Prompt prompt();
    bool takes_pictures();
    void close_editor();
    Spans status() const;
    std::string window_bytes();
    void show_as_set();
    void set_pictures();
    void notify(std::string_view what);
    void set_phase(std::string who);
    void begin_cell();
    void end_cell();

    Session& session_;
    const TerminalOptions& options_;
    Device device_;
    Screen screen_;
    TranscriptView view_;
    EditorView editor_view_;
    Window window_;
    struct Display {
        bool has_title = false;
        bool notifies = false;
        std::string pictures{};
        bool operator==(const Display&) const = default;
    };
    Display display_;  // what of the options is in force
    History history_;
    LineEditor draft_;  // the message being typed, also while the model works
    LineEditor line_;   // an answer that is one line
    DraftAids aids_;
    std::deque<std::string> queue_;     // messages that wait for the turn to end
    std::deque<std::string> steering_;  // words on their way into the running turn
    std::string written_;               // bytes that the editor produced
    Mode mode_ = Mode::prompt;
    bool is_in_command_ = false;  // a % command runs: an editor or a pager may have the terminal
    std::optional<int> exit_code_;

    std::deque<Event> waiting_;   // for the terminal's answer,
    Clock::time_point wait_end_;  // no longer than until then

    std::optional<ApprovalAsked> question_;
    std::set<std::string> taught_;  // languages whose key was named
    std::optional<InputAsked> input_;
    std::string input_printed_;  // what the cell itself had printed of the question
    Spans input_prompt_;
    std::optional<Countdown> countdown_;
    std::string progress_;         // of what comes before the answer
    bool swallows_enter_ = false;  // right after an answer by one key
    std::string model_name_;       // as the status row shows it
    std::string who_;              // works now
    std::string language_;
    int active_line_ = 0;
    std::optional<Clock::time_point> last_output_;  // of the cell that runs, or its start; nullopt: none runs
    bool is_thinking_ = false;                      // the model's last words were thoughts
    Clock::time_point phase_start_;
    Clock::time_point last_key_;  // pressed while something ran
    Clock::time_point last_interrupt_;
    Clock::time_point last_act_;    // of the person: a key, a message
    bool is_focused_ = true;        // as far as the terminal says
    bool is_typing_ahead_ = false;  // the keys of now belong to what was typed before the question came
    Usage turn_usage_;              // of the running turn
    double spent_ = 0;              // dollars, before it
    double budget_ = 0;             // dollars; 0: none
    bool is_stopping_ = false;
    bool has_stopped_turn_ = false;  // by the last Ctrl-C
    bool takes_pictures_ = false;    // the model, as known before the turn
};

}  // namespace oi
