// Terminal modes; see terminal.h.
#include "sys/terminal.h"

#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <sys/ioctl.h>
#include <unistd.h>

namespace oi::sys {

namespace {

// Bracketed paste on and off; off also ends any style and reports of the focus, wraps again and shows the cursor (xterm control
// sequences).
constexpr char enter[] = "\x1b[?2004h";
constexpr char leave[] = "\x1b[?2004l\x1b[?1004l\x1b[0m\x1b[?7h\x1b[?25h";

// What a signal handler needs: plain values, set before the handlers are.
volatile sig_atomic_t is_raw = 0;
int input_fd = -1;
int output_fd = -1;
termios cooked;

void restore()
{
    if (!is_raw) return;
    is_raw = 0;
    [[maybe_unused]] const ssize_t written = ::write(output_fd, leave, sizeof leave - 1);
    ::tcsetattr(input_fd, TCSADRAIN, &cooked);
}

void restore_and_die(int number)
{
    restore();
    ::signal(number, SIG_DFL);
    ::raise(number);
}

void guard_against_crashes()
{
    static bool is_guarded = false;
    if (is_guarded) return;
    is_guarded = true;
    std::atexit(restore);
    for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT}) {
        struct sigaction old {};
        ::sigaction(number, nullptr, &old);
        if (old.sa_handler != SIG_DFL) continue;  // a sanitizer or a debugger has its own
        struct sigaction action {};
        action.sa_handler = restore_and_die;
        ::sigaction(number, &action, nullptr);
    }
}

}  // namespace

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

TerminalSize terminal_size(int fd)
{
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
    return {size.ws_col, size.ws_row, size.ws_xpixel, size.ws_ypixel};
}

RawMode::RawMode(int input, int output)
{
    input_fd = input;
    output_fd = output;
    ::tcgetattr(input, &cooked);
    raw_ = cooked;
    raw_.c_iflag &= ~static_cast<tcflag_t>(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    raw_.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | IEXTEN | ISIG);
    raw_.c_cc[VMIN] = 1;
    raw_.c_cc[VTIME] = 0;
    guard_against_crashes();
    resume();
}

RawMode::~RawMode() { restore(); }

void RawMode::suspend() { restore(); }

void RawMode::resume()
{
    ::tcsetattr(input_fd, TCSADRAIN, &raw_);
    is_raw = 1;
    [[maybe_unused]] const ssize_t written = ::write(output_fd, enter, sizeof enter - 1);
}

}  // namespace oi::sys
