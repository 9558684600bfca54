// The plain frontend's loop; see plain_frontend.h.
#include "frontend/plain/plain_frontend.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/approval_lines.h"
#include "frontend/cost_line.h"
#include "frontend/magic/magic.h"
#include "frontend/multi_line.h"
#include "frontend/plain/plain_view.h"
#include "frontend/terminal/external_editor.h"
#include "sys/files.h"
#include "sys/signals.h"
#include "sys/terminal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <deque>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace oi {

namespace {

using namespace std::chrono_literals;
using Verdict = Decision::Verdict;
constexpr auto frame = 5ms;  // events that follow one another this closely are written together
constexpr auto twice = 1s;   // two interrupts within it mean: leave

class PlainLoop {
public:
    PlainLoop(Session& session, sys::Wakeup& events, const PlainOptions& options)
        : session_{session},
          events_{events},
          options_{options},
          has_person_{options.can_ask && sys::is_terminal(options.input)},
          is_interactive_{!options.is_one_shot && sys::is_terminal(options.input)},
          view_{sys::is_terminal(options.output) ? SafeText::Level::terminal : SafeText::Level::file}
    {
    }

    int run()
    {
        if (!options_.first_command.empty()) run_first_command();
        else if (options_.first_message) say(*options_.first_message, options_.attaches_files);
        else if (!is_interactive_) return 0;
        else prompt();
        while (!exit_code_) step();
        set_line_mode(ECHO | ICANON, true);
        write();
        return *exit_code_;
    }

private:
    bool reads_input() const { return has_person_ || is_interactive_; }

    void step()
    {
        const bool is_paused = sys::Clock::now() < next_frame_;
        std::array<pollfd, 3> ready{{{is_paused ? -1 : events_.fd(), POLLIN, 0},
                                     {signals_.fd(), POLLIN, 0},
                                     {reads_input() && !is_at_end_ ? options_.input : -1, POLLIN, 0}}};
        sys::wait(ready, is_paused ? sys::Deadline{next_frame_} : sys::Deadline{});
        if (ready[1].revents) take_signals();
        if (ready[2].revents) read_lines();
        if (ready[0].revents) take_events();
    }

    void take_events()
    {
        events_.clear();
        for (const Event& event : session_.take()) {
            if (exit_code_) return;
            std::visit([this](const auto& one) { on(one); }, event);
        }
        write();
        next_frame_ = sys::Clock::now() + frame;
    }

    void on(const Chunk& chunk)
    {
        end_thought();
        view_.show(chunk, out_);
        if (chunk.type != Kind::console || chunk.format != "output") return;
        const auto line_start = chunk.content.rfind('\n');
        if (line_start != std::string::npos) last_line_.clear();
        last_line_ += chunk.content.substr(line_start + 1);
    }
    void on(const Usage&) {}
    // Line by line, because the trace is written to the same place.
    void on(const Reasoning& reasoning)
    {
        if (!options_.shows_thoughts) return;
        safe_thought_.feed(reasoning.text, thought_);
        const auto end = thought_.rfind('\n') + 1;
        complain(std::string_view{thought_}.substr(0, end));
        thought_.erase(0, end);
    }
    void end_thought()
    {
        if (!thought_.empty()) complain(cat(std::exchange(thought_, {}), "\n"));
    }
    void on(const Notice& notice)
    {
        const bool is_at_prompt = is_interactive_ && !is_busy_;
        if (is_at_prompt) complain("\n");
        tell(notice.text);
        if (is_at_prompt) prompt();
    }
    void say_farewell()
    {
        if (const auto line = session_.conversation().farewell(); !line.empty()) tell(line);
    }
    void on(const Progress&) {}
    void on(const Countdown& countdown)
    {
        const auto left = std::chrono::round<std::chrono::seconds>(countdown.until - sys::Clock::now()).count();
        std::string_view reason = countdown.reason;
        if (reason.ends_with('.')) reason.remove_suffix(1);
        tell(cat(reason, "; trying again in ", std::max<long long>(left, 1), " s"));
    }
    void on(const ApprovalAsked& asked)
    {
        if (!has_person_) return session_.submit(Decide{asked.id, {.verdict = Verdict::nobody}});
        question_ = asked;
        if (!asked.warning.empty()) tell(asked.warning);
        for (const auto& line : approval_lines(asked)) tell(line);
        ask();
    }
    void on(const InputAsked& asked)
    {
        if (!has_person_) return session_.submit(Input{asked.id, {}});
        input_ = asked;
        ::tcflush(options_.input, TCIFLUSH);
        write();
        const auto prompt = trim(asked.prompt);
        const bool is_printed = !prompt.empty() && std::string_view{trim(last_line_)}.ends_with(prompt);
        if (!is_printed || !sys::is_terminal(options_.output)) complain(safe_line(asked.prompt));
        if (asked.secret) set_echo(false);
    }
    void on(const TurnDone& done)
    {
        stop_awaiting_key();
        question_.reset();
        input_.reset();
        end_thought();
        view_.finish_line(out_);
        write();
        const auto cost = cost_line(done.usage, done.conversation, session_.conversation().max_budget());
        if (options_.shows_cost && !cost.empty()) complain(cat(cost, "\n"));
        if (done.error && done.error->kind != ErrorKind::cancelled) complain(cat("interpreter: ", safe_line(to_line(*done.error)), "\n"));
        if (!is_interactive_) {
            exit_code_ = exit_code_.value_or(oi::exit_code(done.error));
            return say_farewell();
        }
        next();
    }

    void say(Message message, bool attaches)
    {
        const auto files = attaches ? attachments_.of(message.content) : std::vector<Attachment>{};
        const bool takes_pictures = session_.conversation().model().supports_vision;
        if (!files.empty()) tell(cat("attached: ", describe(files, takes_pictures)));
        is_busy_ = true;
        session_.submit(Say{std::move(message), as_messages(files, takes_pictures)});
    }

    void next()
    {
        is_busy_ = false;
        while (!is_busy_ && !lines_.empty()) {
            const std::string line = std::exchange(lines_.front(), {});
            lines_.pop_front();
            take_message(line);
        }
        if (!is_busy_ && is_at_end_) exit_code_ = 0;
        if (!is_busy_ && !exit_code_) prompt();
    }

    void take_message(const std::string& typed)
    {
        message_ += message_.empty() ? typed : cat("\n", typed);
        if (!open_mark(message_).empty() && !is_at_end_) return;
        const std::string line = without_quotes(std::exchange(message_, {}));
        if (is_blank(line)) return;
        if (is_magic(line)) {
            run_command(line);
            return;
        }
        say(user(line), true);
    }

    // Whether it could do what it was asked.
    bool run_command(const std::string& line)
    {
        MagicContext context{.session = session_,
                             .say = [this](std::string_view text) { tell(text); },
                             .host = options_.magic,
                             .send =
                                 [this](Say say) {
                                     tell(cat("> ", say.message.content));
                                     session_.submit(std::move(say));
                                 },
                             .page = [this](const std::vector<std::string>& paths) { return print(paths); },
                             .edit = edit_outside,
                             .leave = [this] { exit_code_ = 0; }};
        run_magic(line, context);
        is_busy_ = session_.is_busy();
        return !context.has_failed;
    }

    void run_first_command()
    {
        const bool is_done = run_command(options_.first_command);
        if (is_busy_) return;
        if (!is_interactive_) exit_code_ = is_done ? 0 : 1;
        else if (!exit_code_) prompt();
    }

    // Files as they are, but for what a terminal would act on.
    Result<void> print(const std::vector<std::string>& paths)
    {
        SafeText safe{sys::is_terminal(options_.output) ? SafeText::Level::terminal : SafeText::Level::file};
        for (const auto& path : paths) {
            OI_TRY(const auto text, sys::read_file(path));
            safe.feed(valid_utf8(text), out_);
        }
        if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
        write();
        return {};
    }

    void read_lines()
    {
        char bytes[4096];
        const ssize_t got = ::read(options_.input, bytes, sizeof bytes);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
        if (got <= 0) return end_of_input();
        if (awaits_key_) return take_first_key({bytes, static_cast<std::size_t>(got)});
        take_typed({bytes, static_cast<std::size_t>(got)});
    }

    // The key that answers needs no Enter; anything else begins a line. What comes in one read is a paste.
    void take_first_key(std::string_view bytes)
    {
        constexpr char control_d = '\x04';
        stop_awaiting_key();
        if (bytes.size() == 1 && bytes[0] == control_d) return end_of_input();
        const bool is_answer = bytes.size() == 1 && std::string_view{"yYaAlLpPsS"}.find(bytes[0]) != std::string_view::npos;
        if (is_answer) complain("\n");
        take_typed(is_answer ? cat(bytes, "\n") : std::string{bytes});
    }

    void take_typed(std::string_view bytes)
    {
        typed_.append(bytes);
        for (auto end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
            const std::string line = valid_utf8(typed_.substr(0, end));
            typed_.erase(0, end + 1);
            take_line(line);
        }
    }

    void take_line(const std::string& line)
    {
        if (input_) return answer_input(line);
        if (question_) return answer_question(trim(line));
        lines_.push_back(line);
        if (!is_busy_) next();
    }

    void end_of_input()
    {
        if (input_) return answer_input({});  // in a terminal, Ctrl-D ends one line, not the program
        is_at_end_ = true;
        if (question_) decide({.verdict = Verdict::nobody});
        if (is_busy_) return;
        if (!message_.empty()) {
            lines_.emplace_back();
            return next();
        }
        exit_code_ = 0;
        say_farewell();
    }

    void answer_input(std::optional<std::string> line)
    {
        if (input_->secret) set_echo(true);
        session_.submit(Input{std::exchange(input_, {})->id, std::move(line)});
    }

    // "y", "n", "n because it is wrong", "a".
    void answer_question(std::string_view line)
    {
        const auto space = std::min(line.find(' '), line.size());
        const std::string word = lower(line.substr(0, space));
        if (word == "y" || word == "yes") return decide({.verdict = Verdict::run});
        const bool is_cell = question_->warning.empty();
        if ((word == "a" || word == "all") && question_->cause.empty()) return decide({.verdict = Verdict::run_all});
        if ((word == "l" || word == "language") && is_cell && offers_language(*question_))
            return decide({.verdict = Verdict::run_language});
        if ((word == "p" || word == "commands") && is_cell && offers_commands(*question_))
            return decide({.verdict = Verdict::run_commands});
        if ((word == "s" || word == "scan") && question_->can_scan) return decide({.verdict = Verdict::scan});
        if (word == "n" || word == "no") return decide({.verdict = Verdict::refuse, .reason = std::string{trim(line.substr(space))}});
        ask();
    }

    void decide(Decision decision) { session_.submit(Decide{std::exchange(question_, {})->id, std::move(decision)}); }

    void ask()
    {
        ::tcflush(options_.input, TCIFLUSH);
        typed_.clear();
        write();
        complain(question_->warning.empty() ? cat("Run this in ", safe_line(question_->folder), "? (", plain_answers(*question_), ") ")
                                            : std::string{"Go on? (y, n, n WHY, a: always) "});
        awaits_key_ = true;
        set_line_mode(ICANON, false);
    }

    void stop_awaiting_key()
    {
        if (std::exchange(awaits_key_, false)) set_line_mode(ICANON, true);
    }

    void take_signals()
    {
        while (const auto number = signals_.next()) {
            if (*number != SIGINT) {
                exit_code_ = 128 + *number;
                continue;
            }
            const auto now = sys::Clock::now();
            if (now - last_interrupt_ < twice) exit_code_ = 130;
            else if (is_busy_) session_.submit(Interrupt{});
            else tell("Ctrl-C again or Ctrl-D leaves.");
            last_interrupt_ = now;
        }
    }

    void prompt()
    {
        write();
        complain(message_.empty() ? "> " : ". ");
    }

    void tell(std::string_view line)
    {
        end_thought();
        view_.finish_line(out_);
        write();
        complain(cat(safe_line(line), "\n"));
    }

    void complain(std::string_view text) { ignore(sys::write_all(options_.errors, text), "there is nobody left to tell"); }

    void set_echo(bool is_on) { set_line_mode(ECHO, is_on); }

    void set_line_mode(tcflag_t flags, bool is_on) const
    {
        termios mode{};
        if (!has_person_ || ::tcgetattr(options_.input, &mode) != 0) return;
        if (is_on) mode.c_lflag |= flags;
        else mode.c_lflag &= ~flags;
        ::tcsetattr(options_.input, TCSADRAIN, &mode);
    }

    void write()
    {
        const std::string bytes = std::exchange(out_, {});
        if (bytes.empty() || sys::write_all(options_.output, bytes)) return;
        session_.submit(Interrupt{});
        exit_code_ = 1;
    }

    Session& session_;
    sys::Wakeup& events_;
    const PlainOptions& options_;
    sys::Signals signals_{SIGINT, SIGTERM, SIGHUP};
    bool has_person_;
    bool is_interactive_;
    PlainView view_;
    Attachments attachments_{options_.read_picture_size};
    SafeText safe_thought_;
    std::string thought_;  // its last line, as far as it has come
    std::string out_;
    std::string typed_;
    std::string message_;  // of several lines, not whole yet
    std::deque<std::string> lines_;
    std::optional<ApprovalAsked> question_;
    std::optional<InputAsked> input_;
    std::string last_line_;  // of a cell's output
    std::optional<int> exit_code_;
    sys::Clock::time_point next_frame_{};
    sys::Clock::time_point last_interrupt_{};
    bool awaits_key_ = false;
    bool is_busy_ = false;
    bool is_at_end_ = false;
};

}  // namespace

int run_plain(Session& session, sys::Wakeup& events, const PlainOptions& options) { return PlainLoop{session, events, options}.run(); }

}  // namespace oi
