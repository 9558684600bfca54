// Retry: whether a failed request is sent again, and when. Pure: the clock is handed in.
#pragma once

#include "base/error.h"

#include <chrono>
#include <optional>
#include <random>

namespace oi::llm {

class Retry {
public:
    using Clock = std::chrono::steady_clock;

    // `total`: how long all retries of one request may take from its first failure on; nullopt: for ever.
    explicit Retry(std::optional<std::chrono::milliseconds> total);

    // The wait before the next try; nullopt: none, the error stands. Only passing failures (rate_limited, network) are
    // tried again: after twice the wait each time, with jitter, and never before the other side asked.
    std::optional<std::chrono::milliseconds> next(const Error& error, Clock::time_point now);

private:
    std::optional<std::chrono::milliseconds> total_;
    std::optional<Clock::time_point> first_failure_;
    int tries_ = 0;
    std::minstd_rand random_;
};

}  // namespace oi::llm
