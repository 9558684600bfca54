// Blocking signals for a while; see signal_shield.h.
#include "library/signal_shield.h"

#include <ctime>
#include <initializer_list>

namespace interpreter {

namespace {

bool is_pipe_pending()
{
    sigset_t pending;
    return ::sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

SignalShield::SignalShield() : had_pipe_{is_pipe_pending()}
{
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) sigdelset(&all, fault);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

// A SIGPIPE of ours would be delivered now.
SignalShield::~SignalShield()
{
    if (!had_pipe_ && is_pipe_pending()) {
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        const timespec none{};
        ::sigtimedwait(&pipe, nullptr, &none);
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace interpreter
