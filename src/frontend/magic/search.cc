// %search: where something was said or printed, in all stored conversations.
#include "frontend/magic/commands.h"

#include "base/text.h"
#include "frontend/magic/local_time.h"
#include "frontend/magic/magic_host.h"

namespace oi {

namespace {

std::string_view speaker(const SearchHit& hit)
{
    if (hit.type == Kind::code) return "code";
    if (hit.type == Kind::console) return "output";
    return hit.role == Role::user ? "you" : "answer";
}

}  // namespace

void magic_search(MagicContext& context, std::string_view words)
{
    constexpr std::size_t most = 20, longest = 60;
    if (!context.host) return context.say("%search does not work here.");
    if (words.empty()) return context.say("%search takes the words to look for; \"words in quotes\" stand side by side.");
    const auto hits = context.host->store().search(words, most);
    if (!hits) return context.say(to_line(hits.error()));
    if (hits->empty()) return context.say(cat("Nothing was said or printed with: ", words));
    ConversationId shown = 0;
    for (const auto& hit : *hits) {
        if (hit.conversation != shown) context.say(cat(hit.conversation, "  ", local_time(hit.at), "  ", utf8_prefix(hit.title, longest)));
        shown = hit.conversation;
        context.say(cat("    ", speaker(hit), ": ", hit.excerpt));
    }
    context.say("%resume NUMBER goes on with one.");
}

}  // namespace oi
