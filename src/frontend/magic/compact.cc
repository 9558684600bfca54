// %compact: a summary in place of the long conversation.
#include "frontend/magic/commands.h"

#include "agent/session.h"

namespace oi {

void magic_compact(MagicContext& context, std::string_view) { context.session.submit(Compact{}); }

}  // namespace oi
