// The picker on a terminal: a screen of its own, drawn over in place when something has changed.
#include "base/text.h"
#include "frontend/terminal/conversation_picker.h"
#include "sys/fd.h"
#include "sys/signals.h"
#include "sys/wait.h"

#include <array>
#include <chrono>
#include <csignal>
#include <unistd.h>

namespace oi {

namespace {

using namespace std::chrono_literals;
constexpr auto escape_pause = 30ms;  // an escape byte with nothing behind it for so long is the Escape key

// The other screen, without a cursor, while it lives.
class Screen {
public:
    explicit Screen(int output) : output_{output} { put("\x1b[?1049h\x1b[?25l"); }
    ~Screen() { put("\x1b[?25h\x1b[?1049l"); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void draw(const std::vector<std::string>& rows)
    {
        std::string frame = "\x1b[H";
        for (std::size_t i = 0; i < rows.size(); ++i) frame += cat(i == 0 ? "" : "\r\n", rows[i], "\x1b[K");
        put(frame + "\x1b[J");
    }

private:
    void put(std::string_view bytes) { ignore(sys::write_all(output_, bytes), "the terminal is gone: its end is read next"); }

    int output_;
};

class Loop {
public:
    Loop(ConversationPicker& picker, int input, int output) : picker_{picker}, input_{input}, output_{output}, mode_{input, output} {}

    void run()
    {
        while (!picker_.is_done() && !is_over_) {
            screen_.draw(picker_.rows(sys::terminal_size(output_)));
            step();
        }
    }
    bool is_over() const { return is_over_; }

private:
    void step()
    {
        std::array<pollfd, 2> ready{{{input_, POLLIN, 0}, {signals_.fd(), POLLIN, 0}}};
        sys::Deadline deadline;
        if (keys_.is_waiting()) deadline = sys::Clock::now() + escape_pause;
        if (sys::wait(ready, deadline) == sys::Woke::deadline) press(keys_.flush());
        if (ready[1].revents)
            while (const auto signal = signals_.next()) is_over_ = is_over_ || *signal != SIGWINCH;
        if (ready[0].revents) read_keys();
    }

    void read_keys()
    {
        std::array<char, 4096> bytes;
        const auto got = ::read(input_, bytes.data(), bytes.size());
        if (got <= 0) is_over_ = true;
        else press(keys_.feed({bytes.data(), static_cast<std::size_t>(got)}));
    }

    void press(const std::vector<Key>& keys)
    {
        for (const auto& key : keys)
            if (!picker_.is_done()) picker_.press(key);
    }

    ConversationPicker& picker_;
    int input_, output_;
    sys::Signals signals_{SIGWINCH, SIGHUP, SIGTERM};
    sys::RawMode mode_;
    Screen screen_{output_};
    KeyReader keys_;
    bool is_over_ = false;
};

}  // namespace

Result<std::optional<ConversationId>> pick_in_terminal(ConversationPicker& picker, int input, int output)
{
    Loop loop{picker, input, output};
    loop.run();
    if (loop.is_over()) return fail(ErrorKind::cancelled, "the terminal is gone");
    return picker.chosen();
}

}  // namespace oi
