// %model: the model that answers, or another in its place.
#include "frontend/magic/commands.h"

#include "frontend/magic/said_lines.h"

namespace oi {

void magic_model(MagicContext& context, std::string_view name)
{
    if (!context.host) return context.say("%model does not work here.");
    say_all(context, name.empty() ? context.host->model() : context.host->set_model(name));
}

}  // namespace oi
