// Events as the lines that the json frontend writes.
#pragma once

#include "core/event.h"

#include <string>

namespace oi {

// One JSON object, or several with newlines between; no newline at the end; empty: the event has no line.
std::string to_lines(const Event& event);

}  // namespace oi
