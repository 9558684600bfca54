// Signals: the signals a program wants to hear of, as bytes on a descriptor that a wait() can watch.
#pragma once

#include "sys/fd.h"

#include <initializer_list>
#include <optional>
#include <signal.h>
#include <vector>

namespace oi::sys {

// Catches the signals while it lives and puts the old handlers back at its end. One instance at a time.
// Handlers, not signalfd: a blocked mask would be inherited by every process that the program starts.
class Signals {
public:
    explicit Signals(std::initializer_list<int> numbers);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    int fd() const { return pipe_.read.get(); }
    std::optional<int> next();  // the oldest signal that came; never blocks

private:
    struct Old {
        int number;
        struct sigaction action;
    };
    Pipe pipe_;
    std::vector<Old> old_;
};

// Stops this process the way Ctrl-Z does, and returns when it is continued.
void suspend_self();

}  // namespace oi::sys
