// %languages: what code can be written in.
#include "frontend/magic/commands.h"

#include "frontend/magic/said_lines.h"

namespace oi {

void magic_languages(MagicContext& context, std::string_view)
{
    if (!context.host) return context.say("%languages does not work here.");
    say_all(context, context.host->languages());
}

}  // namespace oi
