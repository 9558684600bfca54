// %profile: the profile in use, or the settings of another.
#include "frontend/magic/commands.h"

#include "frontend/magic/said_lines.h"

namespace oi {

void magic_profile(MagicContext& context, std::string_view name)
{
    if (!context.host) return context.say("%profile does not work here.");
    say_all(context, name.empty() ? context.host->profile() : context.host->use_profile(name));
}

}  // namespace oi
