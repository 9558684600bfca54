// %set: a setting of the running program.
#include "frontend/magic/commands.h"

#include "base/text.h"
#include "frontend/magic/said_lines.h"

namespace oi {

void magic_set(MagicContext& context, std::string_view arguments)
{
    if (!context.host) return context.say("%set does not work here.");
    while (arguments.starts_with('-')) arguments.remove_prefix(1);  // as on the command line
    const auto end = arguments.find_first_of(" =\t\n");
    if (end == std::string_view::npos) return say_all(context, context.host->setting(arguments));
    std::string_view value = trim(arguments.substr(end));
    if (value.starts_with('=')) value = trim(value.substr(1));
    const bool is_quoted = value.size() > 1 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
    if (is_quoted) value = value.substr(1, value.size() - 2);
    say_all(context, context.host->set(arguments.substr(0, end), value));
}

}  // namespace oi
