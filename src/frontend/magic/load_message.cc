// %load_message: goes on with a conversation that was saved as JSON, here or by classic Open Interpreter.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "frontend/magic/export_file.h"
#include "sys/files.h"

namespace oi {

namespace {

constexpr std::size_t longest = 256 << 20;

Result<std::vector<Message>> messages_of(const std::string& path)
{
    OI_TRY(const auto text, sys::read_file(path, longest));
    auto messages = from_json_list(text);
    if (!messages) return fail(messages.error().kind, cat(path, ": ", messages.error().what), "nothing has changed");
    return messages;
}

}  // namespace

void magic_load_message(MagicContext& context, std::string_view wanted)
{
    std::string path = typed_path(wanted.empty() ? "messages.json" : wanted);
    if (!sys::exists(path) && sys::exists(path + ".json")) path += ".json";
    auto messages = messages_of(path);
    if (!messages) return context.say(to_line(messages.error()));
    Conversation& conversation = context.session.conversation();
    const ConversationId before = conversation.id();
    const std::size_t count = messages->size();
    if (const auto loaded = conversation.load(std::move(*messages)); !loaded) return context.say(to_line(loaded.error()));
    context.say(cat("Going on with ", count, count == 1 ? " message" : " messages", " of ", path, ", as a new conversation."));
    if (before != 0) context.say(cat("The one until now is stored as number ", before, "."));
}

}  // namespace oi
