// %edit: the last message in the person's editor, then in place of itself.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/magic/preview.h"

namespace oi {

void magic_edit(MagicContext& context, std::string_view)
{
    if (!context.send || !context.edit) return context.say("%edit does not work here.");
    Conversation& conversation = context.session.conversation();
    auto said = last_message(std::span{conversation.messages()}.subspan(conversation.last_said()));
    if (!said || said->message.type != Kind::message) return context.say("There is no message of yours to edit.");
    auto edited = context.edit(said->message.content, "markdown");
    if (!edited) return context.say(to_line(edited.error()));
    if (is_blank(*edited)) return context.say("An empty message is not sent; nothing has changed.");
    said->message.content = valid_utf8(std::move(*edited));
    conversation.undo();
    context.send(std::move(*said));
}

}  // namespace oi
