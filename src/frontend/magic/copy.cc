// %copy: the last answer, code or output to the clipboard.
#include "frontend/magic/commands.h"

#include "agent/session.h"
#include "base/base64.h"
#include "base/text.h"
#include "frontend/clipboard.h"

#include <algorithm>

namespace oi {

namespace {

bool is_wanted(const Message& message, std::string_view what)
{
    if (message.recipient == "assistant" || is_blank(message.content)) return false;
    if (what == "code") return message.type == Kind::code && message.role == Role::assistant;
    if (what == "output") return message.type == Kind::console;
    return message.type == Kind::message && message.role == Role::assistant;
}

}  // namespace

void magic_copy(MagicContext& context, std::string_view arguments)
{
    const std::string_view what = arguments.empty() ? "answer" : arguments;
    if (what != "answer" && what != "code" && what != "output")
        return context.say(cat("%copy takes answer, code or output, not ", arguments, "."));
    const auto& messages = context.session.messages();
    const auto found = std::find_if(messages.rbegin(), messages.rend(), [&](const Message& message) { return is_wanted(message, what); });
    if (found == messages.rend()) return context.say(cat("There is no ", what, " to copy yet."));
    // The terminal that one sees may stand on another machine: both ways.
    if (context.tell_terminal) context.tell_terminal(cat("\x1b]52;c;", base64(found->content), "\x07"));
    const auto copied = copy_to_clipboard(found->content);
    if (!copied && !context.tell_terminal) return context.say(to_line(copied.error()));
    const std::string how = copied ? cat("with ", *copied) : "through the terminal, if it allows that";
    context.say(cat("Copied the last ", what, ", ", found->content.size(), " bytes, ", how, "."));
}

}  // namespace oi
