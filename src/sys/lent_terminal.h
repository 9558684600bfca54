// LentTerminal: a terminal on which another process asks questions; however that ends, its mode is as it was before.
#pragma once

#include <termios.h>

namespace oi::sys {

// For a program that would die of SIGINT, SIGTERM and SIGHUP: it does, with the mode restored. One instance at a time.
class LentTerminal {
public:
    explicit LentTerminal(int fd);  // of no terminal: nothing happens
    ~LentTerminal();
    LentTerminal(const LentTerminal&) = delete;
    LentTerminal& operator=(const LentTerminal&) = delete;
};

}  // namespace oi::sys
