// %verbose: the messages as they are, and from now on what happens behind the scenes.
#include "frontend/magic/commands.h"

#include "agent/session.h"
#include "base/text.h"
#include "core/chunk.h"
#include "frontend/magic/said_lines.h"

namespace oi {

namespace {

// A picture's data would bury the rest.
std::string dumped(Message message)
{
    constexpr std::size_t longest = 100, end = 30;
    const bool is_picture = message.type == Kind::image && message.format != "path" && message.content.size() > longest;
    if (is_picture) message.content = cat(utf8_prefix(message.content, end), "...", utf8_suffix(message.content, end));
    return to_json(message);
}

}  // namespace

void magic_verbose(MagicContext& context, std::string_view arguments)
{
    if (!context.host) return context.say("%verbose does not work here.");
    if (!arguments.empty() && arguments != "true" && arguments != "false")
        return context.say(cat("%verbose takes true or false, not ", arguments, "."));
    const bool is_on = arguments != "false";
    const auto changed = context.host->set("verbose", is_on ? "true" : "false");
    if (!changed) return context.say(to_line(changed.error()));
    if (is_on)
        for (const auto& message : context.session.messages()) context.say(dumped(message));
    context.say(is_on ? "Requests (keys masked) and commands are shown from now on; %verbose false ends that."
                      : "Requests and commands are no longer shown.");
}

}  // namespace oi
