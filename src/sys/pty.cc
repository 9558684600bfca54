// Opening a pseudo terminal; see pty.h.
#include "sys/pty.h"

#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>

namespace oi::sys {

Result<Pty> open_pty(TerminalSize size)
{
    Pty pty;
    pty.master.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!pty.master.is_open() || ::grantpt(pty.master.get()) != 0 || ::unlockpt(pty.master.get()) != 0)
        return fail_errno("open a pseudo terminal");
    pty.terminal.reset(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!pty.terminal.is_open()) return fail_errno("open the terminal of a pseudo terminal");
    termios mode{};
    ::tcgetattr(pty.terminal.get(), &mode);
    mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    mode.c_iflag |= IUTF8;
    ::tcsetattr(pty.terminal.get(), TCSANOW, &mode);
    const winsize cells{static_cast<unsigned short>(size.rows), static_cast<unsigned short>(size.columns), 0, 0};
    ::ioctl(pty.terminal.get(), TIOCSWINSZ, &cells);
    set_nonblocking(pty.master.get(), true);
    return pty;
}

}  // namespace oi::sys
