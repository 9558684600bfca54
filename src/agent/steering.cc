// Words on their way into a running turn; see steering.h.
#include "agent/steering.h"

#include <utility>

namespace oi {

void Steering::add(Say words)
{
    const std::lock_guard lock{mutex_};
    words_.push_back(std::move(words));
}

void Steering::interrupt_answer() { interrupt(Going::What::answer); }

void Steering::interrupt_cell() { interrupt(Going::What::cell); }

// The stop's callbacks run outside of the lock: they may wake a thread that wants it.
void Steering::interrupt(Going::What what)
{
    std::stop_source source{std::nostopstate};
    {
        const std::lock_guard lock{mutex_};
        if (words_.empty()) return;
        source = what == Going::What::answer ? answer_ : cell_;
    }
    source.request_stop();
}

bool Steering::has_words() const
{
    const std::lock_guard lock{mutex_};
    return !words_.empty();
}

std::vector<Say> Steering::take()
{
    const std::lock_guard lock{mutex_};
    return std::exchange(words_, {});
}

Steering::Going::Going(Steering& steering, What what, std::stop_token outer)
    : steering_{steering}, what_{what}, forward_{std::move(outer), Forward{source_}}
{
    const std::lock_guard lock{steering_.mutex_};
    (what_ == What::answer ? steering_.answer_ : steering_.cell_) = source_;
    // Words that came since the turn last looked. Nobody has the token yet: no callback runs.
    if (what_ == What::answer && !steering_.words_.empty()) source_.request_stop();
}

Steering::Going::~Going()
{
    const std::lock_guard lock{steering_.mutex_};
    (what_ == What::answer ? steering_.answer_ : steering_.cell_) = std::stop_source{std::nostopstate};
}

}  // namespace oi
