// %info: facts for a report of an error.
#include "frontend/magic/commands.h"

#include "frontend/magic/said_lines.h"

namespace oi {

void magic_info(MagicContext& context, std::string_view)
{
    if (!context.host) return context.say("%info does not work here.");
    say_all(context, context.host->facts());
}

}  // namespace oi
