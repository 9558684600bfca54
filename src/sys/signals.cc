// Signals through a pipe; see signals.h.
#include "sys/signals.h"

#include <cerrno>
#include <unistd.h>

namespace oi::sys {

namespace {

volatile int pipe_end = -1;

void note(int number)
{
    const int saved = errno;
    const auto byte = static_cast<unsigned char>(number);
    [[maybe_unused]] const ssize_t written = ::write(pipe_end, &byte, 1);
    errno = saved;
}

}  // namespace

Signals::Signals(std::initializer_list<int> numbers)
{
    if (auto made = make_pipe()) pipe_ = std::move(*made);
    set_nonblocking(pipe_.read.get(), true);
    set_nonblocking(pipe_.write.get(), true);
    pipe_end = pipe_.write.get();
    for (const int number : numbers) {
        struct sigaction action {};
        action.sa_handler = note;
        action.sa_flags = SA_RESTART;
        old_.push_back({number, {}});
        ::sigaction(number, &action, &old_.back().action);
    }
}

Signals::~Signals()
{
    for (const Old& old : old_) ::sigaction(old.number, &old.action, nullptr);
    pipe_end = -1;
}

std::optional<int> Signals::next()
{
    unsigned char byte;
    return ::read(pipe_.read.get(), &byte, 1) == 1 ? std::optional<int>{byte} : std::nullopt;
}

void suspend_self()
{
    struct sigaction plain {
    }, old{};
    plain.sa_handler = SIG_DFL;
    ::sigaction(SIGTSTP, &plain, &old);
    ::kill(0, SIGTSTP);
    ::sigaction(SIGTSTP, &old, nullptr);
}

}  // namespace oi::sys
