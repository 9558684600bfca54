// The terminal as a device: its size, and a raw mode that is undone however the program ends.
#pragma once

#include <termios.h>

namespace oi::sys {

struct TerminalSize {
    int columns = 80;
    int rows = 24;
    int width = 0;  // pixels; 0: not known
    int height = 0;
    bool operator==(const TerminalSize&) const = default;
};

bool is_terminal(int fd);
TerminalSize terminal_size(int fd);

// Raw input (no echo, no line buffer, Ctrl-C as a byte) and bracketed paste while it lives. The old mode
// comes back at its end, at exit() and when a fatal signal strikes. One instance at a time.
class RawMode {
public:
    RawMode(int input, int output);
    ~RawMode();
    RawMode(const RawMode&) = delete;
    RawMode& operator=(const RawMode&) = delete;

    void suspend();  // the old mode, for a program that takes the terminal over
    void resume();   // raw again

private:
    termios raw_{};
};

}  // namespace oi::sys
