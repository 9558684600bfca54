// The status row's words: who works, on what, for how long, and how to stop it.
#pragma once

#include "frontend/terminal/style.h"

#include <chrono>
#include <string>
#include <string_view>

namespace oi {

struct Status {
    std::string who;   // the model or the language at work
    std::string what;  // "line 3: print(x)", or empty
    std::chrono::seconds elapsed{0};
    std::chrono::seconds silent{0};  // a cell has printed nothing for so long; 0: that is not to be said
    bool can_leave = false;          // a cell runs, which a key puts into the background
    std::string typed;               // what the person types meanwhile, safe for a terminal
    std::size_t queued = 0;          // messages that wait
    std::size_t steering = 0;        // messages that go in as soon as the running code ends
    bool in_cell = false;            // code runs
    std::string money;               // "$0.02 of $1.00", or empty
    int columns = 80;
};

// "12 s", "3 min 20 s".
std::string time_text(std::chrono::seconds elapsed);

// In at most `columns` - 1 columns: what matters least goes first, "Ctrl-C stops" never.
Spans status_row(const Status& status);
Spans countdown_row(std::string_view reason, std::chrono::seconds left, int columns);

}  // namespace oi
