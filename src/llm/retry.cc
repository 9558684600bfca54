// Retry: exponential back-off between half a second and half a minute.
#include "llm/retry.h"

#include <algorithm>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds first_wait = 500ms;
constexpr milliseconds longest_wait = 30s;
constexpr milliseconds longest_asked = 5min;  // a longer wait is asked for again

}  // namespace

Retry::Retry(std::optional<milliseconds> total) : total_{total}, random_{static_cast<unsigned>(Clock::now().time_since_epoch().count())} {}

std::optional<milliseconds> Retry::next(const Error& error, Clock::time_point now)
{
    if (error.kind != ErrorKind::rate_limited && error.kind != ErrorKind::network) return {};
    if (!first_failure_) first_failure_ = now;
    // Many programs that failed together must not come back together.
    const milliseconds backoff = std::min(first_wait * (1 << std::min(tries_, 10)), longest_wait);
    const milliseconds jittered{std::uniform_int_distribution<long long>{backoff.count() / 2, backoff.count()}(random_)};
    const milliseconds asked = std::min(error.retry_after, longest_asked);
    milliseconds wait = asked > 0ms ? asked + jittered / 10 : jittered;
    ++tries_;
    if (!total_) return wait;
    const auto left = std::chrono::duration_cast<milliseconds>(*first_failure_ + *total_ - now);
    if (left <= 0ms || asked > left) return {};
    return std::min(wait, left);
}

}  // namespace oi::llm
