// The terminal frontend's loop: descriptors in, keys and events to the driver, bytes out.
#include "frontend/terminal/terminal_frontend.h"

#include "agent/session.h"
#include "frontend/plain/plain_frontend.h"
#include "frontend/terminal/desktop_notifier.h"
#include "frontend/terminal/driver.h"
#include "frontend/terminal/external_editor.h"
#include "frontend/terminal/pager.h"
#include "frontend/terminal/terminal_reports.h"
#include "sys/files.h"
#include "sys/signals.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/ioctl.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

namespace oi {

namespace {

using namespace std::chrono_literals;
constexpr auto frame = 5ms;          // events that follow one another this closely are shown together
constexpr auto most_patience = 1s;   // with a terminal that may answer what it was asked at the start
constexpr auto late_answer = 100ms;  // at the end, with such an answer
constexpr auto escape_pause = 30ms;  // an escape byte with nothing behind it for so long is the Escape key

class Loop {
public:
    Loop(Session& session, sys::Wakeup& events, const TerminalOptions& options)
        : session_{session},
          events_{events},
          options_{options},
          mode_{options.input, options.output},
          abilities_{Abilities::of_environment()},
          driver_{session, options, sys::terminal_size(options.output), abilities_, device()}
    {
        note_type_ahead();
    }

    int run()
    {
        driver_.start();
        write(driver_.borrow());
        ask_for_background();
        while (!driver_.exit_code()) {
            write(driver_.take());
            if (!driver_.exit_code()) step();
        }
        write(driver_.take() + driver_.lend());
        take_late_answer();
        await_reply();
        return *driver_.exit_code();
    }

private:
    Device device()
    {
        return {.edit = [this](std::string_view text, std::string_view language) { return edit(text, language); },
                .suspend = [this] { suspend(); },
                .discard_input = [this] { discard_input(); },
                .notify = [this](std::string_view text) { return abilities_.notifier == Notifier::bell && desktop_.notify(text); },
                .page = [this](const std::vector<std::string>& paths) { return page(paths); },
                .aside = [this](std::function<void(std::stop_token)> work) { run_aside(std::move(work)); }};
    }

    // One at a time: the driver asks for the next only when this has ended.
    void run_aside(std::function<void(std::stop_token)> work)
    {
        aside_ = std::jthread{[this, work = std::move(work)](std::stop_token stop) {
            work(std::move(stop));
            aside_done_.notify();
        }};
    }

    void take_picture()
    {
        aside_done_.clear();
        driver_.picture_made();
    }

    // Of what has come only the terminal's own words count.
    void discard_input()
    {
        std::array<pollfd, 1> ready{{{options_.input, POLLIN, 0}}};
        while (driver_.awaits_reply() && sys::wait(ready, sys::Clock::now()) == sys::Woke::ready && ready[0].revents & POLLIN) {
            char bytes[65536];
            const ssize_t got = ::read(options_.input, bytes, sizeof bytes);
            if (got <= 0) break;
            for (const Key& key : keys_.feed(take_reports({bytes, static_cast<std::size_t>(got)})))
                if (key.kind == Key::Kind::reply) driver_.press(key);
        }
        ::tcflush(options_.input, TCIFLUSH);
        keys_.clear();
    }

    // What the terminal still answers must not become the shell's input.
    void await_reply()
    {
        std::array<pollfd, 1> ready{{{options_.input, POLLIN, 0}}};
        const auto deadline = sys::Clock::now() + 100ms;
        while (driver_.awaits_reply() && !is_gone_ && sys::wait(ready, deadline) == sys::Woke::ready) read_keys();
    }

    void step()
    {
        const auto now = sys::Clock::now();
        const bool is_paused = now < next_frame_;
        std::array<pollfd, 4> ready{{{options_.input, POLLIN, 0},
                                     {signals_.fd(), POLLIN, 0},
                                     {is_paused ? -1 : events_.fd(), POLLIN, 0},
                                     {aside_done_.fd(), POLLIN, 0}}};
        sys::Deadline deadline = driver_.deadline();
        const auto no_later = [&](sys::Clock::time_point time) { deadline = deadline ? std::min(*deadline, time) : time; };
        if (is_paused) no_later(next_frame_);
        const bool holds_keys = keys_.is_waiting() || reports_.is_waiting();
        if (holds_keys) no_later(last_byte_ + escape_pause);
        sys::wait(ready, deadline);
        if (ready[1].revents) take_signals();
        if (ready[0].revents) read_keys();
        if (holds_keys && sys::Clock::now() >= last_byte_ + escape_pause) {
            press(keys_.feed(reports_.flush()));
            press(keys_.flush());
        }
        if (ready[3].revents) take_picture();
        if (ready[2].revents) take_events();
    }

    void take_events()
    {
        events_.clear();
        for (const Event& event : session_.take()) driver_.show(event);
        next_frame_ = sys::Clock::now() + frame;
    }

    void read_keys()
    {
        char bytes[65536];
        const ssize_t got = ::read(options_.input, bytes, sizeof bytes);
        if (got <= 0) {
            if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
            is_gone_ = true;  // the terminal is closed: nothing can be shown any more
            return driver_.leave(128 + SIGHUP);
        }
        last_byte_ = sys::Clock::now();
        mend_type_ahead(bytes, static_cast<std::size_t>(got));
        press(keys_.feed(take_reports({bytes, static_cast<std::size_t>(got)})));
    }

    // What was typed before the terminal was in our mode has the Enter key as a line feed, which for us is a key of its own.
    void note_type_ahead()
    {
        int waiting = 0;
        if (::ioctl(options_.input, FIONREAD, &waiting) == 0) type_ahead_ = static_cast<std::size_t>(waiting);
    }

    void mend_type_ahead(char* bytes, std::size_t size)
    {
        const std::size_t early = std::min(size, type_ahead_);
        std::replace(bytes, bytes + early, '\n', '\r');
        type_ahead_ -= early;
    }

    std::string take_reports(std::string_view bytes)
    {
        std::string keys = reports_.feed(bytes);
        if (const auto background = reports_.background(); background && awaits_background_) {
            awaits_background_ = false;
            driver_.set_background(*background);
        }
        if (const auto is_focused = reports_.is_focused()) driver_.set_focus(*is_focused);
        return keys;
    }

    // Nobody waits for the answer: until it comes, the theme's own colours do.
    void ask_for_background()
    {
        awaits_background_ = abilities_.answers_colours;
        if (awaits_background_) write(TerminalReports::background_query);
    }

    // Who leaves at once may be gone before the answer comes: it must not be typed into the shell.
    void take_late_answer()
    {
        const auto end = std::min(started_ + most_patience, sys::Clock::now() + late_answer);
        while (awaits_background_ && !is_gone_ && sys::Clock::now() < end) {
            std::array<pollfd, 1> ready{{{options_.input, POLLIN, 0}}};
            sys::wait(ready, end);
            char bytes[4096];
            const ssize_t got = ready[0].revents ? ::read(options_.input, bytes, sizeof bytes) : 0;
            if (got <= 0) return;
            take_reports({bytes, static_cast<std::size_t>(got)});
        }
    }

    // Nobody presses two letters in one read: where a terminal does not mark what is pasted, this shows it.
    static bool is_paste(const std::vector<Key>& keys)
    {
        std::size_t letters = 0;
        for (const Key& key : keys)
            if (key.kind == Key::Kind::text) letters += key.text.size();
        return letters > 1;
    }

    // Text that goes on behind an Enter of the same read is several lines pasted in a terminal that does not mark it: they are one
    // text, and send nothing.
    static std::optional<Key> unmarked_lines(const std::vector<Key>& keys)
    {
        Key paste{Key::Kind::paste};
        bool has_inner_enter = false;
        for (const Key& key : keys) {
            const bool is_end = key.kind == Key::Kind::enter || key.kind == Key::Kind::newline;
            if (key.kind != Key::Kind::text && key.kind != Key::Kind::tab && !is_end) return {};
            has_inner_enter |= key.kind == Key::Kind::text && key.text.size() > 1 && paste.text.find('\n') != std::string::npos;
            paste.text += is_end ? "\n" : key.kind == Key::Kind::tab ? "\t" : key.text;
        }
        if (!has_inner_enter) return {};
        return paste;
    }

    void press(const std::vector<Key>& keys)
    {
        const bool is_dropped = driver_.takes_single_keys() && is_paste(keys);  // pasted text answers nothing
        if (const auto lines = is_dropped ? std::nullopt : unmarked_lines(keys)) return driver_.press(*lines);
        for (const Key& key : keys) {
            if (is_dropped && key.kind != Key::Kind::reply) continue;
            // "yes" typed quickly is three keys: a question is answered by the first, and the rest is text again.
            if (key.kind != Key::Kind::text) {
                driver_.press(key);
                continue;
            }
            press_text(key.text);
        }
    }

    void press_text(std::string_view text)
    {
        while (!text.empty()) {
            const std::size_t one = driver_.takes_single_keys() ? 1 : text.size();
            driver_.press({Key::Kind::text, std::string{text.substr(0, one)}});
            text.remove_prefix(one);
        }
    }

    void take_signals()
    {
        while (const auto number = signals_.next()) {
            switch (*number) {
            case SIGINT: driver_.press({Key::Kind::control, "c"}); break;
            case SIGTSTP: suspend(); break;
            case SIGWINCH: driver_.resize(sys::terminal_size(options_.output)); break;
            case SIGHUP: is_gone_ = true; [[fallthrough]];
            case SIGTERM: driver_.leave(128 + *number); break;
            default: break;
            }
        }
    }

    Result<std::string> edit(std::string_view text, std::string_view language)
    {
        write(driver_.pause() + driver_.lend());
        mode_.suspend();
        auto edited = edit_outside(text, language);
        mode_.resume();
        note_type_ahead();
        write(driver_.borrow());
        driver_.resize(sys::terminal_size(options_.output));
        driver_.redraw();
        return edited;
    }

    Result<void> page(const std::vector<std::string>& paths)
    {
        write(driver_.pause() + driver_.lend());
        mode_.suspend();
        auto shown = show_in_pager(paths);
        mode_.resume();
        note_type_ahead();
        write(driver_.borrow());
        driver_.resize(sys::terminal_size(options_.output));
        driver_.redraw();
        return shown;
    }

    void suspend()
    {
        write(driver_.pause() + driver_.lend());
        mode_.suspend();
        sys::suspend_self();
        mode_.resume();
        note_type_ahead();
        write(driver_.borrow());
        driver_.resize(sys::terminal_size(options_.output));
        driver_.redraw();
    }

    void write(std::string_view bytes)
    {
        if (bytes.empty() || is_gone_) return;
        if (sys::write_all(options_.output, bytes)) return;
        is_gone_ = true;
        driver_.leave(128 + SIGHUP);
    }

    Session& session_;
    sys::Wakeup& events_;
    const TerminalOptions& options_;
    sys::RawMode mode_;
    sys::Signals signals_{SIGINT, SIGTSTP, SIGWINCH, SIGHUP, SIGTERM};
    Abilities abilities_;
    Driver driver_;
    TerminalReports reports_;
    KeyReader keys_;
    DesktopNotifier desktop_;
    sys::Clock::time_point next_frame_{};
    sys::Clock::time_point last_byte_{};
    std::size_t type_ahead_ = 0;  // bytes that wait from before the terminal was in our mode
    bool awaits_background_ = false;
    const sys::Clock::time_point started_ = sys::Clock::now();
    bool is_gone_ = false;
    sys::Wakeup aside_done_;
    std::jthread aside_;  // the last: what it uses outlives it
};

}  // namespace

bool can_run_terminal(int input, int output)
{
    const std::string term = sys::environment("TERM");
    return sys::is_terminal(input) && sys::is_terminal(output) && !term.empty() && term != "dumb";
}

int run_terminal(Session& session, sys::Wakeup& events, const TerminalOptions& options)
{
    if (!can_run_terminal(options.input, options.output)) {
        return run_plain(session, events,
                         {.first_message = options.first_message,
                          .is_one_shot = options.is_one_shot,
                          .can_ask = options.can_ask,
                          .magic = options.magic});
    }
    return Loop{session, events, options}.run();
}

}  // namespace oi
