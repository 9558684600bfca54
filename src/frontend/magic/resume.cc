// %resume: the stored conversations of this folder, and going on with one.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/magic/local_time.h"
#include "frontend/magic/magic_host.h"
#include "frontend/magic/said_lines.h"

namespace oi {

namespace {

void list(MagicContext& context)
{
    constexpr std::size_t looked_at = 500, most = 10, longest = 60;
    const Conversation& conversation = context.session.conversation();
    const auto all = context.host->store().list(looked_at);
    if (!all) return context.say(to_line(all.error()));
    std::size_t count = 0;
    for (const auto& one : *all) {
        if (one.folder != conversation.options().folder || one.id == conversation.id() || one.message_count == 0) continue;
        if (++count > most) break;
        context.say(
            cat(one.id, "  ", local_time(one.changed), "  ", one.message_count, " messages  ", utf8_prefix(one.first_words, longest)));
    }
    context.say(count == 0 ? "No other conversation of this folder is stored; interpreter --conversations lists all."
                           : "%resume NUMBER goes on with one; interpreter --conversations lists those of all folders.");
}

}  // namespace

void magic_resume(MagicContext& context, std::string_view arguments)
{
    if (!context.host) return context.say("%resume does not work here.");
    if (arguments.empty()) return list(context);
    const auto id = to_integer(arguments);
    if (!id || *id < 1) return context.say(cat("%resume takes the number of a conversation, not ", arguments, "; %resume lists them."));
    if (*id == context.session.conversation().id()) return context.say("That is this conversation.");
    if (!context.host->store().claim(*id)) return context.say(cat("Another program goes on with conversation ", *id, " just now."));
    say_all(context, context.host->resume(*id));
}

}  // namespace oi
