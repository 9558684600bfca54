// %help: the commands and the keys.
#include "frontend/magic/commands.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

void magic_help(MagicContext& context, std::string_view)
{
    const auto say = [&](std::string_view name, std::string_view help) {
        context.say(cat(name, std::string(24 - std::min<std::size_t>(name.size(), 22), ' '), help));
    };
    for (const MagicCommand& command : magic_commands())
        say(cat("%", command.name, command.arguments.empty() ? "" : " ", command.arguments), command.help);
    say("Alt-Enter, \"\"\"", "a new line; \"\"\" stands around several lines");
    say("Ctrl-R", "searches what you typed before");
    say("Ctrl-X Ctrl-E", "opens the text in your editor");
    say("Ctrl-B", "puts the running code into the background");
    say("Ctrl-C, Ctrl-D", "stops what runs, leaves");
}

}  // namespace oi
