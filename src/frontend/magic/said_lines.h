// Saying what the program has answered to a % command.
#pragma once

#include "frontend/magic/magic.h"
#include "frontend/magic/magic_host.h"

namespace oi {

inline void say_all(MagicContext& context, const Result<MagicHost::Lines>& lines)
{
    context.has_failed = !lines;
    if (!lines) return context.say(to_line(lines.error()));
    for (const auto& line : *lines) context.say(line);
}

}  // namespace oi
