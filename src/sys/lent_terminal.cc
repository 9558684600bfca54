// Restores the mode from the destructor or from a signal's handler; see lent_terminal.h.
#include "sys/lent_terminal.h"

#include <array>
#include <csignal>
#include <cstddef>
#include <unistd.h>

namespace oi::sys {

namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};

// What the handler needs: plain values, set before it is.
volatile sig_atomic_t is_lent = 0;
int lent_fd = -1;
termios mode;
std::array<struct sigaction, signals.size()> before;

void restore()
{
    if (is_lent) ::tcsetattr(lent_fd, TCSANOW, &mode);
    is_lent = 0;
}

void restore_and_die(int number)
{
    restore();
    ::signal(number, SIG_DFL);
    ::raise(number);
}

}  // namespace

LentTerminal::LentTerminal(int fd)
{
    if (::tcgetattr(fd, &mode) != 0) return;
    lent_fd = fd;
    is_lent = 1;
    struct sigaction action {};
    action.sa_handler = restore_and_die;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        ::sigaction(signals[i], nullptr, &before[i]);
        if (before[i].sa_handler == SIG_DFL) ::sigaction(signals[i], &action, nullptr);
    }
}

LentTerminal::~LentTerminal()
{
    if (!is_lent) return;
    restore();
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before[i], nullptr);
}

}  // namespace oi::sys
