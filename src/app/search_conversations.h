// --search: prints where the words stand in all that was said and printed.
#pragma once

#include "core/store.h"

#include <string>

namespace oi {

// Returns the exit code: 1 when nothing is found.
int search_conversations(const std::string& words, Store& store);

// "2026-11-29 10:31", where the person is.
std::string local_time(std::int64_t seconds);

}  // namespace oi
