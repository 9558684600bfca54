// %exit: leaves.
#include "frontend/magic/commands.h"

namespace oi {

void magic_exit(MagicContext& context, std::string_view)
{
    if (context.leave) context.leave();
    else context.say("%exit does not work here.");
}

}  // namespace oi
