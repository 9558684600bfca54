// SignalShield: the host's signals stay the host's: threads that are started under it take none, and what is written under it raises none.
#pragma once

#include <csignal>

namespace interpreter {

class SignalShield {
public:
    SignalShield();
    ~SignalShield();
    SignalShield(const SignalShield&) = delete;
    SignalShield& operator=(const SignalShield&) = delete;

private:
    sigset_t before_{};
    bool had_pipe_ = false;
};

}  // namespace interpreter
